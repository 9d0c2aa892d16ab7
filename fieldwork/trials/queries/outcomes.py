"""Outcomes of the trials of a campaign, either by device or all together, never both, with small counts hidden.

The rule is that of the field surveys (docs/decisions/0017-surveys-by-group-or-whole.md): by device if each number,
whether shown or deduced by subtraction, is zero or at least five. They are split only once no more sheets can be
entered: otherwise a comparison of two days would reveal a single trial.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common.charts.bars import Bars, Group
from common.charts.values import Hidden, Series, Tone, Value
from common.suppression import GroupAnswers, few, publishable, shows_groups
from common.templatetags.dates import short_day
from fieldwork.models import CampaignPage, Trial
from fieldwork.permissions import ENTERED_WITHIN
from fieldwork.trials.queries.campaigns import Results

TONES = {Trial.Outcome.ALONE: Tone.YES, Trial.Outcome.WITH_HELP: Tone.PARTLY, Trial.Outcome.GAVE_UP: Tone.NO}
# (device or "" for all, outcome, number of trials or None if hidden)
OutcomeRow = tuple[str, str, int | None]


@dataclass(frozen=True)
class Outcomes:
    """Publishable outcomes of the trials of `campaign` on `today`."""

    campaign: CampaignPage
    results: Results
    today: date

    @property
    def settled_on(self) -> date:
        """First day on which no more trials can be entered."""
        last: date = self.campaign.ends_on + ENTERED_WITHIN
        return last + timedelta(days=1)

    @property
    def is_settled(self) -> bool:
        return self.today >= self.settled_on

    @property
    def is_by_device(self) -> bool:
        tables = [GroupAnswers(sum(counts), sum(counts), counts) for counts in self._by_device.values()]
        return self.is_settled and bool(tables) and shows_groups(tables)

    @property
    def _by_device(self) -> dict[str, tuple[int, ...]]:
        """Counts of each used device, in the order of the outcomes."""
        counts = self.results.by_device
        return {
            str(device): tuple(counts[device].get(str(outcome), 0) for outcome in Trial.Outcome)
            for device in Trial.Device
            if device in counts
        }

    @property
    def rows(self) -> Iterator[OutcomeRow]:
        """Published rows; none if nothing may be published or there are no trials."""
        if self.is_by_device:
            for device, counts in self._by_device.items():
                for outcome, count in zip(Trial.Outcome, counts, strict=True):
                    yield str(Trial.Device(device).label), str(outcome.label), count
        else:
            published = publishable(self.results.outcomes) or {}
            if any(published.values()):
                yield from (("", str(Trial.Outcome(key).label), number) for key, number in published.items())

    @property
    def chart(self) -> Bars | None:
        """Bar chart of the rows, or None without rows."""
        if not any(self.rows):
            return None
        return self._devices_chart() if self.is_by_device else self._whole_chart()

    def _devices_chart(self) -> Bars:
        return Bars(
            title=_("Who reached the end, by device"),
            head=_("Device"),
            series=[Series(outcome.label, tone) for outcome, tone in TONES.items()],
            groups=[Group(Trial.Device(device).label, counts) for device, counts in self._by_device.items()],
        )

    def _whole_chart(self) -> Bars:
        hidden = Hidden(few())
        values: list[tuple[str, Value]] = [(how, hidden if count is None else count) for _all, how, count in self.rows]
        return Bars(
            title=_("Who reached the end"),
            head=_("How it went"),
            series=[Series(_("trials"), Tone.WATER)],
            groups=[Group(how, [value]) for how, value in values],
            notes=self.notes,
        )

    @property
    def notes(self) -> list[str]:
        """Explanations of hidden counts, and of the absence of figures by device."""
        is_hidden = any(count is None for _device, _how, count in self.rows)
        notes = [_("Counts below five are hidden, so that nobody is recognised.")] if is_hidden else []
        if not self.is_settled:
            day = {"day": short_day(self.settled_on)}
            return [*notes, _("By device from %(day)s on: the last sheets are entered until then.") % day]
        return [*notes, _("All devices together: by device, some numbers would be below five.")]

    @property
    def refusal(self) -> str:
        """Explanation if nothing is shown although there are trials, else ""."""
        if not self.results.trials or self.chart:
            return ""
        return _("How it went is not shown: too few people tried, they could be recognised.")
