"""What this app adds to Wagtail: the members in the admin, and the sessions of a topic."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.links import ACCOUNT_LINKS_HOOK, AccountLink
from accounts.models import User
from cms.cards import INDEXABLE_VIEWS_HOOK
from cms.dashboard import register_panel
from committee.admin_links import session_buttons, session_urls
from committee.area.registry import AWAITS_MEMBER_HOOK
from committee.attendance.alerts import tell_after_sessions
from committee.attendance.dashboard import AttendancePanel
from committee.attendance.members import attendance_awaits
from committee.dashboard import NextSessionPanel
from committee.models import Member, Seat, SessionPage, TopicPage
from committee.open_data import open_datasets
from committee.permissions import sitting_member
from committee.sections import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from common.open_data import OPEN_DATASETS_HOOK
from common.templatetags.dates import day
from mailing.hooks import ON_TICK
from polls.electorate import POLL_MEMBERS


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
register_panel(NextSessionPanel)
register_panel(AttendancePanel)
hooks.register(AWAITS_MEMBER_HOOK, attendance_awaits)
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
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


@hooks.register(POLL_MEMBERS)
def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Those who hold a mandate at `moment` and have an account."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


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
    """The page of a session has its own route."""
    return ["committee:session"]
