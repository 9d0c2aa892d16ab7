"""Content of the list of campaigns and of the page of one: phases, dates, results."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median_low

from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.models import TopicPage
from common.charts.states import Stack
from common.charts.values import Series, Tone
from common.templatetags.dates import short_day
from fieldwork.models import CampaignPage, Finding, Scenario, Trial

State = Finding.State
# Groups of states of the findings, in the order of the chart.
STATE_GROUPS: tuple[tuple[frozenset[str], Tone], ...] = (
    (frozenset({State.VERIFIED}), Tone.YES),
    (frozenset({State.SAID_FIXED, State.TO_TEST}), Tone.ONGOING),
    (frozenset({State.CONFIRMED, State.SENT, State.CAME_BACK}), Tone.WAITING),
    (frozenset({State.WILL_NOT_FIX}), Tone.NO),
)


@dataclass
class Results:
    """Results of a campaign, counted over its public findings and its trials."""

    outcomes: dict[str, int] = field(default_factory=lambda: {str(outcome): 0 for outcome in Trial.Outcome})
    # Outcomes of the trials by device; published by the rule of `outcomes`.
    by_device: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    severities: set[str] = field(default_factory=set)
    days: list[int] = field(default_factory=list)
    overdue: int = 0

    @property
    def trials(self) -> int:
        return sum(self.outcomes.values())

    @property
    def findings(self) -> int:
        return sum(self.states.values())

    @property
    def verified(self) -> int:
        return self.states[State.VERIFIED]

    @property
    def awaited(self) -> int:
        """Number of findings that the city has not answered."""
        return self.states[State.SENT]

    @property
    def median_days(self) -> int | None:
        """Lower median of the days to a verified repair, or None."""
        return median_low(self.days) if self.days else None

    @property
    def figures(self) -> list[tuple[str, int]]:
        return [
            (ngettext("trial", "trials", self.trials), self.trials),
            (ngettext("finding", "findings", self.findings), self.findings),
            (ngettext("fixed and verified", "fixed and verified", self.verified), self.verified),
        ]

    @property
    def sentences(self) -> list[str]:
        """Sentences about the delay of repairs and the awaited answers, if any."""
        sentences = []
        if self.median_days is not None:
            days = ngettext("%(days)d day", "%(days)d days", self.median_days) % {"days": self.median_days}
            sentences.append(_("Half of the verified repairs took %(days)s or less.") % {"days": days})
        if self.awaited:
            awaited = ngettext("%(number)d answer is awaited", "%(number)d answers are awaited", self.awaited)
            late = ngettext("%(number)d of them is late", "%(number)d of them are late", self.overdue)
            parts = [awaited % {"number": self.awaited}, late % {"number": self.overdue} if self.overdue else ""]
            sentences.append(f"{', '.join(filter(None, parts))}.")
        return sentences

    @property
    def chart(self) -> Stack | None:
        """Chart of the findings by state, or None without findings."""
        if not self.findings:
            return None
        labels = (_("fixed and verified"), _("to test again"), _("the city is to act"), _("will not be fixed"))
        return Stack(
            title=_("Where the findings stand"),
            head=_("State"),
            value_head=_("Findings"),
            states=[Series(label, tone) for label, (_states, tone) in zip(labels, STATE_GROUPS, strict=True)],
            values=[sum(self.states[state] for state in states) for states, _tone in STATE_GROUPS],
        )


@dataclass(frozen=True)
class CampaignCard:
    """Campaign in a list: its phase, its end and its results."""

    campaign: CampaignPage
    phase: CampaignPage.Phase
    results: Results
    scenarios: int

    @property
    def is_open(self) -> bool:
        return self.phase == CampaignPage.Phase.OPEN

    @property
    def is_coming(self) -> bool:
        return self.phase == CampaignPage.Phase.COMING

    @property
    def label(self) -> str:
        return str(self.phase.label)

    @property
    def badge_kind(self) -> str:
        return self.phase.badge_kind

    @property
    def when(self) -> str:
        if self.is_coming:
            return _("From %(day)s") % {"day": short_day(self.campaign.starts_on)}
        if self.is_open:
            return _("Until %(day)s") % {"day": short_day(self.campaign.ends_on)}
        return _("Ended on %(day)s") % {"day": short_day(self.campaign.ends_on)}

    @property
    def sentence(self) -> str:
        """Sentence with the number of scenarios to try, or with the results of a closed campaign."""
        if self.phase != CampaignPage.Phase.CLOSED:
            number = self.scenarios
            return ngettext("%(number)d scenario to try.", "%(number)d scenarios to try.", number) % {"number": number}
        findings = ngettext("%(number)d finding", "%(number)d findings", self.results.findings)
        fixed = ngettext("%(number)d fixed and verified", "%(number)d fixed and verified", self.results.verified)
        figures = [(findings, self.results.findings), (fixed, self.results.verified)]
        first = f"{', '.join(words % {'number': number} for words, number in figures)}."
        return " ".join([first, *self.results.sentences])


@dataclass(frozen=True)
class CampaignList:
    """List of campaigns, running ones first."""

    running: list[CampaignCard]
    coming: list[CampaignCard]
    over: list[CampaignCard]


def campaign_list(campaigns: Iterable[CampaignPage], today: date) -> CampaignList:
    """Returns `campaigns` by phase: running by end, coming by start, closed by latest end."""
    cards = cards_of(list(campaigns), today)
    by_phase = {phase: [card for card in cards if card.phase == phase] for phase in CampaignPage.Phase}
    return CampaignList(
        running=sorted(by_phase[CampaignPage.Phase.OPEN], key=lambda card: card.campaign.ends_on),
        coming=sorted(by_phase[CampaignPage.Phase.COMING], key=lambda card: card.campaign.starts_on),
        over=sorted(by_phase[CampaignPage.Phase.CLOSED], key=lambda card: card.campaign.ends_on, reverse=True),
    )


def cards_of(campaigns: list[CampaignPage], today: date) -> list[CampaignCard]:
    """Returns the cards of `campaigns`, in their order. Three queries, whatever their number."""
    pks = [campaign.pk for campaign in campaigns]
    results = results_of(pks, today)
    scenarios = Scenario.objects.filter(campaign__in=pks).order_by().values("campaign").annotate(number=Count("pk"))
    scenario_counts = dict(scenarios.values_list("campaign", "number"))
    return [
        CampaignCard(campaign, campaign.phase_at(today), results[campaign.pk], scenario_counts.get(campaign.pk, 0))
        for campaign in campaigns
    ]


def results_of(campaigns: list[int], today: date) -> dict[int, Results]:
    """Returns the results of `campaigns` by primary key. Two queries."""
    results = {pk: Results() for pk in campaigns}
    trials = Trial.objects.filter(scenario__campaign__in=campaigns).order_by()
    counted = trials.values_list("scenario__campaign", "device", "outcome").annotate(number=Count("pk"))
    for pk, device, outcome, number in counted:
        results[pk].outcomes[outcome] += number
        results[pk].by_device[device][outcome] = number
    findings = Finding.objects.public().filter(trial__scenario__campaign__in=campaigns).order_by()
    fields = ("state", "severity", "created_at", "verified_at", "answer_due_on")
    for finding in findings.annotate(campaign_key=F("trial__scenario__campaign")).only(*fields):
        result = results[finding.campaign_key]  # type: ignore[attr-defined]
        result.states[finding.state] += 1
        result.severities.add(finding.severity)
        result.overdue += finding.is_overdue(today)
        days = finding.days_to_verified()
        if days is not None:
            result.days.append(days)
    return results


def topic_of(campaign: CampaignPage) -> TopicPage | None:
    """Returns the topic of `campaign`, if published. No query for a campaign without one."""
    return TopicPage.objects.published().filter(pk=campaign.topic_id).first() if campaign.topic_id else None
