"""The calendars and the pages of the sessions, and the members' area; editors make the other pages of the committee."""

from django.urls import path

from committee import views
from committee.area.views import AreaView
from committee.attendance.views import CodeView, EntryView, SheetView

app_name = "committee"

urlpatterns = [
    path("membres/", AreaView.as_view(), name="area"),
    path("membres/presence/", EntryView.as_view(), name="attendance_entry"),
    path("membres/seances/<slug:slug>/presence/", SheetView.as_view(), name="attendance_sheet"),
    path("membres/seances/<slug:slug>/presence/code/", CodeView.as_view(), name="attendance_code"),
    path("le-comite/seances/calendrier.ics", views.calendar, name="calendar"),
    path("le-comite/seances/<slug:slug>/seance.ics", views.session_ics, name="session_ics"),
    path("le-comite/seances/<slug:slug>/", views.session, name="session"),
]
