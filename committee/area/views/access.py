"""Access control of the members' area: a mixin and a decorator."""

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
    """Returns the 403 page that explains to a signed-in user who may read the area, and from or until which day.

    Members whose mandate begins by the next session can announce an absence there.
    """
    now = timezone.now()
    own = Mandate.objects.filter(member__user=request.user.pk)
    coming = own.filter(starts_on__gt=timezone.localdate(now)).first()
    ended = own.filter(ends_on__lt=timezone.localdate(now)).order_by("ends_on").last()
    session = SessionPage.objects.visible_to(request.user).to_begin(now).first() if coming else None
    called_session = session if session and coming and coming.starts_on <= day_of(session) else None
    return render(
        request, "committee/area/closed.html", {"coming": coming, "ended": ended, "session": called_session}, status=403
    )


def committee_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view: allows members who sit and users who write minutes; refuses others as `MembersOnlyMixin`
    does."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_open_minutes(request.user, timezone.localdate()):
            return closed(request)
        return view(request, *args, **kwargs)

    return login_required(wrapped)


class MembersOnlyMixin(AccessMixin, ContextMixin):
    """View of the members' area, for an account whose member sits today (`self.member`).

    `title` is in the breadcrumb. Redirects anonymous visitors to sign in; other accounts get a page that explains
    who may read the area. Where `can_read` returns True, an account without a seat is allowed, and `self.member` is
    None.
    """

    title: str | Promise
    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        member = self.get_member(request)
        if member is None and not self.can_read(request):
            return closed(request)
        self.member = member  # type: ignore[assignment]
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_member(self, request: HttpRequest) -> Member | None:
        """Returns the sitting member of the account, None for other accounts."""
        return sitting_member(request.user, timezone.localdate())

    def can_read(self, request: HttpRequest) -> bool:
        """Returns whether an account without a seat may read the page. Views may override the default, False."""
        return False

    def get_parents(self) -> list[tuple[str, str]]:
        """Returns the parent pages as (URL, title): the home of the area, or of the account."""
        if self.member is None:
            return [(reverse("accounts:home"), gettext("My account"))]
        return [(reverse("committee:area"), gettext("Members’ area"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        common = {"member": self.member, "parents": self.get_parents(), "current": self.title}
        return super().get_context_data(**common, **kwargs)
