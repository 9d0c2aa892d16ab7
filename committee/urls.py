"""The calendars and the pages of the sessions, and the members' area; editors make the other pages of the committee."""

from django.urls import path

from committee import views
from committee.area import notes, reading
from committee.area.views import AreaView
from committee.directory import views as directory

app_name = "committee"

urlpatterns = [
    path("membres/", AreaView.as_view(), name="area"),
    path("membres/annuaire/", directory.DirectoryView.as_view(), name="directory"),
    path("membres/annuaire/annuaire.csv", directory.DirectoryFileView.as_view(), name="directory_file"),
    path("membres/annuaire/moi/", directory.OwnEntryView.as_view(), name="directory_own"),
    path("membres/convocations/", reading.ConvocationsView.as_view(), name="convocations"),
    path("membres/documents/", reading.DocumentsView.as_view(), name="documents"),
    path("membres/documents/<int:pk>/", reading.document, name="document"),
    path("membres/sondages/", reading.PollsView.as_view(), name="polls"),
    path("membres/notes/", notes.NotesView.as_view(), name="notes"),
    path("membres/notes/ecrire/", notes.WriteNoteView.as_view(), name="note_new"),
    path("membres/notes/<int:pk>/", notes.NoteView.as_view(), name="note"),
    path("membres/notes/<int:pk>/modifier/", notes.EditNoteView.as_view(), name="note_edit"),
    path("le-comite/seances/calendrier.ics", views.calendar, name="calendar"),
    path("le-comite/seances/<slug:slug>/seance.ics", views.session_ics, name="session_ics"),
    path("le-comite/seances/<slug:slug>/", views.session, name="session"),
]
