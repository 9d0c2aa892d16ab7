"""Queries of minutes: contents, next steps, tasks of a member, link from the account."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext
from wagtail.rich_text import RichText

from accounts.hooks import AccountLink
from accounts.models import User
from committee import errors
from committee.attendance.queries.figures import attendance_of
from committee.models import (
    Correction,
    Member,
    MinutesAction,
    MinutesDecision,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    TopicPage,
    WorkProgramme,
    public_topics,
    topic_label,
)
from committee.models.naming import hidden_members_in, hidden_names
from committee.permissions import (
    actions_to_end,
    can_approve_minutes,
    can_draft_minutes,
    can_open_minutes,
    corrections_to_decide,
    decisions_to_end,
)
from common.errors import Refusal
from common.markdown import LIST_MARK, body, plain
from common.plain_text import beginning
from common.shown import Contents
from common.templatetags.dates import CITY_ZONE, in_city_time, short_day
from common.waiting import Task

# Names of views in `committee`.
WRITE, OPEN, APPROVE = "write_minutes", "minutes", "approve_minutes"
LINE_SHOWN = 120
HEADING = re.compile(r"^#{2,3} +")


@dataclass(frozen=True)
class MinutesStep:
    """Next step for the minutes of `session`: a sentence, and the URL of the page for it."""

    session: SessionPage
    text: str
    # Name of the view in `committee`.
    view: str
    # Corrections to decide, the oldest first.
    corrections: Sequence[Correction] = ()

    @property
    def url(self) -> str:
        return reverse(f"committee:{self.view}", args=[self.session.slug])


def minutes_steps(now: datetime, user: User | None = None) -> list[MinutesStep]:
    """Returns the next steps at `now` for minutes that are not approved, in the order of their sessions.

    With the pending corrections that `user` may decide; without a user, all of them. Minutes open to corrections,
    or waiting for the next session, need no step. A session without any text stays until its minutes are approved,
    be it with one sentence which says that there are none. A programme adopted at a session has to be in its minutes.
    Four queries; two more if corrections are pending.
    """
    begun = SessionPage.objects.live().scheduled().filter(starts_at__lte=now).order_by("-starts_at")
    state, applied = "minutes_record__corrections__state", "minutes_record__corrections__applied_at"
    to_apply = Q((state, Correction.State.ACCEPTED), (applied, None))
    sessions = begun.annotate(
        corrections_waiting=Count("minutes_record__corrections", filter=Q((state, Correction.State.WAITING))),
        corrections_to_apply=Count("minutes_record__corrections", filter=to_apply),
    ).select_related("minutes_record")
    without_minutes = sessions.past(now).filter(minutes_record=None)
    pending = sessions.filter(minutes_record__isnull=False).exclude(minutes_record__state=SessionMinutes.State.APPROVED)
    latest = begun.first()
    pending_sessions = list(pending.reverse())
    has_corrections = any(session.corrections_waiting for session in pending_sessions)  # type: ignore[attr-defined]
    to_decide = _corrections_to_decide(user, in_city_time(now).date()) if has_corrections else {}
    steps = []
    for session in pending_sessions:
        approvable = latest is not None and latest.starts_at > session.starts_at
        if step := _next_step(session, approvable, to_decide.get(session.minutes_record.pk, []), now):
            steps.append(step)
    text = gettext("Write the minutes of %(day)s")
    steps += [_step(session, text, WRITE) for session in without_minutes if not session.minutes]
    for programme in WorkProgramme.objects.missing_in_minutes():
        text = gettext("Write into the minutes of %(day)s that the programme %(year)d is adopted")
        steps.append(_step(programme.adopted_in, text, WRITE, year=programme.year))
    return sorted(steps, key=lambda step: step.session.starts_at)


def missing_adoption(session: SessionPage) -> WorkProgramme | None:
    """Returns the programme adopted at `session` that no decision of its minutes mentions, or None."""
    return WorkProgramme.objects.missing_in_minutes().filter(adopted_in=session).first()


def _corrections_to_decide(user: User | None, today: date) -> dict[int, list[Correction]]:
    """Returns the corrections of each record that `user` has to decide; without a user, all pending ones."""
    waiting = list(Correction.objects.filter(state=Correction.State.WAITING).order_by("pk"))
    pks = corrections_to_decide(user, waiting, today) if user else {correction.pk for correction in waiting}
    rows: dict[int, list[Correction]] = {}
    for correction in waiting:
        if correction.pk in pks:
            rows.setdefault(correction.record_id, []).append(correction)
    return rows


def _next_step(session: Any, approvable: bool, to_decide: list[Correction], now: datetime) -> MinutesStep | None:
    """Returns the step of `session`, annotated with its numbers of corrections."""
    record: SessionMinutes = session.minutes_record
    waiting, to_apply = session.corrections_waiting, session.corrections_to_apply
    if not record.text:
        return _step(session, gettext("Write the minutes of %(day)s"), WRITE)
    if record.state == SessionMinutes.State.DRAFT:
        return _step(session, gettext("Open the minutes of %(day)s to corrections"), OPEN)
    if to_decide:
        text = ngettext(
            "Decide on %(count)d correction of the minutes of %(day)s",
            "Decide on %(count)d corrections of the minutes of %(day)s",
            len(to_decide),
        )
        return _step(session, text, OPEN, to_decide)
    if to_apply:
        text = ngettext(
            "Make %(count)d accepted correction in the minutes of %(day)s",
            "Make %(count)d accepted corrections in the minutes of %(day)s",
            to_apply,
        ) % {"count": to_apply, "day": "%(day)s"}
        return _step(session, text, OPEN)
    if approvable and not waiting and not record.takes_corrections(in_city_time(now).date()):
        return _step(session, gettext("Record the approval of the minutes of %(day)s"), APPROVE)
    return None


def _step(
    session: SessionPage, template: str, view: str, corrections: Sequence[Correction] = (), **facts: int
) -> MinutesStep:
    text = template % {"day": short_day(session.starts_at), "count": len(corrections), **facts}
    return MinutesStep(session, text, view, corrections)


def members_not_to_name(record: SessionMinutes) -> list[str]:
    """Returns the members named in the draft without their consent, each with the place, for its writers.

    At most two queries; none if all members agree.
    """
    if not hidden_names():
        return []
    places: list[tuple[str, int, Sequence[str]]] = [(gettext("%(name)s, in the text: “%(line)s”"), 0, [record.text])]
    in_decision = gettext("%(name)s, in decision %(rank)d: “%(line)s”")
    in_action = gettext("%(name)s, in action %(rank)d: “%(line)s”")
    places += [(in_decision, rank, [row.text, row.responsible]) for rank, row in enumerate(record.decisions.all(), 1)]
    places += [(in_action, rank, [row.text, row.responsible]) for rank, row in enumerate(record.actions.all(), 1)]
    return [
        template % {"name": name, "rank": rank, "line": beginning(line, LINE_SHOWN)}
        for template, rank, texts in places
        for text in texts
        for name, line in hidden_members_in(text)
    ]


def load_rows(record: SessionMinutes) -> None:
    """Prefetches the decisions and actions of a draft, with everything that a page shows. At most seven queries."""
    topics = public_topics("decisions__topic"), public_topics("actions__topic")
    prefetch_related_objects([record], *topics, "decisions__dissents__member", "actions__member")


def choices_of_rows(record: SessionMinutes | None, today: date) -> dict[str, QuerySet[Any]]:
    """Returns the topics and the members to choose from in the rows of a draft.

    These are the public topics and the members who sit on `today`, and those that the saved rows have: a topic may
    have been unpublished since, or a mandate may be over.
    """
    decisions = list(record.decisions.all()) if record else []
    actions = list(record.actions.all()) if record else []
    topic_pks = {row.topic_id for row in decisions} | {row.topic_id for row in actions}
    topics = TopicPage.objects.filter(Q(pk__in=TopicPage.objects.published()) | Q(pk__in=topic_pks))
    member_pks = {row.member_id for row in actions}
    members = Member.objects.filter(Q(pk__in=Member.objects.sitting(today)) | Q(pk__in=member_pks))
    return {"topic": topics.defer("body").order_by("number"), "member": members}


def decisions_to_correct(record: SessionMinutes) -> list[str]:
    """Returns the errors in how the decisions of the draft were taken, each with its rank. Three queries."""
    decisions = list(record.decisions.all())
    attendance = attendance_of([record.session])[0] if decisions else None
    present = attendance.represented if attendance and attendance.is_complete else None
    refusals = [(rank, row.vote_refusal(present)) for rank, row in enumerate(decisions, 1)]
    sentence = gettext("Decision %(rank)d: %(why)s")
    return [sentence % {"rank": rank, "why": reason} for rank, reason in refusals if reason]


def minutes_state(session: SessionPage) -> str:
    """Returns the state of the minutes of `session`, in a few words.

    No query if `minutes_record` is selected with it.
    """
    record: SessionMinutes | None = getattr(session, "minutes_record", None)
    if session.minutes:
        return pgettext("minutes", "published")
    if record is None or not record.text:
        return pgettext("minutes", "not written")
    return record.state_on(timezone.localdate()).lower()


def minutes_tasks(member: Member, now: datetime) -> Iterator[Task]:
    """Yields the open rounds of corrections; for minute writers, also next steps and corrections to decide.

    At most seven queries.
    """
    today = in_city_time(now).date()
    rounds = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, corrections_until__gte=today)
    rounds = rounds.filter(session__live=True).select_related("session")
    for record in rounds.order_by("corrections_until"):
        yield Task(
            title=gettext("Read the minutes of %(day)s, and correct them")
            % {"day": short_day(record.session.starts_at)},
            url=reverse("committee:minutes", args=[record.session.slug]),
            until=_end_of(record.corrections_until) if record.corrections_until else None,
        )
    if member.user is None or not can_draft_minutes(member.user, today):
        return
    approves = can_approve_minutes(member.user, today)
    for step in minutes_steps(now, member.user):
        for correction in step.corrections:
            title = gettext("Decide on a correction of the minutes of %(day)s")
            yield Task(
                title=title % {"day": short_day(step.session.starts_at)},
                url=reverse("committee:decide_correction", args=[step.session.slug, correction.pk]),
            )
        if not step.corrections and (approves or step.view != APPROVE):
            yield Task(title=step.text, url=step.url)


def late_rows(today: date) -> list[SessionAction | SessionDecision]:
    """Returns the overdue decisions and actions of published sessions, the oldest first. Two queries."""
    actions = SessionAction.objects.published().late(today).select_related("session", "member")
    decisions = SessionDecision.objects.published().filter(is_followed=True).late(today).select_related("session")
    return sorted([*decisions, *actions], key=attrgetter("due_on"))


def rows_to_end(session: SessionPage, record: SessionMinutes | None, user: User, today: date) -> dict[str, set[int]]:
    """Returns the primary keys of the actions and decisions with a button; empty before the approval."""
    if record is None or not record.is_approved:
        return {}
    rows = {"to_end": actions_to_end(user, today), "decisions_to_end": decisions_to_end(user, today)}
    return {name: set(queryset.filter(session=session).values_list("pk", flat=True)) for name, queryset in rows.items()}


def action_tasks(member: Member, now: datetime) -> Iterator[Task]:
    """Yields the unfinished actions assigned to `member`, first those of a draft to be approved. Two queries."""
    today = in_city_time(now).date()
    open_minutes = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, session__live=True)
    drafted = MinutesAction.objects.filter(member=member, record__in=open_minutes).select_related("record__session")
    for row in drafted.order_by("due_on", "pk"):
        yield _action_task(row, row.record.session, today, gettext("The minutes that give it wait for their approval."))
    actions = SessionAction.objects.filter(member=member, done_on=None, session__live=True).select_related("session")
    for action in actions.order_by("due_on", "pk"):
        yield _action_task(action, action.session, today)


def _action_task(action: MinutesAction | SessionAction, session: SessionPage, today: date, note: str = "") -> Task:
    is_late = action.due_on is not None and action.due_on < today
    return Task(
        title=action.text,
        url=f"{reverse('committee:minutes', args=[session.slug])}#actions",
        note=" ".join(filter(None, [gettext("It is late.") if is_late else "", note])),
        is_late=is_late,
        until=_end_of(action.due_on) if action.due_on else None,
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=CITY_ZONE)


def minutes_link(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the minutes, shown in the account of members who sit and of minute writers."""
    today = timezone.localdate()
    if not can_open_minutes(request.user, today):
        return []
    return [
        AccountLink(
            order=40,
            label=gettext("Minutes of the sessions"),
            url=reverse("committee:minutes_list"),
            hint=gettext("Read the minutes before they are public, and correct them."),
        )
    ]


