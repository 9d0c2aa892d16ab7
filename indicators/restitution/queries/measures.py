"""Measures of the annual report: those of lower apps by section, then those registered by higher apps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from statistics import median_low

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from cms.models import NewsPage
from cms.models.visibility import published_pages
from committee.attendance.queries.figures import attendance_of
from committee.models import (
    Attendance,
    Deliverable,
    Priority,
    RegisterEntry,
    SessionAction,
    SessionExpert,
    SessionPage,
    TopicPage,
)
from common.suppression import MIN_COUNT
from fieldwork.models import Finding, Outing, SurveyPage, Trial
from inclusion.models import Place, Workshop
from indicators.hooks import RESTITUTION_FIGURES_HOOK, Measure, Period, Reading
from indicators.restitution.queries import shortfalls, standings
from participation.models import Comment, OfficialAnswer, Proposal, Support
from polls.models import Participation, Poll
from veille.models import Observation, VeilleEntryPage


def measures_of(year: Period, now: datetime) -> list[Measure]:
    """Returns all measures of the report of `year` at `now`, by section; last, what is late, missing or not noted."""
    further = (measure for more in hooks.get_hooks(RESTITUTION_FIGURES_HOOK) for measure in more(year))
    return [
        *own_measures(year, now),
        *further,
        *standings.measures(year, timezone.localdate(now)),
        *shortfalls.measures(year, now),
    ]


def own_measures(period: Period, now: datetime) -> Iterator[Measure]:
    """Yields the measures of lower apps for `period`, by section. Programmes are measured for whole years only."""
    yield from _sessions(period, now)
    if period.is_year:
        yield from _programme(period)
    yield from _proposals(period)
    yield from _discussion(period)
    yield from _polls(period, now)
    yield from _surveys(period, now)
    yield from _reading(period)
    yield from _trials(period)
    yield from _help(period, now)


def _sessions(period: Period, now: datetime) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Sessions"))
    sessions = SessionPage.objects.published().filter(**period.during("starts_at"))
    over = shortfalls.over_sessions(period, now)
    held = shortfalls.recorded(over, now)
    yield measure(
        key="sessions",
        label=_("Sessions held"),
        definition=_(
            "Sessions of the year that are over and that an attendance sheet or public minutes show to be held."
        ),
        rows=held,
    )
    yield measure(
        key="minutes",
        label=_("Sessions whose minutes are published"),
        definition=_("Sessions held that have minutes on the site."),
        rows=held.filter(minutes_published_at__isnull=False),
    )
    yield measure(
        key="hearings",
        label=_("Experts heard"),
        definition=_("People who are not members and spoke at a session held, as many times as they came."),
        rows=SessionExpert.objects.filter(session__in=held.order_by().values("pk")),
    )
    yield measure(
        key="seats",
        label=_("Seats represented"),
        definition=_("Of the seats that were filled when attendance was noted, the part for which somebody came."),
        rows=over,
        value=_seat_rate,
    )
    yield measure(
        key="members",
        label=_("Members who came at least once"),
        definition=_("Different members, holders or substitutes, noted as present or online at a session of the year."),
        rows=Attendance.objects.represented().filter(session__in=held, member__isnull=False),
        value=lambda rows: Reading(rows.order_by().values("member").distinct().count()),
    )
    yield from _decisions(period, sessions)


def _decisions(period: Period, sessions: QuerySet) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Sessions"))
    yield measure(
        key="decisions",
        label=_("Decisions"),
        definition=_("Entries of the register of decisions about sessions of the year."),
        rows=RegisterEntry.objects.filter(
            kind=RegisterEntry.Kind.DECISION,
            session_day__gte=period.begins.date(),
            session_day__lt=period.ends.date(),
        ),
    )
    actions = SessionAction.objects.published().filter(session__in=sessions)
    yield measure(
        key="actions",
        label=_("Actions that are done"),
        definition=_("Of the actions that these sessions gave to somebody, the part that is done today."),
        rows=actions,
        value=lambda rows: _percent(rows.filter(done_on__isnull=False).count(), rows.count()),
    )


def _seat_rate(sessions: QuerySet) -> Reading:
    attendances = attendance_of(sessions)
    noted = [attendance for attendance in attendances if attendance.is_complete]
    rate = _percent(sum(attendance.represented for attendance in noted), sum(attendance.seats for attendance in noted))
    note = ngettext(
        "noted at %(noted)d of %(count)d session", "noted at %(noted)d of %(count)d sessions", len(attendances)
    )
    return replace(rate, note=note % {"noted": len(noted), "count": len(attendances)} if noted else "")


def _programme(period: Period) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Work programme"))
    topics = TopicPage.objects.published()
    expected = Deliverable.objects.of_year(period.year).filter(topic__in=topics)
    yield measure(
        key="priorities",
        label=_("Priorities of the year"),
        definition=_("Topics that the committee chose by ballot for the year."),
        rows=Priority.objects.adopted().filter(programme__year=period.year, topic__in=topics),
    )
    yield measure(
        key="deliverables",
        label=_("Deliverables delivered"),
        definition=_(
            "Deliverables of all topics that were expected in the year, or delivered in it if no day was announced, "
            "and that are there today."
        ),
        rows=expected.filter(state=Deliverable.State.DONE),
    )
    yield measure(
        key="deliverables_in_time",
        label=_("Deliverables expected in the year that were delivered by its end"),
        definition=_("Of the deliverables expected in the year, the part that was delivered by its last day."),
        rows=expected,
        value=lambda rows: _percent(rows.filter(done_on__lt=period.ends.date()).count(), rows.count()),
    )


def _proposals(period: Period) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Proposals and answers"))
    published = Proposal.objects.published().filter(**period.during("published_at"))
    yield measure(
        key="proposals",
        label=_("Proposals published"),
        definition=_("Proposals that may be read today and were published in the year."),
        rows=published,
    )
    yield measure(
        key="authors",
        label=_("People who made a proposal"),
        definition=_("Different accounts among the authors of these proposals."),
        rows=published.filter(author__isnull=False).order_by().values("author").distinct(),
    )
    examples = published_pages(VeilleEntryPage.objects.all()).order_by()
    yield measure(
        key="inspired",
        label=_("Proposals inspired by an example"),
        definition=_("Proposals published in the year that name an entry of the watch which may be read today."),
        rows=published.filter(inspired_by__in=examples.values("page_ptr")),
    )
    yield from _answers(period, published)


def _answers(period: Period, published: QuerySet) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Proposals and answers"))
    yield measure(
        key="answers",
        label=_("Official answers"),
        definition=_("Answers of the city’s services published in the year."),
        rows=OfficialAnswer.objects.public().filter(**period.during("published_at")),
    )
    # `answered_at` is the time of the latest answer; these figures are about the first one.
    first = OfficialAnswer.objects.public().filter(proposal=OuterRef("pk")).order_by("published_at")
    answered = (
        Proposal.objects.published()
        .annotate(first_answered_at=Subquery(first.values("published_at")[:1]))
        .filter(**period.during("first_answered_at"), answer_delay__isnull=False)
    )
    yield measure(
        key="answer_delay",
        label=_("Median time before the first answer"),
        definition=_("Half of the proposals first answered in the year waited so many days or less."),
        rows=answered,
        value=_median_delay,
    )
    yield measure(
        key="answers_in_time",
        label=_("Answers by the announced day"),
        definition=_("Of the proposals first answered in the year, the part answered by the day that was announced."),
        rows=answered.filter(answer_due_on__isnull=False),
        value=lambda rows: _percent(rows.filter(first_answered_at__date__lte=F("answer_due_on")).count(), rows.count()),
    )
    States = Proposal.State
    taken_up = (States.ACCEPTED, States.PARTLY_ACCEPTED, States.IN_PROGRESS, States.DONE)
    yield measure(
        key="taken_up",
        label=_("Proposals taken up"),
        definition=_(
            "Of the proposals published in the year, those accepted, accepted in part, under way or done today."
        ),
        rows=published.filter(state__in=taken_up),
    )


def _median_delay(rows: QuerySet) -> Reading:
    return _median(list(rows.values_list("answer_delay", flat=True)))


def _median(days: list[int]) -> Reading:
    """Returns the lower median, as « 34 jours »; without a number if `days` is empty."""
    if not days:
        return Reading(None, 0)
    median = median_low(days)
    return Reading(median, len(days), ngettext("%(number)d day", "%(number)d days", median) % {"number": median})


def _discussion(period: Period) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Discussion"))
    comments = Comment.objects.filter(state=Comment.State.PUBLISHED, **period.during("created_at"))
    yield measure(
        key="comments",
        label=_("Comments"),
        definition=_("Comments that may be read today and were written in the year."),
        rows=comments,
    )
    yield measure(
        key="commenters",
        label=_("People who commented"),
        definition=_("Different accounts among the authors of these comments."),
        rows=comments.filter(author__isnull=False).order_by().values("author").distinct(),
    )
    yield measure(
        key="supports",
        label=_("Supports"),
        definition=_("Supports given in the year to proposals that may be read today, and not taken back."),
        rows=Support.objects.filter(proposal__in=Proposal.objects.published(), **period.during("created_at")),
    )


def _polls(period: Period, now: datetime) -> Iterator[Measure]:
    """Yields the measures of closed polls: the turnout of a secret poll is not public before its end."""
    measure = partial(Measure, section=_("Polls"))
    polls = Poll.objects.closed(now).filter(**period.during("closes_at")).order_by()
    yield measure(
        key="polls",
        label=_("Polls"),
        definition=_("Polls and ballots that ended in the year."),
        rows=polls,
    )
    yield measure(
        key="poll_answers",
        label=_("Answers to polls"),
        definition=_("Answers given to these polls, by people or by seats."),
        rows=Participation.objects.filter(poll__in=polls),
    )


def _surveys(period: Period, now: datetime) -> Iterator[Measure]:
    """Yields the measures of whole surveys: part of one could reveal the size of a group. Small counts are hidden."""
    measure = partial(Measure, section=_("Field surveys"))
    surveys = SurveyPage.objects.over(now).filter(**period.during("poll__closes_at")).order_by()
    yield measure(
        key="surveys",
        label=_("Field surveys"),
        definition=_("Surveys that may be read today and ended in the year."),
        rows=surveys,
    )
    yield measure(
        key="people_asked",
        label=_("People asked in field surveys"),
        definition=_("People whom the outings of these surveys asked, with those who refused."),
        rows=Outing.objects.filter(survey__in=surveys.values("pk"), is_closed=True),
        value=lambda rows: Reading(rows.order_by().aggregate(people=Sum("people_asked", default=0))["people"]),
    )
    sheets = Poll.objects.filter(survey__in=surveys.values("pk")).annotate(sheets=Count("participations"))
    yield measure(
        key="people_met",
        label=_("People who answered field surveys"),
        definition=_("Sheets that were entered, in the surveys of which at least five were."),
        rows=Participation.objects.filter(poll__in=sheets.filter(sheets__gte=MIN_COUNT).order_by().values("pk")),
    )


def _reading(period: Period) -> Iterator[Measure]:
    measure = partial(Measure, section=_("News and watch"))
    yield measure(
        key="news",
        label=_("News"),
        definition=_("News that may be read today and were first published in the year."),
        rows=published_pages(NewsPage.objects.filter(**period.during("first_published_at"))),
    )
    yield measure(
        key="watch",
        label=_("Entries of the watch"),
        definition=_("Entries of the watch that may be read today and were first published in the year."),
        rows=published_pages(VeilleEntryPage.objects.filter(**period.during("first_published_at"))),
    )
    yield measure(
        key="findings",
        label=_("Observations of the comparison"),
        definition=_(
            "Observations about metropolises, reviewed by two people, published in the year, corrections included."
        ),
        rows=Observation.objects.published().filter(**period.during("published_at")).order_by(),
    )
    sessions = SessionPage.objects.published().scheduled().filter(**period.during("starts_at")).order_by()
    yield measure(
        key="stances",
        label=_("Stances on examples"),
        definition=_("Examples that may be read today and on which a session of the year took a stance."),
        rows=published_pages(
            VeilleEntryPage.objects.filter(stance_session__in=sessions.values("pk")).exclude(stance="")
        ),
    )


def _help(period: Period, now: datetime) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Digital help"))
    yield measure(
        key="workshops",
        label=_("Workshops held"),
        definition=_("Workshops of the year that are over, without those that were cancelled."),
        rows=Workshop.objects.published().held(now).filter(**period.during("starts_at")),
    )
    yield measure(
        key="places_checked",
        label=_("Places of help that were checked"),
        definition=_("Places that may be read today and were last checked here in the year."),
        rows=Place.objects.public().filter(checked_on__gte=period.begins.date(), checked_on__lt=period.ends.date()),
    )


def _trials(period: Period) -> Iterator[Measure]:
    measure = partial(Measure, section=_("Trials of services"))
    yield measure(
        key="trials",
        label=_("Trials of services"),
        definition=_("Trials received in the year, in the test campaigns that may be read today."),
        rows=Trial.objects.public().filter(**period.during("created_at")),
    )
    findings = Finding.objects.public()
    yield measure(
        key="findings_confirmed",
        label=_("Findings confirmed"),
        definition=_("Findings of trials that may be read today and that the team confirmed in the year."),
        rows=findings.filter(**period.during("confirmed_at")),
    )
    verified = findings.filter(**period.during("verified_at"))
    yield measure(
        key="findings_verified",
        label=_("Repairs that were verified"),
        definition=_(
            "Findings whose repair somebody verified in the year who did not make it, and that did not come back since."
        ),
        rows=verified,
    )
    yield measure(
        key="repair_delay",
        label=_("Median time before a verified repair"),
        definition=_("Half of these findings took so many days or less, from the report to the verified repair."),
        rows=verified,
        value=lambda rows: _median([finding.days_to_verified() for finding in rows.only("created_at", "verified_at")]),
    )


def _percent(part: int, whole: int) -> Reading:
    """Returns a percentage, as « 83 % »; without a number if `whole` is 0."""
    if not whole:
        return Reading(None, 0)
    percentage = round(100 * part / whole)
    return Reading(percentage, whole, _("%(number)d %%") % {"number": percentage})
