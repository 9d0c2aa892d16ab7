"""Viewsets of members, seats and members' documents, for the secretariat."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton
from wagtail.snippets.views.snippets import CreateView, IndexView

from accounts.permissions import can_edit_accounts
from cms.admin.dashboard import snippet_url
from committee.admin.choosers import MemberChooserViewSet, SeatChooserViewSet
from committee.admin.erasure import EraseView
from committee.directory.admin import PaperConsentView
from committee.invitations.queries import invitation_of, invitation_state, without_account
from committee.models import Mandate, Member, MemberDocument, Seat, SeatQuerySet
from committee.models.members import MemberQuerySet, lock_mandates
from committee.models.naming_consent import Naming
from committee.permissions import can_edit_members, can_erase_members, can_invite_members
from committee.queries.seats import FilledSeat, holder_in_words, seats_on
from common.admin import ListedSnippetViewSet, SnippetEditView, YesNoFilter
from common.hooks import COMMITTEE_MENU_HOOK
from common.templatetags.dates import short_day

# Columns of the export that only users who can edit members get.
PRIVATE = ("private_phone", "private_address")


class MandateLockMixin:
    """View that validates and saves the mandates of a member under a lock, so that two editors cannot conflict."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            lock_mandates()
            response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
            return response


class MemberCreateView(MandateLockMixin, CreateView):
    pass


class MemberEditView(MandateLockMixin, SnippetEditView):
    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        buttons = list(super().header_more_buttons)
        if can_invite_members(self.request.user) and without_account(timezone.localdate()).filter(pk=self.object.pk):
            url = reverse("account_invitations:index", query={"membre": self.object.pk})
            buttons.append(Button(_("Invite to create an account…"), url=url, icon_name="mail", priority=80))
        if can_edit_members(self.request.user):
            url = reverse(self.model.snippet_viewset.get_url_name("paper_consent"), args=[self.object.pk])
            buttons.append(Button(_("Enter an agreement on paper…"), url=url, icon_name="doc-full", priority=85))
        if can_erase_members(self.request.user):
            url = reverse(self.model.snippet_viewset.get_url_name("erase"), args=[self.object.pk])
            buttons.append(Button(_("Erase the person…"), url=url, icon_name="bin", priority=90))
        return buttons


def advise_on_mandates(request: HttpRequest, saved: Any) -> None:
    """Hooks `after_create_snippet` and `after_edit_snippet`: lists the member's mandates that have no last day."""
    if isinstance(saved, Member) and (mandates := saved.mandates.without_last_day()):
        message = gettext("No last day: %(roles)s. Write it: the dashboard then reminds you sixty days before.")
        messages.warning(request, message % {"roles": ", ".join(mandate.get_role_display() for mandate in mandates)})


class MemberFilterSet(WagtailFilterSet):
    """Filters of the list of members."""

    naming = django_filters.ChoiceFilter(
        label=capfirst(_("agrees to be named on the site")), choices=Naming.choices, method="filter_naming"
    )
    sits = YesNoFilter(label=_("Sits today"), method="filter_sitting")
    has_account = YesNoFilter(label=_("Account"), method="filter_account")
    has_last_day = YesNoFilter(label=_("Last day of the mandates written"), method="filter_last_day")

    class Meta:
        model = Member
        fields: ClassVar = []

    def filter_naming(self, members: MemberQuerySet, name: str, naming: str) -> MemberQuerySet:
        return members.with_naming(naming)

    def filter_sitting(self, members: QuerySet[Member], name: str, sits: str) -> QuerySet[Member]:
        sitting = Member.objects.sitting(timezone.localdate()).values("pk")
        return members.filter(pk__in=sitting) if sits == YesNoFilter.YES else members.exclude(pk__in=sitting)

    def filter_account(self, members: QuerySet[Member], name: str, account: str) -> QuerySet[Member]:
        return members.filter(user__isnull=account != YesNoFilter.YES)

    def filter_last_day(self, members: QuerySet[Member], name: str, written: str) -> QuerySet[Member]:
        """Filters members with a current or future mandate: all of its last days are known, or one has none."""
        open_ended = Mandate.objects.without_last_day().values("member")
        if written != YesNoFilter.YES:
            return members.filter(pk__in=open_ended)
        return members.filter(pk__in=Mandate.objects.not_over(timezone.localdate()).values("member")).exclude(
            pk__in=open_ended
        )