def contents_of(record: SessionMinutes) -> Contents:
    """Returns the text, the decisions with their dissents, and the actions of `record`: what its approval publishes."""
    contents = {gettext("Text of the minutes"): plain(record.text)}
    decisions = record.decisions.prefetch_related("dissents__member", public_topics())
    for rank, decision in enumerate(decisions, 1):
        said = [f"{dissent.shown_name}{gettext(':')} {dissent.said}" for dissent in decision.dissents.all()]
        contents[gettext("Decision %(rank)s") % {"rank": rank}] = _lines(decision, decision.how_taken, *said)
    for rank, action in enumerate(record.actions.select_related("member").prefetch_related(public_topics()), 1):
        contents[gettext("Action %(rank)s") % {"rank": rank}] = _lines(action)
    return contents


def _lines(row: MinutesDecision | MinutesAction, *more: str) -> str:
    due = gettext("by %(date)s") % {"date": short_day(row.due_on)} if row.due_on else ""
    return "\n".join(filter(None, [row.text, row.who, due, topic_label(row.topic) if row.topic_id else "", *more]))


def decision_contents(decision: MinutesDecision) -> Contents:
    """Returns what a dissent from `decision` is about."""
    prefetch_related_objects([decision], public_topics())
    return {gettext("Decision"): _lines(decision, decision.how_taken)}


