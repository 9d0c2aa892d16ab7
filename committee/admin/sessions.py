"""Buttons and URLs of a session in the Wagtail admin: attendance, printed convocations, duplication."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from committee.admin.duplication import DuplicateView, duplicate_url
from committee.attendance.queries.member_tasks import sheet_url
from committee.convocations.queries.calls import session_refusal
from committee.models import SessionPage
from committee.models.attendance_rules import opens_at
from committee.permissions import can_edit_sessions, can_record_attendance

if TYPE_CHECKING:
    from accounts.models import User


def session_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`: the view that duplicates a session."""
    return [path("seances/<int:pk>/dupliquer/", DuplicateView.as_view(), name="session_duplicate")]


def session_buttons(page: Page, user: "User", view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """Yields buttons for a session, in its menu and its list row: attendance, printed convocations, duplication."""
    if page.specific_class is not SessionPage:
        return
    session, now = page.specific, timezone.now()
    if session.live and not session.is_cancelled and can_record_attendance(user, timezone.localdate(now)):
        label = _("Note who came") if opens_at(session) <= now else _("Note who cannot come")
        yield Button(label, sheet_url(session), icon_name="group", priority=5)
    if can_edit_sessions(user):
        # The first two conditions are parts of the refusal that need no query: a list has many past sessions.
        if session.live and session.starts_at > now and not session_refusal(session, now=now):
            url = reverse("convocations:paper", args=[session.pk])
            yield Button(_("Print the convocations"), url, icon_name="print", priority=5)
        yield Button(_("Duplicate for the next session"), duplicate_url(session), icon_name="copy", priority=6)
