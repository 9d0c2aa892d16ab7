"""URLs of the polls."""

from django.urls import path

from polls import views

app_name = "polls"

urlpatterns = [
    path("sondages/", views.poll_list, name="list"),
    path("sondages/<slug:slug>/", views.poll, name="poll"),
    path("sondages/<slug:slug>/formulaire/", views.paper_form, name="paper_form"),
    path("sondages/<slug:slug>/resultats/", views.results, name="results"),
    path("sondages/<slug:slug>/resultats.csv", views.results_table, name="results_table"),
]