def approval_refusal(record: SessionMinutes, now: datetime) -> Refusal | None:
    """Returns why `record` cannot be approved at `now`, regardless of the approving session; None if it can."""
    if record.is_approved:
        return errors.MinutesFrozen()
    if not record.can_become(SessionMinutes.State.APPROVED):
        return errors.MinutesEmpty()
    if record.takes_corrections(in_city_time(now).date()):
        return errors.CorrectionsRunning()
    if record.corrections.filter(state=Correction.State.WAITING).exists():
        return errors.CorrectionsWaiting()
    if record.corrections.all().to_apply().exists():
        return errors.CorrectionsToApply()
    if not record.session.live:
        return errors.SessionNotPublished()
    # Since the round began, a name, a withdrawn consent or a changed attendance may have made the draft invalid.
    return writing_refusal(record)


def writing_refusal(record: SessionMinutes) -> Refusal | None:
    """Returns the errors in the draft that must be corrected before others read it, or None."""
    if errors_found := members_not_to_name(record):
        return errors.NamesAMember(errors_found)
    if errors_found := decisions_to_correct(record):
        return errors.DecisionsNotRight(errors_found)
    return None


def body_of(text: str) -> list[tuple[str, RichText]]:
    """Returns plain text as a value for a `BodyField`. Headings and lists need no surrounding empty lines."""
    blocks: list[list[str]] = []
    before = ""
    for line in (raw.strip() for raw in text.splitlines()):
        kind = _kind(line)
        if not line or not blocks or kind == "heading" or kind != before:
            blocks.append([])
        if line:
            blocks[-1].append(line)
        before = kind if line else ""
    return body("\n\n".join("\n".join(block) for block in blocks if block))


def _kind(line: str) -> str:
    if HEADING.match(line):
        return "heading"
    return "list" if LIST_MARK.match(line) else "text"
