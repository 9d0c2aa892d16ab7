"""What this app adds to Wagtail: the members in the admin, and the sessions of a topic."""

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

from accounts.links import ACCOUNT_LINKS_HOOK, AccountLink
from accounts.models import User
from cms.cards import INDEXABLE_VIEWS_HOOK
from cms.dashboard import register_panel
from committee.area.hooks import cards, next_session, open_polls
from committee.area.registry import AWAITS_MEMBER_HOOK, MEMBER_AREA_LINKS_HOOK
from committee.convocations.screens import ConvocationViewSet
from committee.convocations.services import KIND, render_convocations
from committee.dashboard import NextSessionPanel
from committee.member_screens import MemberDocumentViewSet, MemberViewSet, SeatViewSet, keep_history
from committee.models import Member, SessionPage, TopicPage
from committee.permissions import sitting_member
from committee.sections import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.vacancies import VacanciesPanel
from common.templatetags.dates import day
from mailing.hooks import MAIL_RENDERER, Renderer
from polls.electorate import POLL_MEMBERS

register_snippet(MemberViewSet)
register_snippet(SeatViewSet)
register_snippet(MemberDocumentViewSet)
register_panel(NextSessionPanel)
register_panel(VacanciesPanel)
hooks.register("before_delete_snippet", keep_history)
hooks.register("register_admin_viewset", ConvocationViewSet)
hooks.register(MEMBER_AREA_LINKS_HOOK, cards)
hooks.register(AWAITS_MEMBER_HOOK, next_session)
hooks.register(AWAITS_MEMBER_HOOK, open_polls)


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    actions.register_action("committee.erase", _("Erase a person"), _("Person erased"))
    actions.register_action("committee.convene", _("Call the members"), _("Members called to the session"))


@hooks.register(MAIL_RENDERER)
def convocations() -> tuple[str, Renderer]:
    """Who writes the mails that call the members to a session."""
    return KIND, render_convocations


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
