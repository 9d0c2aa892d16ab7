"""Minutes: draft, round of corrections until a given day, decisions on corrections, approval and freezing."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from accounts.models import User
from committee import errors, permissions
from committee.minutes.notifications import CorrectionDecided, MinutesApproved, RoundOpened
from committee.minutes.queries import (
    approval_refusal,
    body_of,
    contents_of,
    decision_contents,
    decisions_to_correct,
    writing_refusal,
)
from committee.models import (
    Correction,
    Dissent,
    MinutesAction,
    MinutesDecision,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
)
from committee.models.naming import hidden_members_in
from committee.models.session_rows import FollowedRow
from committee.register.services.chain import record_decisions
from committee.services.text_removal import pattern_of
from common.shown import Contents, Shown, fingerprint, require_shown
from common.templatetags.dates import in_city_time

State = SessionMinutes.State
OPEN_ACTION, WRITE_ACTION, APPROVE_ACTION = (
    "committee.open_minutes",
    "committee.write_minutes",
    "committee.approve_minutes",
)


class Outcome(TextChoices):
    """Effect of a decided correction on the minutes, as the page words it."""

    REFUSED = "refused", _("The correction is refused. Its author receives your reason.")
    APPLIED = "applied", _("The correction is accepted and made in the text.")
    ADDITION = "addition", _("The correction is accepted. It adds something, without saying where.")
    NOT_FOUND = (
        "not found",
        _("The correction is accepted. Its passage is not word for word in the text, in a decision or in an action."),
    )
    SEVERAL = "several", _("The correction is accepted. Its passage stands in several places.")
    DOES_NOT_FIT = (
        "does not fit",
        _("The correction is accepted. Made in its place, it would leave the sentence empty or too long."),
    )


@transaction.atomic
def save_draft(
    *,
    session: SessionPage,
    author: User,
    text: str,
    decisions: Sequence[Mapping[str, Any]],
    actions: Sequence[Mapping[str, Any]],
    seen: int,
    now: datetime,
) -> SessionMinutes:
    """Replaces the minutes of `session`; `seen` is the version that the author edited (0: none).

    A row of `decisions` may have `pk`, the primary key of the row to change. Idempotent. Raises `PermissionDenied`,
    `SessionNotHeld`, `MinutesFrozen`, `MinutesChanged` or `DecisionHasDissents`; once others read what is saved,
    `DecisionsNotRight` for votes that differ from the attendance.
    """
    if not permissions.can_draft_minutes(author, in_city_time(now).date()):
        raise PermissionDenied
    if session.is_cancelled or now < session.starts_at:
        raise errors.SessionNotHeld
    SessionMinutes.objects.get_or_create(session=session)
    record = _locked(session)
    if record.is_approved:
        raise errors.MinutesFrozen
    if record.version != seen:
        if _says(record, text, decisions, actions):
            return record
        raise errors.MinutesChanged(record)
    record.text, record.version = text, record.version + 1
    record.save(update_fields=["text", "version"])
    _save_decisions(record, decisions)
    record.actions.all().delete()
    MinutesAction.objects.bulk_create(MinutesAction(record=record, **row) for row in actions)
    if record.state == State.OPEN and (faults := decisions_to_correct(record)):
        raise errors.DecisionsNotRight(faults)
    if record.state == State.OPEN or _last_writer(session) != author.pk:
        # A draft is saved by itself every few seconds: one entry each time that another person writes.
        log(session, WRITE_ACTION, user=author)
    return record


def _last_writer(session: SessionPage) -> int | None:
    """Returns the primary key of the account that wrote the minutes of `session` last; None if nobody has."""
    entries = PageLogEntry.objects.filter(page=session, action=WRITE_ACTION).order_by("-timestamp", "-pk")
    return entries.values_list("user", flat=True).first()


def _save_decisions(record: SessionMinutes, decisions: Sequence[Mapping[str, Any]]) -> None:
    """Updates existing decisions, which keep their dissents, adds new ones, and deletes the others."""
    existing = {row.pk: row for row in record.decisions.all()}
    for values in decisions:
        row = existing.pop(values.get("pk") or 0, None) or MinutesDecision(record=record)
        for name, value in _without_key(values).items():
            setattr(row, name, value)
        row.save()
    removed = MinutesDecision.objects.filter(pk__in=existing)
    if removed.filter(dissents__isnull=False).exists():
        raise errors.DecisionHasDissents
    removed.delete()


def _without_key(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "pk"}


def _says(
    record: SessionMinutes, text: str, decisions: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]]
) -> bool:
    """Returns whether `record` already has this text and these rows."""
    saved = [*record.decisions.select_related("topic"), *record.actions.select_related("topic", "member")]
    submitted = [*map(_without_key, decisions), *actions]
    same_rows = len(saved) == len(submitted) and record.decisions.count() == len(decisions)
    return (
        record.text == text
        and same_rows
        and all(
            getattr(row, name) == value
            for row, values in zip(saved, submitted, strict=True)
            for name, value in values.items()
        )
    )


@transaction.atomic
def open_round(*, session: SessionPage, actor: User, until: date, shown: Shown, now: datetime) -> SessionMinutes:
    """Opens the minutes to corrections until the end of the day `until`, tomorrow or later, and informs the members.

    The day after, the draft is public; until then, another call extends the round and sends no second mail. Raises
    `PermissionDenied`, `MinutesEmpty`, `MinutesFrozen`, `RoundOver`, `DateTooEarly`, `ChangedMeanwhile` or
    `NamesAMember`.
    """
    today = in_city_time(now).date()
    if not permissions.can_draft_minutes(actor, today):
        raise PermissionDenied
    record = _locked(session)
    if not record.can_become(State.OPEN):
        raise errors.MinutesFrozen
    if not record.text.strip():
        raise errors.MinutesEmpty
    if record.is_public_draft(today):
        raise errors.RoundOver
    if until <= today or (record.corrections_until and until < record.corrections_until):
        raise errors.DateTooEarly
    require_shown(shown, record, fingerprint(contents_of(record)))
    if refusal := writing_refusal(record):
        raise refusal
    record.state, record.corrections_until = State.OPEN, until
    record.save(update_fields=["state", "corrections_until"])
    log(session, OPEN_ACTION, user=actor, data={"until": until.isoformat()})
    RoundOpened.send_all(record, day=today, now=now)
    return record


@transaction.atomic
def propose_correction(
    *, session: SessionPage, author: User, key: uuid.UUID, passage: str, replacement: str, why: str, now: datetime
) -> Correction:
    """Saves a correction proposed by a member.

    Idempotent for one `key`. Raises `PermissionDenied`, `CorrectionsClosed` or `CorrectionEmpty`.
    """
    today = in_city_time(now).date()
    if not permissions.can_propose_correction(author, today):
        raise PermissionDenied
    record = _locked(session)
    if existing := record.corrections.filter(key=key, author=author).first():
        return existing
    if not record.takes_corrections(today):
        raise errors.CorrectionsClosed
    if not passage and not replacement:
        raise errors.CorrectionEmpty
    return record.corrections.create(
        key=key, author=author, passage=passage, replacement=replacement, why=why, created_at=now
    )


@transaction.atomic
def decide_correction(
    *, correction: Correction, actor: User, state: Correction.State, reason: str, shown: Shown, now: datetime
) -> Outcome:
    """Accepts or refuses a correction, with a reason visible to all members, and sends a mail to its author.

    An accepted correction is applied if its passage occurs exactly once in the minutes. Raises `PermissionDenied`,
    `OwnCorrection`, `MinutesFrozen`, `AlreadyDecided` or `ChangedMeanwhile`.
    """
    today = in_city_time(now).date()
    if not permissions.can_draft_minutes(actor, today):
        raise PermissionDenied
    if not permissions.can_decide_correction(actor, correction, today):
        raise errors.OwnCorrection
    record = _locked(correction.record.session)
    if record.is_approved:
        raise errors.MinutesFrozen
    correction = record.corrections.select_for_update(of=("self",)).select_related("author").get(pk=correction.pk)
    if not correction.is_waiting:
        raise errors.AlreadyDecided
    require_shown(shown, correction, fingerprint(correction_contents(record, correction)))
    correction.state, correction.reason, correction.decided_at = state, reason, now
    correction.decided_by = permissions.role_of(actor, today)
    outcome = _apply(record, correction) if state == Correction.State.ACCEPTED else Outcome.REFUSED
    correction.applied_at = now if outcome == Outcome.APPLIED else None
    correction.save(update_fields=["state", "reason", "decided_at", "decided_by", "applied_at"])
    CorrectionDecided(correction).send(now=now)
    return outcome


def _apply(record: SessionMinutes, correction: Correction) -> Outcome:
    """Replaces the passage of `correction` if it occurs once in the text, the decisions and the actions."""
    if not correction.passage:
        return Outcome.ADDITION
    pattern, matches = _places(record, correction)
    if pattern is None:
        return Outcome.NOT_FOUND
    if len(matches) > 1:
        return Outcome.SEVERAL
    [(row, name)] = matches
    text = pattern.sub(lambda _match: correction.replacement, getattr(row, name))
    if len(text) > row._meta.get_field(name).max_length or not (text.strip() or name == "responsible"):
        return Outcome.DOES_NOT_FIT
    setattr(row, name, text)
    row.save(update_fields=[name])
    record.version += 1
    record.save(update_fields=["version"])
    return Outcome.APPLIED


def _places(record: SessionMinutes, correction: Correction) -> tuple[re.Pattern[str] | None, list[tuple[Any, str]]]:
    """Returns the pattern of the passage of `correction`, and the object and field of each occurrence.

    Tries the exact passage, then ignores case, spaces and punctuation: members copy it from a page.
    """
    rows: list[Any] = [*record.decisions.all(), *record.actions.all()]
    places = [(record, "text"), *((row, name) for row in rows for name in ("text", "responsible"))]
    for pattern in filter(None, (re.compile(re.escape(correction.passage)), pattern_of(correction.passage))):
        if matches := [place for place in places for _match in pattern.finditer(getattr(*place))]:
            return pattern, matches
    return None, []


@transaction.atomic
def set_correction_applied(*, correction: Correction, actor: User, now: datetime) -> None:
    """Records that an accepted correction was made in the minutes by hand.

    Idempotent. Raises `PermissionDenied` or `MinutesFrozen`.
    """
    if not permissions.can_draft_minutes(actor, in_city_time(now).date()):
        raise PermissionDenied
    if _locked(correction.record.session).is_approved:
        raise errors.MinutesFrozen
    Correction.objects.to_apply().filter(pk=correction.pk).update(applied_at=now)


@transaction.atomic
def approve_minutes(
    *, session: SessionPage, approved_in: SessionPage, actor: User, shown: Shown, now: datetime
) -> SessionMinutes:
    """Publishes the minutes on the page of their session, adds their decisions to the register, and freezes both.

    One mail informs members (with their own actions) and followers of the topics of the decisions who get no digest.
    `approved_in` is the later session that approved them. Raises `PermissionDenied`, the exceptions returned by
    `approval_refusal`, `WrongSession`, or `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    today = in_city_time(now).date()
    if not permissions.can_approve_minutes(actor, today):
        raise PermissionDenied
    record = _locked(session)
    if refusal := approval_refusal(record, now):
        raise refusal
    if not SessionPage.objects.able_to_approve(record.session, now).filter(pk=approved_in.pk).exists():
        raise errors.WrongSession
    require_shown(shown, record, fingerprint(contents_of(record)))
    page = SessionPage.objects.get(pk=session.pk)
    _publish(page, record, actor, now)
    record.state, record.approved_at, record.approved_in = State.APPROVED, now, approved_in
    record.approved_by = permissions.role_of(actor, today)
    record.save(update_fields=["state", "approved_at", "approved_in", "approved_by"])
    record_decisions(session=page, approved_on=record.approved_on, now=now)
    log(page, APPROVE_ACTION, user=actor, data={"approved_in": approved_in.slug})
    MinutesApproved.send_all(record, day=today, now=now)
    return record


def correction_contents(record: SessionMinutes, correction: Correction) -> Contents:
    """Returns `correction`, and the texts of `record` in which an acceptance makes it."""
    _pattern, matches = _places(record, correction) if correction.passage else (None, [])
    return {
        gettext("Passage to correct"): correction.passage,
        gettext("What it should say"): correction.replacement,
        gettext("Why"): correction.why,
        gettext("Text in which it is made"): "\n\n".join(getattr(row, name) for row, name in matches),
    }


@transaction.atomic
def write_dissent(
    *, decision: MinutesDecision, author: User, text: str, is_by_name: bool, shown: Shown, now: datetime
) -> None:
    """Saves the dissent of a member from `decision`, one paragraph, until the end of the round; "" removes it.

    It keeps the words of the decision that it is about. Raises `PermissionDenied`, `DissentsClosed`, `NamesAMember` or
    `ChangedMeanwhile`.
    """
    today = in_city_time(now).date()
    member = permissions.sitting_member(author, today)
    if member is None:
        raise PermissionDenied
    if not _locked(decision.record.session).takes_corrections(today):
        raise errors.DissentsClosed
    decision = MinutesDecision.objects.get(pk=decision.pk)
    require_shown(shown, decision, fingerprint(decision_contents(decision)))
    dissent = " ".join(text.split())
    if not dissent:
        decision.dissents.filter(member=member).delete()
        return
    if names := [name for name, _line in hidden_members_in(dissent)]:
        raise errors.NamesAMember(names)
    values = {"text": dissent, "about": decision.text, "is_by_name": is_by_name and member.is_named, "written_at": now}
    Dissent.objects.update_or_create(decision=decision, member=member, defaults=values)


def _publish(page: SessionPage, record: SessionMinutes, actor: User, now: datetime) -> None:
    """Publishes the minutes on the page of the session. An unpublished draft of the page stays a draft."""
    drafted = page.latest_revision.content if page.has_unpublished_changes and page.latest_revision else None
    page.minutes = body_of(record.text)  # type: ignore[assignment]
    page.minutes_published_at = now
    page.expire_at = None
    page.decisions = [  # type: ignore[misc]
        SessionDecision(sort_order=order, **row.vote_words(), **_words(row))
        for order, row in enumerate(record.decisions.all())
    ]
    page.actions = [  # type: ignore[misc]
        SessionAction(sort_order=order, member=row.member, **_words(row))
        for order, row in enumerate(record.actions.select_related("member"))
    ]
    # Approved by the members: neither the publish permission of Wagtail nor a second reading is required.
    page.save_revision(user=actor, changed=False).publish(user=actor, skip_permission_checks=True)
    if drafted is not None:
        written = SessionPage.objects.get(pk=page.pk).serializable_data()
        fresh = {name: written[name] for name in ("minutes", "decisions", "actions")}
        page.with_content_json({**drafted, **fresh}).save_revision(user=actor)


def _words(row: MinutesDecision | MinutesAction) -> dict[str, Any]:
    return {"text": row.text, "responsible": row.responsible, "due_on": row.due_on, "topic_id": row.topic_id}


@transaction.atomic
def set_done(*, row: FollowedRow, actor: User, done_on: date | None, now: datetime) -> None:
    """Saves the day on which an action or a decision was done, or None. The other fields stay as approved."""
    is_action, today = isinstance(row, SessionAction), in_city_time(now).date()
    allowed = permissions.actions_to_end(actor, today) if is_action else permissions.decisions_to_end(actor, today)
    rows = allowed.filter(pk=row.pk)
    if not rows.exists():
        raise PermissionDenied
    rows.update(done_on=done_on)


def _locked(session: SessionPage) -> SessionMinutes:
    """Returns the minutes of `session` under a lock. Raises `MinutesEmpty` if there are none."""
    rows = SessionMinutes.objects.select_related("session").select_for_update(of=("self",))
    record = rows.filter(session=session).first()
    if record is None:
        raise errors.MinutesEmpty
    return record
