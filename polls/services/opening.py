"""Opening and closing of polls. A draft opens when it is complete, by hand or at its date."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from accounts.models import User
from common.shown import BY_PROGRAM, Contents, Shown, fingerprint, require_shown
from common.templatetags.dates import deadline
from polls.errors import PollIncomplete, PollNotDraft, PollNotToClose, PollNotToWithdraw, PollOnPaper
from polls.hooks import is_on_paper
from polls.kinds import kind_of
from polls.models import Poll, Question
from polls.models.polls import SECRET_UNTIL_END
from polls.permissions import can_change_polls
from polls.services.history import log_change, values_of

OPENED, CLOSED, WITHDRAWN = "polls.open", "polls.close", "polls.withdraw"


def missing_in(poll: Poll, now: datetime) -> Iterator[str]:
    """Yields what prevents `poll` from opening at `now`, one sentence each."""
    if poll.closes_at <= now:
        yield gettext("Choose a later end: that of the poll is past.")
    if poll.shows_secret_results_early:
        yield str(SECRET_UNTIL_END)
    if poll.is_among_people_met:
        if not poll.is_secret:
            yield gettext("Choose a secret ballot: nobody is named on a sheet.")
        if poll.quorum:
            yield gettext("Leave the quorum empty: nobody knows how many people may be met.")
    # No query for a poll that was loaded with its questions and choices.
    prefetch_related_objects([poll], "questions__choices")
    kinds = [kind_of(question) for question in poll.questions.all()]
    if not kinds:
        yield gettext("Add a question.")
    if sum(kind.question.makes_groups for kind in kinds) > 1:
        yield gettext("Let one question only make groups.")
    for kind in kinds:
        for sentence in kind.missing(is_among_people_met=poll.is_among_people_met):
            yield sentence % {"question": kind.question.text}


def contents_of(poll: Poll) -> Contents:
    """Returns the questions and the rules of `poll`, which its opening fixes."""
    contents = {gettext("Title"): poll.title, gettext("Introduction"): poll.introduction}
    for rank, question in enumerate(poll.questions.prefetch_related("choices"), 1):
        label = gettext("Question %(rank)s") % {"rank": rank}
        contents[label] = "\n".join([question.text, *_rules_of(question), *map(str, question.choices.all())])
    return contents | {
        gettext("Who may answer"): poll.get_audience_display(),
        gettext("Ballot"): poll.get_ballot_display(),
        gettext("Results"): poll.get_results_shown_display(),
        gettext("Closes at"): deadline(poll.closes_at),
        gettext("Quorum"): str(poll.quorum or ""),
        gettext("Share needed to be adopted"): str(poll.required_share or ""),
    }


def _rules_of(question: Question) -> Iterator[str]:
    """Yields the rules of the answer to `question`: its kind, its limits, and whether it may be left out."""
    yield str(question.get_kind_display())
    for name in ("max_choices", "points"):
        if value := getattr(question, name):
            yield f"{question._meta.get_field(name).verbose_name} {value}"
    for name in ("is_optional", "makes_groups"):
        if getattr(question, name):
            yield str(question._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


@transaction.atomic
def open_poll(*, poll: Poll, by: User | None, shown: Shown, now: datetime, at: datetime | None = None) -> Poll:
    """Opens `poll` at `now`, or at the later time `at`. Its questions and rules are fixed from now on.

    The only place where a draft is opened. `by` is None if no user opens it: at its date, or in a service that has
    checked another permission. Raises `PermissionDenied`, `PollNotDraft`, `ChangedMeanwhile` unless `shown` is the
    fingerprint of `contents_of`, or `PollIncomplete` with all that is missing.
    """
    poll = _locked(poll, by)
    if not poll.is_draft:
        raise PollNotDraft
    moment = max(now, at or now)
    if missing := list(missing_in(poll, moment)):
        raise PollIncomplete(" ".join(missing))
    require_shown(shown, poll, fingerprint(contents_of(poll)))
    before = values_of(poll)
    poll.is_draft, poll.opens_at = False, moment
    poll.save(update_fields=["is_draft", "opens_at"])
    log_change(poll, OPENED, before=before, by=by)
    return poll


def open_due_polls(*, now: datetime) -> int:
    """Opens the drafts whose date has come; returns their number. Incomplete ones stay listed on the dashboard."""
    opened = 0
    for poll in Poll.objects.due(now):
        try:
            open_poll(poll=poll, by=None, shown=BY_PROGRAM, now=now)
        except (PollIncomplete, PollNotDraft):
            continue
        opened += 1
    return opened


@transaction.atomic
def close_poll(*, poll: Poll, by: User, now: datetime) -> Poll:
    """Closes `poll` at `now`: no more answers, public results.

    Raises `PermissionDenied`, or `PollNotToClose` if it is not open.
    """
    poll = _locked(poll, by)
    if not poll.is_open(now):
        raise PollNotToClose
    before = values_of(poll)
    poll.closes_at = now
    poll.save(update_fields=["closes_at"])
    log_change(poll, CLOSED, before=before, by=by)
    return poll


@transaction.atomic
def withdraw_poll(*, poll: Poll, by: User, now: datetime) -> Poll:
    """Makes `poll`, if it has no answers, a draft without an opening date: it disappears from the site.

    Raises `PermissionDenied`, `PollNotToWithdraw` or `PollOnPaper`.
    """
    poll = _locked(poll, by)
    if poll.is_draft or poll.is_over(now) or poll.participations.exists():
        raise PollNotToWithdraw
    if is_on_paper(poll):
        raise PollOnPaper
    before = values_of(poll)
    poll.is_draft, poll.opens_at = True, None
    poll.save(update_fields=["is_draft", "opens_at"])
    log_change(poll, WITHDRAWN, before=before, by=by)
    return poll


def _locked(poll: Poll, by: User | None) -> Poll:
    if by and not can_change_polls(by):
        raise PermissionDenied
    return Poll.objects.select_for_update().get(pk=poll.pk)
