"""Who enters the members' area, and what its pages have in common."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.generic.base import ContextMixin

from committee.models import Member
from committee.permissions import sitting_member


class MembersOnlyMixin(AccessMixin, ContextMixin):
    """A page of the members' area, with `title` in its head and its breadcrumb.

    Lets in an account that holds a mandate today, as `self.member`; asks others who they are, or says for whom it is.
    """

    title: str | Promise
    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        member = sitting_member(request.user, timezone.localdate())
        if member is None:
            return render(request, "committee/area/closed.html", status=403)
        self.member = member
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_parents(self) -> list[tuple[str, str]]:
        """Returns the pages above this one, as (address, title): the first page of the area."""
        return [(reverse("committee:area"), gettext("Members’ area"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        common = {"member": self.member, "parents": self.get_parents(), "current": self.title}
        return super().get_context_data(**common, **kwargs)
