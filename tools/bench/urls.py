"""URLs of the baselines, used by `tools.bench.settings` only."""

from django.urls import path

from tools.bench import views

urlpatterns = [
    path("static", views.static_string),
    path("list", views.bare_list),
    path("proposal/<int:number>", views.bare_proposal),
]
