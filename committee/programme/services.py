"""Opens the ballot over the topics, and adopts its result as the work programme of the year.

The rules of procedure give each seat one answer (`Poll.Audience.SEATS`). A ballot without quorum decides nothing,
and ties are not broken at random: the user who adopts the programme chooses.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from committee.errors import BallotAlreadyHeld, BallotNotOver, BallotRefused, QuorumNotReached, TieAtCutoff
from committee.models import BallotTopic, Priority, SessionPage, TopicPage, WorkProgramme
from committee.permissions import can_edit_topics
from committee.programme.queries import TopicRanking, sessions_to_adopt, standings
from common.shown import BY_PROGRAM, Contents, Shown, fingerprint, require_shown
from common.slugs import free_slug
from common.templatetags.dates import day, deadline
from polls.models import Choice, Poll, Question
from polls.queries.results import turnout
from polls.services.opening import open_poll

if TYPE_CHECKING:
    from accounts.models import User

BALLOT_INTRODUCTION = gettext_lazy(
    "The points help the committee to decide: it adopts the work programme of the year at a session, once "
    "the ballot is over."
)
BALLOT_OPENED, ADOPTED = "committee.open_ballot", "committee.adopt_programme"


@transaction.atomic
def open_ballot(
    *,
    programme: WorkProgramme,
    by: "User",
    kind: str,
    ballot: str,
    opens_at: datetime,
    closes_at: datetime,
    quorum: int | None,
    shown: Shown,
    now: datetime,
) -> Poll:
    """Creates the poll over all published topics, one answer for each seat.

    Replaces an unanswered ballot, or one that ended without quorum. `kind` is `Question.Kind.POINTS` or `RANKED`,
    `ballot` a value of `Poll.Ballot`, `quorum` in percent of the filled seats. Results are shown at the end only.
    Raises `BallotAlreadyHeld`, `PermissionDenied`, `ChangedMeanwhile` unless `shown` is the fingerprint of
    `ballot_contents`, and `BallotRefused` if there are fewer than two topics.
    """
    _require_right(by)
    programme = WorkProgramme.objects.select_for_update().get(pk=programme.pk)
    _discard_ballot(programme, now)
    require_shown(shown, programme, fingerprint(ballot_contents()))
    topics = list(TopicPage.objects.published())
    if len(topics) < 2:
        raise BallotRefused(_("A ballot needs at least two topics that are published."))
    rules = {"ballot": ballot, "opens_at": opens_at, "closes_at": closes_at, "quorum": quorum}
    poll = _poll_of(programme, topics, kind, **rules)
    # Its topics were shown, and its rules are those of the form.
    programme.poll = open_poll(poll=poll, by=None, shown=BY_PROGRAM, now=now, at=opens_at)
    programme.save(update_fields=["poll"])
    log(programme, BALLOT_OPENED, user=by, data={"poll": poll.pk})
    return programme.poll


def ballot_contents() -> Contents:
    """Returns the topics of a ballot that is opened now."""
    return {_("Topics"): "\n".join(map(_name, TopicPage.objects.published()))}


def _name(topic: TopicPage) -> str:
    return f"{topic.number}. {topic.title}"[:200]


def _poll_of(programme: WorkProgramme, topics: list[TopicPage], kind: str, **rules: Any) -> Poll:
    """Creates the draft of the poll over `topics`, under `rules`, its further fields."""
    poll = Poll(
        title=_title(programme),
        slug=free_slug(f"programme {programme.year}", Poll.objects.all(), default="programme"),
        introduction=str(BALLOT_INTRODUCTION),
        audience=Poll.Audience.SEATS,
        results_shown=Poll.ResultsShown.AT_END,
        **rules,
    )
    poll.full_clean()
    poll.save()
    text = _("Which topics should come first?")
    question = Question(poll=poll, text=text, kind=kind, points=len(topics), order=1)
    question.choices = [Choice(text=_name(topic)) for topic in topics]
    question.save()
    BallotTopic.objects.bulk_create(
        BallotTopic(programme=programme, choice=choice, topic=topic)
        for choice, topic in zip(question.choices.order_by("pk"), topics, strict=True)
    )
    return poll


def _title(programme: WorkProgramme) -> str:
    """Returns the title of a new ballot, with its rank if an earlier one stays at its URL without effect."""
    title = _("Which topics for %(year)d?") % {"year": programme.year}
    if earlier := Poll.objects.filter(title__startswith=title).count():
        return _("%(title)s (ballot no. %(rank)d)") % {"title": title, "rank": earlier + 1}
    return title


@transaction.atomic
def adopt(
    *,
    programme: WorkProgramme,
    session: SessionPage,
    by: "User",
    places: int,
    shown: Shown,
    now: datetime,
    preferred: Collection[int] = (),
) -> list[Priority]:
    """Makes the first `places` topics of the ballot the priorities of the year, as `session` decided, and starts
    them.

    `preferred` are the ids of topics to take first in a tie at the last place. Topics without points are never
    taken. Raises `PermissionDenied`, the exceptions returned by `adoption_refusal`, `ChangedMeanwhile` unless
    `shown` is the fingerprint of `adoption_contents`, or `TieAtCutoff`.
    """
    _require_right(by)
    programme = WorkProgramme.objects.select_for_update().get(pk=programme.pk)
    if refusal := adoption_refusal(programme, now):
        raise refusal
    if not sessions_to_adopt(programme, now).filter(pk=session.pk).exists():
        raise BallotRefused(_("Choose a session that has begun, and that was not over when the ballot ended."))
    require_shown(shown, programme, fingerprint(adoption_contents(programme)))
    chosen = _chosen([ranking for ranking in standings(programme) if ranking.score], places, preferred)
    priorities = Priority.objects.bulk_create(
        Priority(programme=programme, topic=ranking.topic, score=ranking.score, sort_order=order)
        for order, ranking in enumerate(chosen)
    )
    programme.adopted_at, programme.adopted_in = now, session
    programme.save(update_fields=["adopted_at", "adopted_in"])
    for ranking in chosen:
        _start(ranking.topic, by)
    log(programme, ADOPTED, user=by, data={"topics": [ranking.topic.pk for ranking in chosen], "session": session.pk})
    return priorities


def adoption_contents(programme: WorkProgramme) -> Contents:
    """Returns the results from which `programme` is adopted."""
    lines = (f"{one.rank}. {_name(one.topic)}{_(':')} {one.score}" for one in standings(programme))
    return {_("Results of the ballot"): "\n".join(lines)}


def adoption_refusal(programme: WorkProgramme, now: datetime) -> BallotRefused | None:
    """Returns why `programme` cannot be adopted at `now`, whatever is chosen; None if it can."""
    if refusal := ballot_refusal(programme, now):
        return refusal
    return None if sessions_to_adopt(programme, now).exists() else BallotNotOver(_not_held_yet(now))


def ballot_refusal(programme: WorkProgramme, now: datetime) -> BallotRefused | None:
    """Returns why the ballot of `programme` has no usable result at `now`; None if the committee may adopt it."""
    if programme.adopted_at:
        return BallotAlreadyHeld(_("This programme is adopted already."))
    poll = programme.poll
    if poll is None:
        return BallotNotOver(_("There is no ballot yet. Open it first."))
    if not poll.is_over(now):
        message = _("The ballot lasts until %(day)s. Wait for its end, then adopt the programme.")
        return BallotNotOver(message % {"day": deadline(poll.closes_at)})
    if turnout(poll, now=now).quorum_reached is False:
        return QuorumNotReached(_("The quorum is not reached: this ballot decides nothing. Open another one."))
    if not any(ranking.score for ranking in standings(programme)):
        return BallotRefused(_("No topic received a point: this ballot decides nothing. Open another one."))
    return None


def _not_held_yet(now: datetime) -> str:
    reason = _("The committee adopts the programme at a session, and none has begun since the end of the ballot.")
    coming = SessionPage.objects.published().next(now)
    planned = (
        _("The next one is on %(day)s.") % {"day": day(coming.starts_at)} if coming else _("No session is planned.")
    )
    return f"{reason} {planned}"


def _chosen(rankings: list[TopicRanking], places: int, preferred: Collection[int]) -> list[TopicRanking]:
    """Returns the first `places` of `rankings`; raises `TieAtCutoff` if neither points nor `preferred` decide."""
    if len(rankings) <= places:
        return rankings
    last = rankings[places - 1].score
    sure = [ranking for ranking in rankings if ranking.score > last]
    tied = [ranking for ranking in rankings if ranking.score == last]
    room = places - len(sure)
    if len(tied) > room:
        taken = [ranking for ranking in tied if ranking.topic.pk in preferred]
        if len(taken) != room:
            raise TieAtCutoff([ranking.topic for ranking in tied], room)
        tied = taken
    return [*sure, *tied]


def _discard_ballot(programme: WorkProgramme, now: datetime) -> None:
    """Deletes an unanswered ballot. One without quorum stays unchanged, at its URL."""
    if programme.adopted_at:
        raise BallotAlreadyHeld(_("This programme is adopted already."))
    # Locked: an answer that is being saved is waited for, and then counts.
    poll = Poll.objects.select_for_update().filter(pk=programme.poll_id).first()
    if poll is None:
        return
    answered = poll.participations.exists()
    if answered and (now < poll.closes_at or ballot_refusal(programme, now) is None):
        raise BallotAlreadyHeld(
            _("Seats have answered this ballot already, and it counts. No other one takes its place.")
        )
    programme.ballot_topics.all().delete()
    programme.poll = None
    programme.save(update_fields=["poll"])
    if not answered:
        poll.delete()


def _start(topic: TopicPage, by: "User") -> None:
    """Sets `topic` under way, unless its page has an unpublished draft."""
    if topic.progress == TopicPage.Progress.UPCOMING and not topic.has_unpublished_changes:
        topic.progress = TopicPage.Progress.ONGOING
        # Permission was checked above, after a ballot: no Wagtail permission and no second reading is required.
        topic.save_revision(user=by).publish(user=by, skip_permission_checks=True)


def _require_right(user: "User") -> None:
    if not can_edit_topics(user):
        raise PermissionDenied
