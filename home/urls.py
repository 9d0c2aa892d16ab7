"""The addresses of this app that are not pages of editors."""

from django.urls import path

from home import views
from home.components import components

app_name = "home"

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/commentaires/<int:comment_id>/", views.found_comment, name="found_comment"),
    path("composants/", components, name="components"),
    path("plan-du-site/", views.site_map, name="site_map"),
]
