"""What Wagtail offers on a session, beside its own buttons."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from committee.admin.duplication import DuplicateView, duplicate_url
from committee.attendance.queries.member_tasks import sheet_url
from committee.models import SessionPage
from committee.models.attendance_rules import opens_at
from committee.permissions import can_edit_sessions, can_record_attendance

if TYPE_CHECKING:
    from accounts.models import User


def session_urls() -> list[URLPattern]:
    """The screen that duplicates a session, under the address of the admin."""
    return [path("seances/<int:pk>/dupliquer/", DuplicateView.as_view(), name="session_duplicate")]


def session_buttons(page: Page, user: "User", view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """For the menu of the page of a session and for its line of a list: to note attendance, to duplicate it."""
    if page.specific_class is not SessionPage:
        return
    session, now = page.specific, timezone.now()
    may_note = session.live and not session.is_cancelled and opens_at(session) <= now
    if may_note and can_record_attendance(user, timezone.localdate(now)):
        yield Button(_("Note who came"), sheet_url(session), icon_name="group", priority=5)
    if can_edit_sessions(user):
        yield Button(_("Duplicate for the next session"), duplicate_url(session), icon_name="copy", priority=6)
