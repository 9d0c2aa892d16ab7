"""Calls, polls, trials and field surveys that are open for residents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy

from accounts.models import AnyUser
from committee.models import Pictogram, family_of
from common.templatetags.dates import last_day
from fieldwork.models import CampaignPage, SurveyPage
from participation.models import CallPage
from polls.models import Poll
from polls.queries.electorate import answered_by


class ActivityKind(models.TextChoices):
    """Kind of open activity."""

    CALL = "appel", pgettext_lazy("open", "Call")
    POLL = "sondage", pgettext_lazy("open", "Poll")
    TRIAL = "essai", pgettext_lazy("open", "Trial")
    SURVEY = "enquete", pgettext_lazy("open", "Survey")


PICTOGRAMS = {
    ActivityKind.CALL: Pictogram.IDEAS,
    ActivityKind.POLL: Pictogram.DEBATE,
    ActivityKind.TRIAL: Pictogram.TICK,
    ActivityKind.SURVEY: Pictogram.SURVEY,
}


@dataclass(frozen=True)
class OpenRow:
    """Open activity: kind, title, URL, introduction, and last day (None without an end)."""

    kind: ActivityKind
    title: str
    url: str
    text: str
    last_day: date | None
    today: date
    is_answered: bool = False

    @property
    def pictogram(self) -> str:
        return PICTOGRAMS[self.kind].value

    @property
    def family(self) -> str:
        return family_of(self.pictogram)

    @property
    def days_left(self) -> str:
        """« encore 3 jours », « dernier jour »; "" without an end."""
        if self.last_day is None:
            return ""
        days = (self.last_day - self.today).days
        if days <= 0:
            return gettext("last day")
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def open_now(user: AnyUser, now: datetime) -> list[OpenRow]:
    """Returns the activities open to residents at `now`, the first to close first.

    Polls that `user` answered are marked. Four queries, and one more for an account.
    """
    rows = [*_calls(now), *_polls(user, now), *_trials(now), *_surveys(now)]
    return sorted(rows, key=lambda row: (row.last_day is None, row.last_day or row.today, row.title))


def _calls(now: datetime) -> Iterator[OpenRow]:
    calls = CallPage.objects.accepting_proposals(now).only(
        "title", "url_path", "introduction", *CallPage.BEGINNINGS.values()
    )
    for call in calls:
        until = call.proposals_until
        yield OpenRow(ActivityKind.CALL, call.title, call.get_url() or "", call.introduction, until, _day(now))


def _polls(user: AnyUser, now: datetime) -> Iterator[OpenRow]:
    polls = list(Poll.objects.open(now).for_everyone())
    answered = answered_by(user, polls, now)
    for poll in polls:
        is_answered = poll.pk in answered
        until = last_day(poll.closes_at)
        yield OpenRow(
            ActivityKind.POLL, poll.title, poll.get_absolute_url(), poll.introduction, until, _day(now), is_answered
        )


def _trials(now: datetime) -> Iterator[OpenRow]:
    for campaign in CampaignPage.objects.open_on(_day(now)).only("title", "url_path", "introduction", "ends_on"):
        until = campaign.ends_on
        yield OpenRow(
            ActivityKind.TRIAL, campaign.title, campaign.get_url() or "", campaign.introduction, until, _day(now)
        )


def _surveys(now: datetime) -> Iterator[OpenRow]:
    surveys = (
        SurveyPage.objects.open(now).select_related("poll").only("title", "url_path", "introduction", "poll__closes_at")
    )
    for survey in surveys:
        until = last_day(survey.poll.closes_at)
        yield OpenRow(ActivityKind.SURVEY, survey.title, survey.get_url() or "", survey.introduction, until, _day(now))


def _day(now: datetime) -> date:
    return timezone.localdate(now)
