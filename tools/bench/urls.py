"""URLs of the limits: a setting of `tools.bench.settings`, which no server of the site uses."""

from django.urls import path

from tools.bench import views

urlpatterns = [
    path("static", views.static_string),
    path("list", views.bare_list),
    path("proposal/<int:number>", views.bare_proposal),
]
