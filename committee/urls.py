"""URLs of sessions, register, minutes and members' area. Other pages of the committee are Wagtail pages."""

from django.urls import path

from committee import views
from committee.area.views import notes, reading
from committee.area.views.home import AreaView
from committee.attendance.views import AbsenceView, CodeView, EntryView, PaperSheetView, SheetView
from committee.convocations.views import ConvocationsView
from committee.directory import views as directory
from committee.handover.views import handover
from committee.invitations.views import decline_invitation
from committee.minutes import views as minutes
from committee.models import SessionAction, SessionDecision
from committee.programme.views import work_programme
from committee.register import views as register

app_name = "committee"

urlpatterns = [
    path("le-comite/programme/<int:year>/", work_programme, name="work_programme"),
    path("le-comite/affiche/", views.poster, name="poster"),
    path("membres/", AreaView.as_view(), name="area"),
    path("membres/aide/", reading.HelpView.as_view(), name="help"),
    path("membres/annuaire/", directory.DirectoryView.as_view(), name="directory"),
    path("membres/annuaire/annuaire.csv", directory.DirectoryFileView.as_view(), name="directory_file"),
    path("membres/annuaire/moi/", directory.OwnEntryView.as_view(), name="directory_own"),
    path("membres/passation/", handover, name="handover"),
    path("membres/portrait/", directory.PortraitView.as_view(), name="portrait"),
    path("membres/convocations/", ConvocationsView.as_view(), name="convocations"),
    path("membres/documents/", reading.DocumentsView.as_view(), name="documents"),
    path("membres/documents/<int:pk>/", reading.document, name="document"),
    path("membres/sondages/", reading.PollsView.as_view(), name="polls"),
    path("membres/notes/", notes.NotesView.as_view(), name="notes"),
    path("membres/notes/ecrire/", notes.WriteNoteView.as_view(), name="note_new"),
    path("membres/notes/<int:pk>/", notes.NoteView.as_view(), name="note"),
    path("membres/notes/<int:pk>/modifier/", notes.EditNoteView.as_view(), name="note_edit"),
    path("membres/invitations/<str:token>/refuser/", decline_invitation, name="decline_invitation"),
    path("membres/presence/", EntryView.as_view(), name="attendance_entry"),
    path("membres/presence/absence/", AbsenceView.as_view(), name="absence"),
    path("membres/seances/<slug:slug>/presence/", SheetView.as_view(), name="attendance_sheet"),
    path("membres/seances/<slug:slug>/presence/papier/", PaperSheetView.as_view(), name="attendance_paper"),
    path("membres/seances/<slug:slug>/presence/code/", CodeView.as_view(), name="attendance_code"),
    path("le-comite/seances/calendrier.ics", views.calendar, name="calendar"),
    path("le-comite/seances/<slug:slug>/seance.ics", views.session_ics, name="session_ics"),
    path("le-comite/seances/<slug:slug>/affiche/", views.session_poster, name="session_poster"),
    path("le-comite/seances/<slug:slug>/", views.session, name="session"),
    path("le-comite/decisions/", register.register, name="register"),
    path("le-comite/decisions/registre.json", register.register_json, name="register_json"),
    path("le-comite/decisions/verify_register.py", register.checker, name="register_checker"),
    path("membres/registre/<int:number>/retirer/", register.redact, name="redact"),
    path("membres/comptes-rendus/", minutes.minutes_list, name="minutes_list"),
    path("membres/seances/<slug:slug>/compte-rendu/", minutes.minutes, name="minutes"),
    path("membres/seances/<slug:slug>/compte-rendu/ecrire/", minutes.write_minutes, name="write_minutes"),
    path("membres/seances/<slug:slug>/compte-rendu/ouvrir/", minutes.open_minutes, name="open_minutes"),
    path("membres/seances/<slug:slug>/compte-rendu/approuver/", minutes.approve_minutes, name="approve_minutes"),
    path(
        "membres/seances/<slug:slug>/compte-rendu/corrections/<int:pk>/",
        minutes.decide_correction,
        name="decide_correction",
    ),
    path(
        "membres/seances/<slug:slug>/compte-rendu/corrections/<int:pk>/faite/",
        minutes.correction_applied,
        name="correction_applied",
    ),
    path(
        "membres/seances/<slug:slug>/compte-rendu/decisions/<int:pk>/avis-contraire/",
        minutes.write_dissent,
        name="write_dissent",
    ),
    path(
        "membres/seances/<slug:slug>/compte-rendu/actions/<int:pk>/",
        minutes.end_row,
        {"model": SessionAction},
        name="end_action",
    ),
    path(
        "membres/seances/<slug:slug>/compte-rendu/decisions/<int:pk>/",
        minutes.end_row,
        {"model": SessionDecision},
        name="end_decision",
    ),
]
