"""The calendars and the pages of the sessions; the other pages of the committee are made by editors."""

from django.urls import path

from committee import views

app_name = "committee"

urlpatterns = [
    path("le-comite/seances/calendrier.ics", views.calendar, name="calendar"),
    path("le-comite/seances/<slug:slug>/seance.ics", views.session_ics, name="session_ics"),
    path("le-comite/seances/<slug:slug>/", views.session, name="session"),
]
