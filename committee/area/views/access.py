"""Access to the members' area: a mixin, and a decorator, for all its views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.generic.base import ContextMixin

from committee.models import Mandate, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.permissions import can_open_minutes, sitting_member


def closed(request: HttpRequest) -> HttpResponse:
    """Returns the page that says to a signed-in user who may read the area, or from when on (403).

    Who sits on the day of the next session may say there that they cannot come.
    """
    now = timezone.now()
    coming = Mandate.objects.filter(member__user=request.user.pk, starts_on__gt=timezone.localdate(now)).first()
    session = SessionPage.objects.visible_to(request.user).to_begin(now).first() if coming else None
    called = session if session and coming and coming.starts_on <= day_of(session) else None
    return render(request, "committee/area/closed.html", {"coming": coming, "session": called}, status=403)


def committee_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator for members who sit, and those who write minutes; refuses as `MembersOnlyMixin` does."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_open_minutes(request.user, timezone.localdate()):
            return closed(request)
        return view(request, *args, **kwargs)

    return login_required(wrapped)


class MembersOnlyMixin(AccessMixin, ContextMixin):
    """View of the members' area, for an account whose member sits today: `self.member`. `title` is in the breadcrumb.

    Anonymous visitors are sent to sign in; other accounts get a page that says who may read the area. A view whose
    `may_read` says so is read without a seat too, and `self.member` is None then.
    """

    title: str | Promise
    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        member = self.get_member(request)
        if member is None and not self.may_read(request):
            return closed(request)
        self.member = member  # type: ignore[assignment]
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_member(self, request: HttpRequest) -> Member | None:
        """Returns the member whose account reads the page, None for an account that may not."""
        return sitting_member(request.user, timezone.localdate())

    def may_read(self, request: HttpRequest) -> bool:
        """Returns whether an account without a seat reads the page: none, where a view does not say otherwise."""
        return False

    def get_parents(self) -> list[tuple[str, str]]:
        """Returns the pages above this one, as (URL, title): the first page of the area, or of the own account."""
        if self.member is None:
            return [(reverse("accounts:home"), gettext("My account"))]
        return [(reverse("committee:area"), gettext("Members’ area"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        common = {"member": self.member, "parents": self.get_parents(), "current": self.title}
        return super().get_context_data(**common, **kwargs)
