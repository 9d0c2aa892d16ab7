"""What this app adds to Wagtail: the members in the admin, and the sessions of a topic."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.links import ACCOUNT_LINKS_HOOK, AccountLink
from accounts.models import User
from cms.cards import INDEXABLE_VIEWS_HOOK
from cms.dashboard import register_panel
from cms.sitemap import SITEMAP_HOOK, SitemapEntry
from committee.area.registry import AWAITS_MEMBER_HOOK, Awaiting
from committee.dashboard import NextSessionPanel
from committee.models import Deliverable, Member, Seat, SessionPage, TopicPage, WorkProgramme
from committee.permissions import sitting_member
from committee.programme.ballot import ADOPTED, BALLOT_OPENED
from committee.programme.dashboard import LateDeliverablesPanel
from committee.programme.screens import WorkProgrammeViewSet
from committee.seats import seats_on
from committee.sections import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from common.templatetags.dates import day
from polls.electorate import POLL_MEMBERS, POLL_VOICES, Voice


class MemberViewSet(SnippetViewSet):
    """The members and their mandates, for the secretariat."""

    model = Member
    icon = "group"
    menu_label = _("Members")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["name", "college"]
    search_fields = ["name"]
    list_per_page = 50


class SeatViewSet(SnippetViewSet):
    """The seats, for the secretariat."""

    model = Seat
    icon = "group"
    menu_label = _("Seats")
    menu_order = 251
    add_to_admin_menu = True
    list_display = ["name", "college", "starts_on", "ends_on"]
    list_per_page = 50


register_snippet(MemberViewSet)
register_snippet(SeatViewSet)
register_snippet(WorkProgrammeViewSet)
register_panel(NextSessionPanel)
register_panel(LateDeliverablesPanel)


@hooks.register(ACCOUNT_LINKS_HOOK)
def members_area(request: HttpRequest) -> list[AccountLink]:
    """The way to the members' area, for those who sit."""
    if sitting_member(request.user, timezone.localdate()) is None:
        return []
    hint = gettext("What waits for you, documents, and how to reach the others.")
    return [AccountLink(order=5, label=gettext("Members’ area"), url=reverse("committee:area"), hint=hint)]


@hooks.register(POLL_MEMBERS)
def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Those who hold a mandate at `moment` and have an account."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


@hooks.register(POLL_VOICES)
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
    """The page of a session has its own route; the programme of a year is no page of editors."""
    return ["committee:session", "committee:work_programme"]
