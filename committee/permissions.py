"""Rights of this app: one function for each action, for its views and those of higher apps."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.permissions import can_edit_accounts, can_enter_admin
from committee.models import (
    Mandate,
    Member,
    ProgrammePage,
    SessionAction,
    SessionDecision,
    SessionIndexPage,
    SessionMinutes,
    SessionPage,
)
from committee.models.minutes import SECRETARIAT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from committee.models import Correction
    from committee.models.session_rows import FollowedRowQuerySet
    from committee.models.sessions import SessionQuerySet

Person: TypeAlias = "User | AnonymousUser"

COORDINATION = (Mandate.Role.COORDINATOR, Mandate.Role.DEPUTY_COORDINATOR)
# For a person who holds several: the first of them counts.
OFFICES = (*COORDINATION, Mandate.Role.RAPPORTEUR)


def sitting_member(person: Person, today: date) -> Member | None:
    """Returns the member whose account `person` is, if a mandate of this member runs today. One query."""
    return Member.objects.sitting_as(person, today)


def holds_office(person: Person, roles: list[Mandate.Role], today: date) -> bool:
    """Returns whether `person` is the account of a member who holds one of `roles` today."""
    if not person.is_authenticated:
        return False
    return Mandate.objects.current(today).filter(member__user=person, role__in=roles).exists()


def can_read_documents(person: Person, today: date) -> bool:
    """Reads the documents of the members: those who sit today, and those who add documents."""
    if not person.is_authenticated:
        return False
    return Member.objects.sitting(today).filter(user=person).exists() or can_edit_documents(person)


def can_read_notes(person: Person) -> bool:
    """Reads the working notes without a seat: those who edit members. Only members write them."""
    return can_edit_members(person)


def can_edit_documents(person: Person) -> bool:
    """Adds, changes and removes the documents of the members."""
    return person.has_perm("committee.change_memberdocument")


def can_edit_members(person: Person) -> bool:
    """Edits members, seats and mandates."""
    return person.has_perm("committee.change_member")


def can_invite_members(person: Person) -> bool:
    """Invites members to create an account: those who edit members, and write their addresses themselves."""
    return can_edit_members(person)


def can_give_office_rights(person: Person) -> bool:
    """Gives the rights of an office to an account: those who may change the groups of accounts."""
    return can_edit_accounts(person)


def can_read_handover(person: Person, today: date) -> bool:
    """Reads what a successor has to know: who holds an office, and those who edit sessions."""
    return can_draft_minutes(person, today)


def can_choose_members(person: Person) -> bool:
    """Chooses a member in a form, and so reads the names of all: those who edit members, sessions or topics."""
    return can_edit_members(person) or can_edit_sessions(person) or can_edit_topics(person)


def can_erase_members(person: Person) -> bool:
    """Erases the personal data of a former member."""
    return person.has_perm("committee.delete_member")


def can_edit_sessions(person: Person) -> bool:
    """Edits sessions: agendas, decisions, minutes."""
    return _can_change(person, SessionIndexPage)


def can_record_attendance(person: Person, today: date) -> bool:
    """Records attendance: the coordinator, the deputy, the rapporteur, and those who edit sessions."""
    return holds_office(person, [*OFFICES], today) or can_edit_sessions(person)


def records_attendance(member: Member, today: date) -> bool:
    """Returns whether recording attendance belongs to an office of `member` today."""
    return Mandate.objects.current(today).filter(member=member, role__in=OFFICES).exists()


def can_edit_topics(person: Person) -> bool:
    """Edits topics, with their steps and deliverables."""
    return _can_change(person, ProgrammePage)


def role_of(person: Person, today: date) -> str:
    """Returns the role in which `person` acts on minutes and register: an office, else the secretariat, else a seat."""
    held = _roles(person, today)
    offices = [role for role in OFFICES if role in held]
    if offices:
        return str(offices[0])
    if can_edit_sessions(person):
        return SECRETARIAT
    return str(Mandate.Role.MEMBER) if held else ""


def can_read_drafts(person: Person, record: SessionMinutes | None, today: date) -> bool:
    """Reads minutes that are not public: members once they are open to corrections, those who write them before."""
    if can_draft_minutes(person, today):
        return True
    is_written = record is not None and record.state != SessionMinutes.State.DRAFT
    return is_written and can_propose_correction(person, today)


def can_open_minutes(person: Person, today: date) -> bool:
    """Opens the pages of the minutes: those who hold a mandate today, and those who edit sessions."""
    return can_propose_correction(person, today) or can_edit_sessions(person)


def can_draft_minutes(person: Person, today: date) -> bool:
    """Writes minutes, and opens them to corrections: the rapporteur, the coordinators, those who edit sessions."""
    return role_of(person, today) in (*OFFICES, SECRETARIAT)


def sessions_with_minutes_for(person: Person, today: date) -> "SessionQuerySet":
    """Returns the sessions about whose minutes `person` is told: who writes them, of all."""
    sessions = SessionPage.objects.live()
    return sessions if can_draft_minutes(person, today) else sessions.visible_to(person)


def can_propose_correction(person: Person, today: date) -> bool:
    """Proposes a correction of minutes: those who hold a mandate today."""
    return bool(_roles(person, today))


def can_decide_correction(person: Person, correction: "Correction", today: date) -> bool:
    """Accepts or refuses a correction: who writes minutes, and another person than its author."""
    return bool(corrections_to_decide(person, [correction], today))


def corrections_to_decide(person: Person, corrections: "Iterable[Correction]", today: date) -> "set[int]":
    """Returns the keys of those of `corrections` that `person` may accept or refuse."""
    if not can_draft_minutes(person, today):
        return set()
    return {correction.pk for correction in corrections if correction.author_id != person.pk}


def can_approve_minutes(person: Person, today: date) -> bool:
    """Records the approval of minutes: not the rapporteur, who writes them."""
    return role_of(person, today) in (*COORDINATION, SECRETARIAT)


def actions_to_end(person: Person, today: date) -> "FollowedRowQuerySet":
    """Returns the actions of which `person` records that they are done: the own ones; all, for who writes minutes."""
    if can_draft_minutes(person, today):
        return SessionAction.objects.all()
    return SessionAction.objects.filter(member__in=Member.objects.sitting(today).filter(user=person.pk))


def decisions_to_end(person: Person, today: date) -> "FollowedRowQuerySet":
    """Returns the decisions with a day of which `person` records that they are done: all, for who writes minutes."""
    if can_draft_minutes(person, today):
        return SessionDecision.objects.filter(due_on__isnull=False)
    return SessionDecision.objects.none()


def can_redact_register(person: Person, today: date) -> bool:
    """Removes the words of an entry of the register."""
    return can_approve_minutes(person, today)


def _roles(person: Person, today: date) -> set[str]:
    """Returns the roles held today. They are kept with `person`, as Django keeps permissions: one query a request."""
    if not person.is_authenticated:
        return set()
    kept: dict[date, set[str]] = getattr(person, "_roles_by_day", {})
    if today not in kept:
        held = Mandate.objects.current(today).filter(member__user=person)
        person._roles_by_day = kept = {today: set(held.values_list("role", flat=True))}  # type: ignore[attr-defined, union-attr]
    return kept[today]


def _can_change(person: Person, kind: type[Page]) -> bool:
    """Returns whether `person` may change the one page of `kind`, for which they may enter the admin too.

    It is kept with `person`, as Django keeps permissions: several items of the menu ask the same.
    """
    kept: dict[type[Page], bool] = getattr(person, "changeable_pages", {})
    if kind not in kept:
        person.changeable_pages = kept = {**kept, kind: _may_change_page(person, kind)}  # type: ignore[union-attr]
    return kept[kind]


def _may_change_page(person: Person, kind: type[Page]) -> bool:
    """Asks Wagtail's policy, and for the second factor, which it does not: `can_enter_admin` does."""
    if not can_enter_admin(person) or not page_permission_policy.user_has_permission(person, "change"):
        return False
    page = kind.objects.first()
    return page is not None and page_permission_policy.user_has_permission_for_instance(person, "change", page)
