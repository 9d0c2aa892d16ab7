"""What this app adds to Wagtail: the members in the admin, and the sessions of a topic."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import (
    ACCOUNT_ERASURE_HOOK,
    ACCOUNT_EXPORT_HOOK,
    ACCOUNT_LINKS_HOOK,
    MEMBER_ACCOUNTS_HOOK,
    AccountLink,
)
from accounts.models import User
from cms.admin.dashboard import register_panel
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, SitemapEntry
from committee.admin.dashboard import NextSessionPanel
from committee.admin.members import MemberDocumentViewSet, MemberViewSet, SeatViewSet, keep_history
from committee.admin.sessions import session_buttons, session_urls
from committee.admin.vacancies import VacanciesPanel
from committee.area.queries import cards, next_session, open_polls
from committee.area.registry import AWAITS_MEMBER_HOOK, MEMBER_AREA_LINKS_HOOK, Awaiting
from committee.attendance.admin import AttendancePanel
from committee.attendance.exports import sets_of_sessions
from committee.attendance.notifications import tell_after_sessions
from committee.attendance.queries.awaiting import attendance_awaits
from committee.convocations.admin import ConvocationViewSet
from committee.convocations.services import KIND, render_convocations
from committee.exports.personal_data import forget_with_account, held_by_committee
from committee.hooks import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.minutes.queries import minutes_await
from committee.minutes.services import APPROVE_ACTION, OPEN_ACTION
from committee.models import (
    Deliverable,
    Member,
    RegisterEntry,
    SessionAction,
    SessionPage,
    TopicPage,
    WorkProgramme,
)
from committee.permissions import can_draft_minutes, can_propose_correction, sitting_member
from committee.programme.admin.dashboard import LateDeliverablesPanel
from committee.programme.admin.work_programmes import WorkProgrammeViewSet
from committee.programme.services import ADOPTED, BALLOT_OPENED
from committee.queries.seats import seats_on
from committee.register.exports import sets_of_decisions
from common.hooks import OPEN_DATASETS_HOOK
from common.templatetags.dates import day, short_day
from mailing.hooks import MAIL_RENDERER, ON_TICK, Renderer
from polls.hooks import POLL_VOICES_HOOK, Voice

register_snippet(MemberViewSet)
register_snippet(SeatViewSet)
register_snippet(WorkProgrammeViewSet)
register_panel(NextSessionPanel)
register_panel(LateDeliverablesPanel)
register_snippet(MemberDocumentViewSet)
register_panel(VacanciesPanel)
hooks.register("before_delete_snippet", keep_history)
hooks.register("register_admin_viewset", ConvocationViewSet)
hooks.register(MEMBER_AREA_LINKS_HOOK, cards)
hooks.register(AWAITS_MEMBER_HOOK, next_session)
hooks.register(AWAITS_MEMBER_HOOK, open_polls)
hooks.register(AWAITS_MEMBER_HOOK, minutes_await)


@hooks.register(MAIL_RENDERER)
def convocations() -> tuple[str, Renderer]:
    """Who writes the mails that call the members to a session."""
    return KIND, render_convocations


register_panel(AttendancePanel)
hooks.register(ACCOUNT_EXPORT_HOOK, held_by_committee)
hooks.register(ACCOUNT_ERASURE_HOOK, forget_with_account)
hooks.register(AWAITS_MEMBER_HOOK, attendance_awaits)
hooks.register(OPEN_DATASETS_HOOK, sets_of_sessions)
hooks.register(OPEN_DATASETS_HOOK, sets_of_decisions)
hooks.register("register_admin_urls", session_urls)
hooks.register("register_page_header_buttons", session_buttons)
hooks.register("register_page_listing_more_buttons", session_buttons)


@hooks.register(ON_TICK)
def tell_of_absences_after_sessions(now: datetime) -> str:
    """Once a session is over, the officers hear of the seats for which nobody comes any more."""
    count = tell_after_sessions(now=now)
    return f"{count} runs of absences told" if count else ""


@hooks.register(ACCOUNT_LINKS_HOOK)
def members_area(request: HttpRequest) -> list[AccountLink]:
    """The way to the members' area, for those who sit."""
    if sitting_member(request.user, timezone.localdate()) is None:
        return []
    hint = gettext("What waits for you, documents, and how to reach the others.")
    return [AccountLink(order=5, label=gettext("Members’ area"), url=reverse("committee:area"), hint=hint)]


@hooks.register(MEMBER_ACCOUNTS_HOOK)
def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Those who hold a mandate at `moment` and have an account."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


