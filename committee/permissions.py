"""Permissions of this app: one function per action, for its views and those of higher apps."""

from datetime import date
from typing import TYPE_CHECKING

from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.models import AnyUser
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

    from committee.models import Correction
    from committee.models.session_rows import FollowedRowQuerySet
    from committee.models.sessions import SessionQuerySet


COORDINATION = (Mandate.Role.COORDINATOR, Mandate.Role.DEPUTY_COORDINATOR)
# If a person holds several, the first one counts.
OFFICES = (*COORDINATION, Mandate.Role.RAPPORTEUR)


def sitting_member(user: AnyUser, today: date) -> Member | None:
    """Returns the member with the account `user`, if they have a mandate today. One query."""
    return Member.objects.sitting_as(user, today)


def holds_office(user: AnyUser, roles: list[Mandate.Role], today: date) -> bool:
    """Returns whether `user` is the account of a member who holds one of `roles` today."""
    return not _roles(user, today).isdisjoint(roles)


def can_read_documents(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may read members' documents: members who sit today, and users who edit documents."""
    if not user.is_authenticated:
        return False
    return Member.objects.sitting(today).filter(user=user).exists() or can_edit_documents(user)


def can_read_notes(user: AnyUser) -> bool:
    """Returns whether `user` may read working notes without a seat: users who edit members.

    Only members write notes.
    """
    return can_edit_members(user)


def can_edit_documents(user: AnyUser) -> bool:
    """Returns whether `user` may add, change and remove members' documents."""
    return user.has_perm("committee.change_memberdocument")


def can_edit_members(user: AnyUser) -> bool:
    """Returns whether `user` may edit members, seats and mandates."""
    return user.has_perm("committee.change_member")


def can_invite_members(user: AnyUser) -> bool:
    """Returns whether `user` may invite members: users who edit members, and so enter the addresses."""
    return can_edit_members(user)


def can_give_office_rights(user: AnyUser) -> bool:
    """Returns whether `user` may give the rights of an office: users who may change the groups of accounts."""
    return can_edit_accounts(user)


def can_read_handover(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may read the handover page: office holders, and users who edit sessions."""
    return can_draft_minutes(user, today)


def can_choose_members(user: AnyUser) -> bool:
    """Returns whether `user` may read all names to choose a member: editors of members, sessions, topics."""
    return can_edit_members(user) or can_edit_sessions(user) or can_edit_topics(user)


def can_erase_members(user: AnyUser) -> bool:
    """Returns whether `user` may erase the personal data of a former member."""
    return user.has_perm("committee.delete_member")


def can_edit_sessions(user: AnyUser) -> bool:
    """Returns whether `user` may edit sessions: agendas, decisions, minutes."""
    return _can_change(user, SessionIndexPage)


def can_record_attendance(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may record attendance: coordinator, deputy, rapporteur, and users who edit sessions."""
    return holds_office(user, [*OFFICES], today) or can_edit_sessions(user)


def records_attendance(member: Member, today: date) -> bool:
    """Returns whether `member` holds an office today that records attendance."""
    return Mandate.objects.current(today).filter(member=member, role__in=OFFICES).exists()


def can_edit_topics(user: AnyUser) -> bool:
    """Returns whether `user` may edit topics, with their steps and deliverables."""
    return _can_change(user, ProgrammePage)


def role_of(user: AnyUser, today: date) -> str:
    """Returns the role in which `user` acts on minutes and register: an office, else the secretariat, else a seat."""
    held = _roles(user, today)
    offices = [role for role in OFFICES if role in held]
    if offices:
        return str(offices[0])
    if can_edit_sessions(user):
        return SECRETARIAT
    return str(Mandate.Role.MEMBER) if held else ""


def can_read_drafts(user: AnyUser, record: SessionMinutes | None, today: date) -> bool:
    """Returns whether `user` may read unpublished minutes: members once open to corrections, writers before that."""
    if can_draft_minutes(user, today):
        return True
    is_written = record is not None and record.state != SessionMinutes.State.DRAFT
    return is_written and can_propose_correction(user, today)


def can_open_minutes(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may open the minutes pages: members with a mandate, users who edit sessions."""
    return can_propose_correction(user, today) or can_edit_sessions(user)


def can_draft_minutes(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may write minutes and open the round: officers, users who edit sessions."""
    return role_of(user, today) in (*OFFICES, SECRETARIAT)


def sessions_with_minutes_for(user: AnyUser, today: date) -> "SessionQuerySet":
    """Returns the sessions whose minutes `user` may follow: all live ones for minute writers."""
    sessions = SessionPage.objects.live()
    return sessions if can_draft_minutes(user, today) else sessions.visible_to(user)


def can_propose_correction(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may propose a correction of minutes: members with a mandate today."""
    return bool(_roles(user, today))


def can_decide_correction(user: AnyUser, correction: "Correction", today: date) -> bool:
    """Returns whether `user` may decide `correction`: minute writers, except its author."""
    return bool(corrections_to_decide(user, [correction], today))


def corrections_to_decide(user: AnyUser, corrections: "Iterable[Correction]", today: date) -> "set[int]":
    """Returns the primary keys of `corrections` that `user` may accept or refuse."""
    if not can_draft_minutes(user, today):
        return set()
    return {correction.pk for correction in corrections if correction.author_id != user.pk}


def can_approve_minutes(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may record the approval of minutes. Excludes the rapporteur, who writes them."""
    return role_of(user, today) in (*COORDINATION, SECRETARIAT)


def actions_to_end(user: AnyUser, today: date) -> "FollowedRowQuerySet":
    """Returns the actions that `user` may mark as done: their own; all for minute writers."""
    if can_draft_minutes(user, today):
        return SessionAction.objects.all()
    return SessionAction.objects.filter(member__in=Member.objects.sitting(today).filter(user=user.pk))


def decisions_to_end(user: AnyUser, today: date) -> "FollowedRowQuerySet":
    """Returns the dated decisions that `user` may mark as done: all for minute writers, none for others."""
    if can_draft_minutes(user, today):
        return SessionDecision.objects.filter(due_on__isnull=False)
    return SessionDecision.objects.none()


def can_redact_register(user: AnyUser, today: date) -> bool:
    """Returns whether `user` may remove the text of an entry of the register."""
    return can_approve_minutes(user, today)


def _roles(user: AnyUser, today: date) -> set[str]:
    """Returns the roles held today. Cached on `user`, as Django caches permissions: one query per request."""
    if not user.is_authenticated:
        return set()
    cached: dict[date, set[str]] = getattr(user, "_roles_by_day", {})
    if today not in cached:
        held = Mandate.objects.current(today).filter(member__user=user)
        user._roles_by_day = cached = {today: set(held.values_list("role", flat=True))}  # type: ignore[attr-defined, union-attr]
    return cached[today]


def _can_change(user: AnyUser, kind: type[Page]) -> bool:
    """Returns whether `user` may change the single page of `kind`, and enter the admin.

    Cached on `user`, as Django caches permissions, because several menu items need it.
    """
    cached: dict[type[Page], bool] = getattr(user, "changeable_pages", {})
    if kind not in cached:
        user.changeable_pages = cached = {**cached, kind: _may_change_page(user, kind)}  # type: ignore[union-attr]
    return cached[kind]


def _may_change_page(user: AnyUser, kind: type[Page]) -> bool:
    """Returns whether Wagtail's policy allows it, and the second factor, which `can_enter_admin` checks."""
    if not can_enter_admin(user) or not page_permission_policy.user_has_permission(user, "change"):
        return False
    page = kind.objects.first()
    return page is not None and page_permission_policy.user_has_permission_for_instance(user, "change", page)
