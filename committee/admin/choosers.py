"""Admin choosers: the account of a member, a member, a seat, a past session."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import BaseChooser

from accounts.models import User
from accounts.permissions import can_edit_accounts
from committee.models import Member, Seat, SessionPage
from committee.permissions import can_choose_members, can_edit_members
from committee.queries.seats import holder_in_words, seats_on
from common.choosers import FilteredChooser, FilteredChooserViewSet, OneChosenView, with_beginnings
from common.templatetags.dates import hour, short_day


class AccountChooser(FilteredChooser):
    """Chooser field for an account. It has no edit link, because most of its users may not edit accounts."""

    show_edit_link = False


class AccountChooserViewSet(FilteredChooserViewSet):
    """Account chooser for users who can edit members.

    Searches by name or by complete e-mail address; users who can edit accounts may also search by part of an
    address.
    """

    model = User
    icon = "user"
    choose_one_text = _("Choose an account")
    choose_another_text = _("Choose another account")
    base_widget_class: type[BaseChooser] = AccountChooser

    def choosable(self, user: Any) -> QuerySet[User]:
        accounts = User.objects.filter(is_active=True) if can_edit_members(user) else User.objects.none()
        return accounts.select_related("member").order_by("public_name", "pk")

    def search(self, user: Any, objects: QuerySet[User], text: str) -> QuerySet[User]:
        of_address = Q(email__icontains=text) if can_edit_accounts(user) else Q(email__iexact=text)
        of_name = Q()
        for word in text.split():
            of_name &= Q(public_name__icontains=word)
        return objects.filter(of_address | of_name)

    def extra_columns(self, user: Any) -> Sequence[Column]:
        member = Column("member", label=_("Member"), accessor=_member_of)
        return [Column("email", label=_("E-mail")), member] if can_edit_accounts(user) else [member]


def _member_of(account: User) -> str:
    return str(getattr(account, "member", ""))


class MemberChooserViewSet(FilteredChooserViewSet):
    """Member chooser for users who may read all names; public pages name members with consent only."""

    choose_one_text = _("Choose a member")
    choose_another_text = _("Choose another member")

    def choosable(self, user: Any) -> QuerySet[Member]:
        return Member.objects.all() if can_choose_members(user) else Member.objects.none()

    def search(self, user: Any, objects: QuerySet[Member], text: str) -> Any:
        return with_beginnings(objects, text)

    def extra_columns(self, user: Any) -> Sequence[Column]:
        return [Column("college", label=_("College"))]


class SeatChooserViewSet(FilteredChooserViewSet):
    """Seat chooser for users who can edit members."""

    choose_one_text = _("Choose a seat")
    choose_another_text = _("Choose another seat")
    search_fields: ClassVar = ["name", "college"]

    def choosable(self, user: Any) -> QuerySet[Seat]:
        return Seat.objects.all() if can_edit_members(user) else Seat.objects.none()

    def extra_columns(self, user: Any) -> Sequence[Column]:
        today = timezone.localdate()
        filled = {filled_seat.seat.pk: filled_seat for filled_seat in seats_on(today)}
        return [
            Column("college", label=_("College")),
            Column(
                "holder",
                label=_("Holder today"),
                accessor=lambda seat: holder_in_words(seat, filled.get(seat.pk), today),
            ),
        ]


def session_in_words(session: SessionPage) -> str:
    """Returns the session as users know it, such as « Séance n° 3 : les démarches, 16 novembre 2026, 18 h »."""
    return f"{session.dated_heading}, {hour(session.starts_at)}"


class HeldSessionChooser(FilteredChooser):
    """Chooser field for a session."""

    def get_display_title(self, instance: SessionPage) -> str:  # type: ignore[override]
        return session_in_words(instance)


class SessionChosenView(OneChosenView):
    def get_display_title(self, instance: SessionPage) -> str:
        return session_in_words(instance)


class HeldSessionChooserViewSet(FilteredChooserViewSet):
    """Chooser of past sessions, the latest first: the ones in which a stance was taken.

    Searches by title and number.
    """

    model = SessionPage
    icon = "calendar-alt"
    choose_one_text = _("Choose a session")
    choose_another_text = _("Choose another session")
    base_widget_class: type[BaseChooser] = HeldSessionChooser
    chosen_view_class = SessionChosenView

    def choosable(self, user: Any) -> QuerySet[SessionPage]:
        return SessionPage.objects.visible_to(user).held(timezone.now())

    def search(self, user: Any, objects: QuerySet[SessionPage], text: str) -> QuerySet[SessionPage]:
        for word in text.split():
            of_number = Q(number=int(word)) if word.isdecimal() and len(word) < 4 else Q()
            of_year = Q(starts_at__year=int(word)) if word.isdecimal() and len(word) == 4 else Q()
            objects = objects.filter(Q(title__icontains=word) | of_number | of_year)
        return objects

    def extra_columns(self, user: Any) -> Sequence[Column]:
        return [
            Column("number", label=_("Number")),
            Column("day", label=_("Day"), accessor=lambda session: short_day(session.starts_at)),
            Column("hour", label=_("Hour"), accessor=lambda session: hour(session.starts_at)),
        ]