@hooks.register(POLL_VOICES_HOOK)
def voices_of_seats(moment: datetime) -> list[Voice]:
    """Each seat that somebody fills at `moment` has one answer, whether or not these people have an account."""
    return [
        Voice(f"siege-{filled.seat.pk}", frozenset(person.user_id for person in filled.people if person.user_id))
        for filled in seats_on(timezone.localdate(moment))
        if filled.people
    ]


@hooks.register(AWAITS_MEMBER_HOOK)
def late_deliverables_await(member: Member, now: datetime) -> Iterator[Awaiting]:
    """What is late on the topics that this member leads."""
    for row in Deliverable.objects.late(timezone.localdate(now)).filter(topic__pilot=member):
        text = gettext("Say where this deliverable is: %(title)s") % {"title": row.title}
        yield Awaiting(text=text, url=row.topic.get_url() or "")


@hooks.register(SITEMAP_HOOK)
def programmes_for_search_engines() -> Iterator[SitemapEntry]:
    for programme in WorkProgramme.objects.adopted():
        yield SitemapEntry(path=programme.get_absolute_url(), changed_at=programme.adopted_at)


@hooks.register("register_log_actions")
def register_steps_of_programmes(actions: LogActionRegistry) -> None:
    actions.register_action(BALLOT_OPENED, _("Open the ballot"), _("Ballot over the work programme opened"))
    actions.register_action(ADOPTED, _("Adopt the programme"), _("Work programme adopted"))


@hooks.register(TOPIC_SECTIONS_HOOK)
def sessions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """The sessions whose agenda names the topic, the latest first."""
    found = SessionPage.objects.published().about(topic)
    items = [
        SectionItem(title=session.heading, url=session.get_url(request), meta=day(session.starts_at))
        for session in found
    ]
    return TopicSection(order=10, key="seances", title=gettext("Sessions"), items=items) if items else None


@hooks.register(INDEXABLE_VIEWS_HOOK)
def sessions_may_be_listed() -> list[str]:
    """The page of a session has its own route; the register and the programme of a year are no pages of editors."""
    return ["committee:session", "committee:register", "committee:work_programme"]


@hooks.register(TOPIC_SECTIONS_HOOK)
def decisions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """What was decided about the topic, the latest first."""
    found = RegisterEntry.objects.readable().filter(topic_number=topic.number).order_by("-number")
    items = [
        SectionItem(title=entry.text, url=entry.get_absolute_url(), meta=short_day(entry.session_day))
        for entry in found
    ]
    return TopicSection(order=12, key="decisions", title=gettext("Decisions"), items=items) if items else None


@hooks.register(TOPIC_SECTIONS_HOOK)
def actions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """What members and others do for the topic, and whether it is done."""
    today = timezone.localdate()
    found = SessionAction.objects.published().filter(topic=topic).select_related("session", "member")
    items = [
        SectionItem(title=row.text, url=f"{row.session.get_url(request)}#actions", meta=_how_it_stands(row, today))
        for row in found.order_by("-session__starts_at", "sort_order")
    ]
    return TopicSection(order=14, key="actions", title=gettext("Who does what"), items=items) if items else None


def _how_it_stands(row: SessionAction, today: date) -> str:
    if row.done_on:
        stands = gettext("done on %(day)s") % {"day": short_day(row.done_on)}
    elif row.due_on:
        said = gettext("late since %(day)s") if row.is_late(today) else gettext("before %(day)s")
        stands = said % {"day": short_day(row.due_on)}
    else:
        stands = ""
    return " · ".join(filter(None, [row.shown_who, stands]))


@hooks.register(SITEMAP_HOOK)
def register_for_search_engines() -> list[SitemapEntry]:
    last = RegisterEntry.objects.last()
    return [SitemapEntry(path=reverse("committee:register"), changed_at=last.recorded_at if last else None)]


@hooks.register(ACCOUNT_LINKS_HOOK)
def link_to_minutes(request: HttpRequest) -> list[AccountLink]:
    """For those who sit on the committee, and those who write for it."""
    today = timezone.localdate()
    if not (can_propose_correction(request.user, today) or can_draft_minutes(request.user, today)):
        return []
    return [
        AccountLink(
            order=40,
            label=gettext("Minutes of the sessions"),
            url=reverse("committee:minutes_list"),
            hint=gettext("Read the minutes before they are public, and correct them."),
        )
    ]


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    actions.register_action("committee.erase", _("Erase a person"), _("Person erased"))
    actions.register_action("committee.convene", _("Call the members"), _("Members called to the session"))
    actions.register_action(OPEN_ACTION, _("Open the minutes to corrections"), _("Minutes opened to corrections"))
    actions.register_action(APPROVE_ACTION, _("Approve the minutes"), _("Minutes approved"))
