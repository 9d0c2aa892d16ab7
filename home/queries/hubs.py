"""Reads of the hubs « Participer » and « Résultats »: what is open now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from common.templatetags.dates import last_day
from fieldwork.models import CampaignPage, SurveyPage
from participation.models import CallPage
from polls.models import Poll


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something in which a resident may take part now, and its last day, None if none is set."""

    kind: str | Promise
    title: str
    url: str
    text: str
    until: date | None
    pictogram: str
    family: str
    today: date

    @property
    def days_left(self) -> str:
        """« Dernier jour », « Encore 12 jours »; an empty text without a last day."""
        if self.until is None:
            return ""
        left = (self.until - self.today).days
        return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left} if left else _("Last day")


def open_now(now: datetime) -> list[OpenItem]:
    """Returns what residents may take part in at `now`, what ends first coming first. Four queries."""
    today = timezone.localdate(now)
    items = [*_calls(now, today), *_polls(now, today), *_campaigns(today), *_surveys(now, today)]
    return sorted(items, key=lambda item: item.until or date.max)


def _calls(now: datetime, today: date) -> Iterator[OpenItem]:
    for call in CallPage.objects.accepting_proposals(now):
        yield OpenItem(
            kind=gettext_lazy("Call for proposals"),
            title=call.title,
            url=call.url,
            text=call.introduction,
            until=call.proposals_until,
            today=today,
            pictogram="ideas",
            family="participation",
        )


def _polls(now: datetime, today: date) -> Iterator[OpenItem]:
    for poll in Poll.objects.open(now).for_everyone():
        yield OpenItem(
            kind=gettext_lazy("Poll"),
            title=poll.title,
            url=poll.get_absolute_url(),
            text=poll.introduction,
            until=last_day(poll.closes_at),
            today=today,
            pictogram="data",
            family="figures",
        )


def _campaigns(today: date) -> Iterator[OpenItem]:
    for campaign in CampaignPage.objects.open_on(today):
        yield OpenItem(
            kind=pgettext_lazy("kind", "Trial"),
            title=campaign.title,
            url=campaign.url,
            text=campaign.introduction,
            until=campaign.ends_on,
            today=today,
            pictogram="tick",
            family="services",
        )


def _surveys(now: datetime, today: date) -> Iterator[OpenItem]:
    for survey in SurveyPage.objects.open(now).select_related("poll"):
        yield OpenItem(
            kind=gettext_lazy("Field survey"),
            title=survey.title,
            url=survey.url,
            text=survey.introduction,
            until=last_day(survey.poll.closes_at),
            today=today,
            pictogram="survey",
            family="participation",
        )
