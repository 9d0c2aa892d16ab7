"""URLs of the places of help, resources and workshops."""

from django.urls import path

from inclusion.views import learning, places, reports

app_name = "inclusion"

urlpatterns = [
    path("aide-numerique/", places.places, name="places"),
    path("aide-numerique/lieux/<int:pk>/", places.place, name="place"),
    path("aide-numerique/lieux/<int:pk>/signaler/", reports.place_report, name="place_report"),
    path("aide-numerique/<slug:commune>/imprimer/", places.sheet, name="sheet"),
    path("aide-numerique/ressources/", learning.resources, name="resources"),
    path("aide-numerique/ressources/<int:pk>/", learning.resource, name="resource"),
    path("aide-numerique/ateliers/", learning.workshops, name="workshops"),
    path("aide-numerique/ateliers/calendrier.ics", learning.calendar, name="calendar"),
    path("aide-numerique/ateliers/<int:pk>/", learning.workshop, name="workshop"),
    path("aide-numerique/ateliers/<int:pk>/atelier.ics", learning.workshop_ics, name="workshop_ics"),
]