class MemberIndexView(IndexView):
    """List of members: their current roles and contact details."""

    export_headings: ClassVar = {
        "roles": _("Role today"),
        "account": _("Account"),
        "naming.label": _("Named on the site"),
    }

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        file = HeaderButton(gettext("Members from a file"), url=reverse("member_file"), icon_name="upload", priority=20)
        return [*super().header_buttons, file]

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        offices = Button(_("Renew the offices"), url=reverse("offices"), icon_name="group", priority=70)
        buttons = [*super().header_more_buttons, offices]
        if can_invite_members(self.request.user):
            url = reverse("account_invitations:index")
            buttons.append(Button(_("Invite to create an account…"), url=url, icon_name="mail", priority=80))
        return buttons

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        *first, named = super().columns
        account = [Column("account", label=_("Account"), accessor=_account_of)]
        if can_edit_accounts(self.request.user):
            account.append(Column("email", label=_("E-mail"), accessor=_email_of))
        return [*first, Column("roles", label=_("Role today"), accessor=self.roles_of), *account, named]

    @cached_property
    def _mandates(self) -> dict[int, list[Mandate]]:
        """Current and future mandates by member, the earliest first. One query for the whole list."""
        mandates: dict[int, list[Mandate]] = {}
        for mandate in Mandate.objects.not_over(timezone.localdate()).select_related("seat"):
            mandates.setdefault(mandate.member_id, []).append(mandate)
        return mandates

    def to_row_dict(self, item: Member) -> dict[str, Any]:
        """Returns the columns of the export; address and telephone only for users who can edit members."""
        item.roles, item.account = self.roles_of(item), _account_of(item)  # type: ignore[attr-defined]
        private = {} if can_edit_members(self.request.user) else dict.fromkeys(PRIVATE, "")
        return super().to_row_dict(item) | private

    def roles_of(self, member: Member) -> str:
        """Returns the roles of today; for a member whose mandate is to come, the roles and their first day."""
        mandates, today = self._mandates.get(member.pk, []), timezone.localdate()
        if not mandates:
            return gettext("Does not sit")
        running = [mandate for mandate in mandates if mandate.starts_on <= today]
        if not running:
            return gettext("Sits from %(day)s on") % {"day": short_day(mandates[0].starts_on)}
        return ", ".join(
            f"{mandate.get_role_display()} ({mandate.seat})" if mandate.seat else mandate.get_role_display()
            for mandate in running
        )


def _account_of(member: Member) -> str:
    """Returns the state of the member's account, or of the invitation to create one, in words."""
    if member.user is None:
        return invitation_state(member, timezone.now()) or gettext("None")
    return gettext("Yes") if member.user.is_active else gettext("Closed account")


def _email_of(member: Member) -> str:
    """Returns the e-mail address of the account, or of the last invitation."""
    invitation = invitation_of(member)
    return member.user.email if member.user else getattr(invitation, "email", "")


class MemberViewSet(ListedSnippetViewSet):
    """Members with their mandates."""

    model = Member
    icon = "group"
    menu_label = _("Members")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 30
    url_prefix = "membres"  # type: ignore[assignment]
    list_display = [
        "name",
        Column("naming", label=_("Named on the site"), accessor="naming.label", sort_key="is_named"),
    ]
    filterset_class = MemberFilterSet
    search_backend_name = None
    search_fields: ClassVar = ["name"]
    list_export: ClassVar = ["name", "roles", "college", "account", "naming.label", *PRIVATE]
    list_per_page = 50
    index_view_class = MemberIndexView
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView
    chooser_viewset_class = MemberChooserViewSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return Member.objects.select_related("user", "invitation")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("effacer/<int:pk>/", EraseView.as_view(), name="erase"),
            path("accord/<int:pk>/", PaperConsentView.as_view(), name="paper_consent"),
        ]


