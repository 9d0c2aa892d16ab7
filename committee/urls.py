"""The calendars and the pages of the sessions, and the members' area; editors make the other pages of the committee."""

from django.urls import path

from committee import views
from committee.area.views import AreaView
from committee.programme.views import work_programme

app_name = "committee"

urlpatterns = [
    path("le-comite/programme/<int:year>/", work_programme, name="work_programme"),
    path("membres/", AreaView.as_view(), name="area"),
    path("le-comite/seances/calendrier.ics", views.calendar, name="calendar"),
    path("le-comite/seances/<slug:slug>/seance.ics", views.session_ics, name="session_ics"),
    path("le-comite/seances/<slug:slug>/", views.session, name="session"),
]
