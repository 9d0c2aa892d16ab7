"""Permissions of this app: one function per action, for its views and those of higher apps."""

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
# If a person holds several, the first one counts.
OFFICES = (*COORDINATION, Mandate.Role.RAPPORTEUR)


def sitting_member(person: Person, today: date) -> Member | None:
    """Returns the member with the account `person`, if they have a mandate today. One query."""
    return Member.objects.sitting_as(person, today)


def holds_office(person: Person, roles: list[Mandate.Role], today: date) -> bool:
    """Returns whether `person` is the account of a member who holds one of `roles` today."""
    if not person.is_authenticated:
        return False
    return Mandate.objects.current(today).filter(member__user=person, role__in=roles).exists()


def can_read_documents(person: Person, today: date) -> bool:
    """Returns whether `person` may read members' documents: members who sit today, and users who edit documents."""
    if not person.is_authenticated:
        return False
    return Member.objects.sitting(today).filter(user=person).exists() or can_edit_documents(person)


def can_read_notes(person: Person) -> bool:
    """Returns whether `person` may read working notes without a seat: users who edit members.

    Only members write notes.
    """
    return can_edit_members(person)


def can_edit_documents(person: Person) -> bool:
    """Returns whether `person` may add, change and remove members' documents."""
    return person.has_perm("committee.change_memberdocument")


def can_edit_members(person: Person) -> bool:
    """Returns whether `person` may edit members, seats and mandates."""
    return person.has_perm("committee.change_member")


def can_invite_members(person: Person) -> bool:
    """Returns whether `person` may invite members: users who edit members, and so enter the addresses."""
    return can_edit_members(person)


def can_give_office_rights(person: Person) -> bool:
    """Returns whether `person` may give the rights of an office: users who may change the groups of accounts."""
    return can_edit_accounts(person)


def can_read_handover(person: Person, today: date) -> bool:
    """Returns whether `person` may read the handover page: office holders, and users who edit sessions."""
    return can_draft_minutes(person, today)


def can_choose_members(person: Person) -> bool:
    """Returns whether `person` may read all names to choose a member: editors of members, sessions, topics."""
    return can_edit_members(person) or can_edit_sessions(person) or can_edit_topics(person)


def can_erase_members(person: Person) -> bool:
    """Returns whether `person` may erase the personal data of a former member."""
    return person.has_perm("committee.delete_member")


def can_edit_sessions(person: Person) -> bool:
    """Returns whether `person` may edit sessions: agendas, decisions, minutes."""
    return _can_change(person, SessionIndexPage)


def can_record_attendance(person: Person, today: date) -> bool:
    """Returns whether `person` may record attendance: coordinator, deputy, rapporteur, and users who edit sessions."""
    return holds_office(person, [*OFFICES], today) or can_edit_sessions(person)


def records_attendance(member: Member, today: date) -> bool:
    """Returns whether `member` holds an office today that records attendance."""
    return Mandate.objects.current(today).filter(member=member, role__in=OFFICES).exists()


def can_edit_topics(person: Person) -> bool:
    """Returns whether `person` may edit topics, with their steps and deliverables."""
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
    """Returns whether `person` may read unpublished minutes: members once open to corrections, writers before that."""
    if can_draft_minutes(person, today):
        return True
    is_written = record is not None and record.state != SessionMinutes.State.DRAFT
    return is_written and can_propose_correction(person, today)


def can_open_minutes(person: Person, today: date) -> bool:
    """Returns whether `person` may open the minutes pages: members with a mandate, users who edit sessions."""
    return can_propose_correction(person, today) or can_edit_sessions(person)


def can_draft_minutes(person: Person, today: date) -> bool:
    """Returns whether `person` may write minutes and open the round: officers, users who edit sessions."""
    return role_of(person, today) in (*OFFICES, SECRETARIAT)


def sessions_with_minutes_for(person: Person, today: date) -> "SessionQuerySet":
    """Returns the sessions whose minutes `person` may follow: all live ones for minute writers."""
    sessions = SessionPage.objects.live()
    return sessions if can_draft_minutes(person, today) else sessions.visible_to(person)


def can_propose_correction(person: Person, today: date) -> bool:
    """Returns whether `person` may propose a correction of minutes: members with a mandate today."""
    return bool(_roles(person, today))


def can_decide_correction(person: Person, correction: "Correction", today: date) -> bool:
    """Returns whether `person` may decide `correction`: minute writers, except its author."""
    return bool(corrections_to_decide(person, [correction], today))


def corrections_to_decide(person: Person, corrections: "Iterable[Correction]", today: date) -> "set[int]":
    """Returns the primary keys of `corrections` that `person` may accept or refuse."""
    if not can_draft_minutes(person, today):
        return set()
    return {correction.pk for correction in corrections if correction.author_id != person.pk}


def can_approve_minutes(person: Person, today: date) -> bool:
    """Returns whether `person` may record the approval of minutes. Excludes the rapporteur, who writes them."""
    return role_of(person, today) in (*COORDINATION, SECRETARIAT)


def actions_to_end(person: Person, today: date) -> "FollowedRowQuerySet":
    """Returns the actions that `person` may mark as done: their own; all for minute writers."""
    if can_draft_minutes(person, today):
        return SessionAction.objects.all()
    return SessionAction.objects.filter(member__in=Member.objects.sitting(today).filter(user=person.pk))


def decisions_to_end(person: Person, today: date) -> "FollowedRowQuerySet":
    """Returns the dated decisions that `person` may mark as done: all for minute writers, none for others."""
    if can_draft_minutes(person, today):
        return SessionDecision.objects.filter(due_on__isnull=False)
    return SessionDecision.objects.none()


def can_redact_register(person: Person, today: date) -> bool:
    """Returns whether `person` may remove the text of an entry of the register."""
    return can_approve_minutes(person, today)


def _roles(person: Person, today: date) -> set[str]:
    """Returns the roles held today. Cached on `person`, as Django caches permissions: one query per request."""
    if not person.is_authenticated:
        return set()
    kept: dict[date, set[str]] = getattr(person, "_roles_by_day", {})
    if today not in kept:
        held = Mandate.objects.current(today).filter(member__user=person)
        person._roles_by_day = kept = {today: set(held.values_list("role", flat=True))}  # type: ignore[attr-defined, union-attr]
    return kept[today]


def _can_change(person: Person, kind: type[Page]) -> bool:
    """Returns whether `person` may change the single page of `kind`, and enter the admin.

    Cached on `person`, as Django caches permissions, because several menu items need it.
    """
    kept: dict[type[Page], bool] = getattr(person, "changeable_pages", {})
    if kind not in kept:
        person.changeable_pages = kept = {**kept, kind: _may_change_page(person, kind)}  # type: ignore[union-attr]
    return kept[kind]


def _may_change_page(person: Person, kind: type[Page]) -> bool:
    """Returns whether Wagtail's policy allows it, and the second factor, which `can_enter_admin` checks."""
    if not can_enter_admin(person) or not page_permission_policy.user_has_permission(person, "change"):
        return False
    page = kind.objects.first()
    return page is not None and page_permission_policy.user_has_permission_for_instance(person, "change", page)