class SeatFilterSet(WagtailFilterSet):
    is_empty = YesNoFilter(label=_("Empty today"), method="filter_empty")

    class Meta:
        model = Seat
        fields: ClassVar = []

    def filter_empty(self, seats: SeatQuerySet, name: str, is_empty: str) -> SeatQuerySet:
        """Filters seats that exist today: vacant ones, or held ones."""
        today = timezone.localdate()
        held = Mandate.objects.current(today).filter(role=Mandate.Role.MEMBER, seat__isnull=False).values("seat")
        return seats.current(today).exclude(pk__in=held) if is_empty == YesNoFilter.YES else seats.filter(pk__in=held)


class SeatIndexView(IndexView):
    """List of seats with their current holder and substitute."""

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        url = reverse("several_seats")
        several = HeaderButton(gettext("Create several seats"), url=url, icon_name="plus", priority=20)
        return [*super().header_buttons, several]

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        *first, ends_on = super().columns
        people_columns = [
            Column("holder", label=_("Holder today"), accessor=self.holder_of),
            Column("substitute", label=Mandate.Role.SUBSTITUTE.label, accessor=self.substitute_of),
        ]
        return [*first, *people_columns, ends_on]

    @cached_property
    def _filled(self) -> dict[int, FilledSeat]:
        return {filled.seat.pk: filled for filled in seats_on(timezone.localdate())}

    def holder_of(self, seat: Seat) -> str:
        return holder_in_words(seat, self._filled.get(seat.pk), timezone.localdate())

    def substitute_of(self, seat: Seat) -> str:
        filled = self._filled.get(seat.pk)
        return str(filled.substitute or "") if filled else ""


class SeatViewSet(ListedSnippetViewSet):
    """Seats. The edit form lists the mandates of the seat."""

    model = Seat
    icon = "seat"
    menu_label = _("Seats")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 40
    url_prefix = "sieges"  # type: ignore[assignment]
    list_display = ["name", "college", DateColumn("ends_on", label=_("Exists until"), sort_key="ends_on")]
    filterset_class = SeatFilterSet
    search_fields = ["name", "college"]
    list_per_page = 50
    index_view_class = SeatIndexView
    chooser_viewset_class = SeatChooserViewSet


class MemberDocumentViewSet(ListedSnippetViewSet):
    """Files for members only."""

    model = MemberDocument
    icon = "doc-full"
    menu_label = _("Documents of the members")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 60
    url_prefix = "documents-des-membres"  # type: ignore[assignment]
    list_display = ["title", DateColumn("added_at", label=_("Added on"), sort_key="added_at")]
    list_per_page = 50


def keep_history(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """Hook `before_delete_snippet`: refuses to delete a member or a seat that has mandates."""
    in_use = [instance for instance in instances if isinstance(instance, Member | Seat) and instance.mandates.exists()]
    if not in_use:
        return None
    name = str(in_use[0])
    if isinstance(in_use[0], Seat):
        message = gettext("“%(name)s” was filled by somebody: the history keeps it. Write until when the seat exists.")
        messages.error(request, message % {"name": name})
        return redirect(snippet_url(Seat, "edit", in_use[0].pk))
    message = gettext(
        "%(name)s has mandates: the history of the seats keeps them. "
        "To forget the person, use “Erase the person”. To undo a mistake, remove the mandates first."
    )
    messages.error(request, message % {"name": name})
    return redirect(snippet_url(Member, "edit", in_use[0].pk))
