"""Registrations of this app with Wagtail and with the hooks of other apps."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_LINKS_HOOK, ACCOUNT_OPENED_HOOK, ACCOUNTS_IN_USE_HOOK, MEMBER_ACCOUNTS_HOOK
from cms.admin.dashboard import register_panel
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from committee import sitemaps
from committee.admin.attendance_list import AttendanceListViewSet
from committee.admin.choosers import AccountChooserViewSet, HeldSessionChooserViewSet
from committee.admin.dashboard import NextSessionPanel
from committee.admin.member_file import member_file_urls
from committee.admin.members import (
    MemberDocumentViewSet,
    MemberViewSet,
    SeatViewSet,
    advise_on_mandates,
    keep_history,
)
from committee.admin.offices import offices_urls
from committee.admin.seat_votes import SeatVoteFormatter, SeatVotesViewSet
from committee.admin.session_dates import session_dates_urls
from committee.admin.session_list import SessionListViewSet, sessions_area
from committee.admin.sessions import session_buttons, session_urls
from committee.admin.several_seats import several_seats_urls
from committee.admin.vacancies import VacanciesPanel
from committee.area.notifications import MandateEnded
from committee.area.queries import MemberWork, area_cards, area_link, links_without_seat, poll_tasks
from committee.area.services import tell_former_members
from committee.attendance.admin import AttendancePanel
from committee.attendance.exports import session_datasets
from committee.attendance.notifications import AbsenceAnnounced, AbsencesAlert, SeatWithoutAnybody
from committee.attendance.queries.member_tasks import attendance_tasks, session_tasks
from committee.attendance.queries.voices import voices_of_seats
from committee.attendance.services.alerts import alert_after_sessions
from committee.attendance.services.seat_votes import SEAT_VOTE_ENTERED
from committee.convocations.admin import ConvocationViewSet, after_bulk_action, after_edit
from committee.convocations.notifications import SessionConvened
from committee.convocations.queries.calls import convocation_tasks
from committee.convocations.services import send_due
from committee.directory.queries import directory_tasks
from committee.directory.services import ON_PAPER
from committee.handover.admin import office_rights_urls
from committee.handover.notifications import OfficeChanged
from committee.handover.services import follow_offices
from committee.hooks import (
    MEMBER_AREA_LINKS_HOOK,
    MEMBER_TASKS_HOOK,
    RELATED_TO_ROWS_HOOK,
    SESSION_SECTIONS_HOOK,
    TOPIC_SECTIONS_HOOK,
)
from committee.invitations.admin import InvitationViewSet
from committee.invitations.notifications import AccountInvited
from committee.invitations.services import INVITED, JOINED, join_account
from committee.minutes.notifications import CorrectionDecided, MinutesApproved, RoundOpened
from committee.minutes.queries import action_tasks, minutes_link, minutes_tasks
from committee.minutes.services import APPROVE_ACTION, OPEN_ACTION, WRITE_ACTION
from committee.models import Member
from committee.personal_data import PERSONAL_DATA
from committee.programme.admin.dashboard import ProgrammePanel
from committee.programme.admin.work_programmes import WorkProgrammeViewSet
from committee.programme.queries import deliverable_tasks
from committee.programme.services import ADOPTED, BALLOT_OPENED
from committee.queries import topic_sections, workshops
from committee.queries.electorate import (
    accounts_of_members,
    accounts_with_a_mandate,
    number_of_members,
)
from committee.register.exports import decision_datasets
from common.admin import register_search_of
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from common.waiting import register_work
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification
from polls.hooks import COMMITTEE_SIZE_HOOK, POLL_VOICES_HOOK

register_snippet(MemberViewSet)
register_snippet(SeatViewSet)
register_snippet(WorkProgrammeViewSet)
register_snippet(MemberDocumentViewSet)
hooks.register("register_admin_viewset", SessionListViewSet)
hooks.register("register_admin_search_area", sessions_area)
register_search_of(Member, order=130)
hooks.register("register_admin_viewset", SeatVotesViewSet)
hooks.register("register_admin_viewset", AttendanceListViewSet)
hooks.register("register_admin_viewset", ConvocationViewSet)
hooks.register("register_admin_viewset", lambda: AccountChooserViewSet("account_chooser", url_prefix="comptes/choisir"))
hooks.register(
    "register_admin_viewset",
    lambda: HeldSessionChooserViewSet("held_session_chooser", url_prefix="seances-tenues/choisir"),
)
hooks.register("register_admin_viewset", InvitationViewSet)
hooks.register("after_create_snippet", advise_on_mandates)
hooks.register("after_edit_snippet", advise_on_mandates)
hooks.register("before_delete_snippet", keep_history)
hooks.register("after_edit_page", after_edit)
hooks.register("after_bulk_action", after_bulk_action)
hooks.register("register_admin_urls", session_urls)
hooks.register("register_admin_urls", session_dates_urls)
hooks.register("register_admin_urls", several_seats_urls)
hooks.register("register_admin_urls", offices_urls)
hooks.register("register_admin_urls", member_file_urls)
hooks.register("register_admin_urls", office_rights_urls)
hooks.register("register_page_header_buttons", session_buttons)
hooks.register("register_page_listing_more_buttons", session_buttons)

register_panel(NextSessionPanel)
register_panel(VacanciesPanel)
register_panel(AttendancePanel)
register_panel(ProgrammePanel)
register_work(MemberWork)

hooks.register(MEMBER_AREA_LINKS_HOOK, area_cards)
for find_tasks in (
    session_tasks,
    convocation_tasks,
    attendance_tasks,
    poll_tasks,
    minutes_tasks,
    action_tasks,
    deliverable_tasks,
    directory_tasks,
):
    hooks.register(MEMBER_TASKS_HOOK, find_tasks)
for section in (topic_sections.sessions, topic_sections.decisions, topic_sections.actions):
    hooks.register(TOPIC_SECTIONS_HOOK, section)
hooks.register(SESSION_SECTIONS_HOOK, workshops.deliverables_of_session)
hooks.register(RELATED_TO_ROWS_HOOK, workshops.sessions_of_deliverables)

hooks.register(ACCOUNT_LINKS_HOOK, area_link)
hooks.register(ACCOUNT_LINKS_HOOK, minutes_link)
hooks.register(ACCOUNT_LINKS_HOOK, links_without_seat)
hooks.register(ACCOUNT_OPENED_HOOK, join_account)
hooks.register(MEMBER_ACCOUNTS_HOOK, accounts_of_members)
hooks.register(ACCOUNTS_IN_USE_HOOK, accounts_with_a_mandate)
hooks.register(POLL_VOICES_HOOK, voices_of_seats)
hooks.register(COMMITTEE_SIZE_HOOK, number_of_members)
hooks.register(OPEN_DATASETS_HOOK, session_datasets)
hooks.register(OPEN_DATASETS_HOOK, decision_datasets)
hooks.register(SITEMAP_HOOK, sitemaps.programmes)
hooks.register(SITEMAP_HOOK, sitemaps.register)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)


hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [
        AbsencesAlert,
        AbsenceAnnounced,
        AccountInvited,
        CorrectionDecided,
        MandateEnded,
        MinutesApproved,
        OfficeChanged,
        RoundOpened,
        SeatWithoutAnybody,
        SessionConvened,
    ]


@hooks.register(ON_TICK)
def alert_absences_after_sessions(now: datetime) -> str:
    count = alert_after_sessions(now=now)
    return f"{count} alerts about absences sent" if count else ""


@hooks.register(ON_TICK)
def send_convocations(now: datetime) -> str:
    sent, stopped = send_due(now=now)
    return f"{sent} convocations sent, {stopped} stopped" if sent or stopped else ""


@hooks.register(ON_TICK)
def rights_of_offices(now: datetime) -> str:
    count = follow_offices(now=now)
    return f"{count} changes of offices and their rights" if count else ""


@hooks.register(ON_TICK)
def tell_former_members_of_the_end(now: datetime) -> str:
    count = tell_former_members(now=now)
    return f"{count} former members told" if count else ""


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("committee.erase", _("Erase a person"), _("Person erased"))
    actions.register_action("committee.convene", _("Call the members"), _("Members called to the session"))
    actions.register_action(ON_PAPER, _("Enter an agreement on paper"), _("Agreement on paper entered"))
    actions.register_action(INVITED, _("Invite to create an account"), _("Invited to create an account"))
    actions.register_action(JOINED, _("Join the account"), _("Account of the invited person joined"))
    actions.register_action(WRITE_ACTION, _("Write the minutes"), _("Minutes written"))
    actions.register_action(OPEN_ACTION, _("Open the minutes to corrections"), _("Minutes opened to corrections"))
    actions.register_action(APPROVE_ACTION, _("Approve the minutes"), _("Minutes approved"))
    actions.register_action(BALLOT_OPENED, _("Open the ballot"), _("Ballot over the work programme opened"))
    actions.register_action(SEAT_VOTE_ENTERED)(SeatVoteFormatter)
    actions.register_action(ADOPTED, _("Adopt the programme"), _("Work programme adopted"))
