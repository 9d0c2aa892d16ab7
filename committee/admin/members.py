"""View sets of the members, the seats and the documents of the members, for the secretariat."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.widgets.button import BaseButton, Button
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from cms.admin.dashboard import snippet_url
from committee.admin.erasure import EraseView
from committee.models import Member, MemberDocument, Seat
from committee.models.members import lock_mandates
from committee.permissions import can_erase_members


class MandateLockMixin:
    """View that checks and saves the mandates of a member under a lock: two editors do not contradict each other."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            lock_mandates()
            return super().post(request, *args, **kwargs)  # type: ignore[misc]


class MemberCreateView(MandateLockMixin, CreateView):
    pass


class MemberEditView(MandateLockMixin, EditView):
    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        buttons = list(super().header_more_buttons)
        if can_erase_members(self.request.user):
            url = reverse(self.model.snippet_viewset.get_url_name("erase"), args=[self.object.pk])
            buttons.append(Button(_("Erase the person…"), url=url, icon_name="bin", priority=90))
        return buttons


class MemberViewSet(SnippetViewSet):
    """Members and their mandates."""

    model = Member
    icon = "group"
    menu_label = _("Members")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["name", "college", BooleanColumn("is_named", label=_("Named on the site"), sort_key="is_named")]
    list_filter = ["is_named"]
    search_fields = ["name"]
    list_per_page = 50
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("effacer/<int:pk>/", EraseView.as_view(), name="erase")]


class SeatViewSet(SnippetViewSet):
    """Seats. The form of one lists who filled it."""

    model = Seat
    icon = "group"
    menu_label = _("Seats")
    menu_order = 251
    add_to_admin_menu = True
    list_display = ["name", "college", "starts_on", "ends_on"]
    list_per_page = 50


class MemberDocumentViewSet(SnippetViewSet):
    """Files that only the members read."""

    model = MemberDocument
    icon = "doc-full"
    menu_label = _("Documents of the members")
    menu_order = 253
    add_to_admin_menu = True
    list_display = ["title", DateColumn("added_at", label=_("Added on"), sort_key="added_at")]
    list_per_page = 50


def keep_history(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """Hook `before_delete_snippet`: refuses to delete a member who has mandates, or a seat that somebody filled."""
    kept = [one for one in instances if isinstance(one, Member | Seat) and one.mandates.exists()]
    if not kept:
        return None
    name = str(kept[0])
    if isinstance(kept[0], Seat):
        message = gettext("“%(name)s” was filled by somebody: the history keeps it. Write until when the seat exists.")
        messages.error(request, message % {"name": name})
        return redirect(snippet_url(Seat, "edit", kept[0].pk))
    message = gettext(
        "%(name)s has mandates: the history of the seats keeps them. "
        "To forget the person, use “Erase the person”. To undo a mistake, remove the mandates first."
    )
    messages.error(request, message % {"name": name})
    return redirect(snippet_url(Member, "edit", kept[0].pk))
