"""URLs of this app that are not Wagtail pages."""

from django.urls import path

from home.views import api, hubs, open_data, search
from home.views.components import components

app_name = "home"

urlpatterns = [
    path("recherche/", search.search, name="search"),
    path("recherche/commentaires/<int:comment_id>/", search.found_comment, name="found_comment"),
    path("composants/", components, name="components"),
    path("donnees-ouvertes/", open_data.index, name="open_data"),
    path("donnees-ouvertes/catalogue.jsonld", open_data.catalogue, name="open_data_catalogue"),
    path("donnees-ouvertes/<slug:slug>.csv", open_data.csv_file, name="open_data_csv"),
    path("donnees-ouvertes/<slug:slug>.json", open_data.json_file, name="open_data_json"),
    path("donnees-ouvertes/<slug:slug>/", open_data.dataset, name="open_data_set"),
    path("api/v1/", api.index, name="api"),
    path("api/v1/openapi.json", api.description, name="api_description"),
    path("api/v1/<slug:slug>", api.rows, name="api_set"),
    path("api/v1/<path:rest>", api.missing, name="api_missing"),
    path("participer/", hubs.participate, name="participate"),
    path("resultats/", hubs.results, name="results"),
    path("plan-du-site/", search.site_map, name="site_map"),
]
