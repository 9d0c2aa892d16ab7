"""Queries of the comparison: the grid of some cities, and the page of a criterion with its chart and corrections."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cms.templatetags.sources import gone_since
from committee.hooks import SectionItem, TopicSection
from committee.models import Pictogram, TopicPage, family_of, public_topics
from common.charts.bars import Bars, Group
from common.charts.frame import Chart
from common.charts.states import Stack
from common.charts.values import Series, Tone, plain_number
from veille.models import City, Criterion, Observation, Withdrawal
from veille.models.withdrawals import is_withdrawn

# Number of cities shown beside ours: more columns do not fit on a readable page.
MAX_OTHERS = 4
CRITERIA_PER_TOPIC = 6
TONES = {Observation.Answer.YES: Tone.YES, Observation.Answer.PARTLY: Tone.PARTLY, Observation.Answer.NO: Tone.NO}


@dataclass(frozen=True)
class Choice:
    """Cities that a reader compares: ours first, then the others.

    `left_out` are requested cities beyond the limit, `unknown` requested slugs without a city. By default, the others
    are those with the most observations, then those nearest to ours by population.
    """

    every: Sequence[City]
    compared: Sequence[City]
    left_out: Sequence[City]
    unknown: Sequence[str]
    is_asked: bool

    @property
    def others(self) -> list[City]:
        return [city for city in self.every if not city.is_ours]

    @property
    def slugs(self) -> set[str]:
        return {city.slug for city in self.compared}


@dataclass(frozen=True)
class Cell:
    """Observation of one city for one criterion; None means unknown, neither yes nor no."""

    city: City
    observation: Observation | None
    # True if the source has not been checked for a year, or its page is gone.
    to_check: bool = False

    @property
    def badge(self) -> str:
        """Tone of the badge of a yes, partly or no; "" for other kinds."""
        return TONES.get(self.observation.answer, "") if self.observation else ""  # type: ignore[call-overload]


@dataclass(frozen=True)
class CriterionRow:
    """A criterion and its cells, one for each city."""

    criterion: Criterion
    cells: Sequence[Cell]

    @property
    def known(self) -> list[Observation]:
        return [cell.observation for cell in self.cells if cell.observation]

    @property
    def unknown(self) -> list[City]:
        return [cell.city for cell in self.cells if not cell.observation]

    @property
    def shared_source(self) -> Cell | None:
        """First known cell if several cells all have the same source and day (shown once on the page), else None."""
        filled = [cell for cell in self.cells if cell.observation]
        sources = {
            (observation.source_url, observation.source_title, observation.source_seen_on) for observation in self.known
        }
        return filled[0] if len(filled) > 1 and len(sources) == 1 else None


def chosen_cities(slugs: Sequence[str]) -> Choice:
    """Returns the cities to compare for the requested slugs. Two queries at most."""
    every = list(City.objects.all())
    ours = [city for city in every if city.is_ours]
    by_slug = {city.slug: city for city in every}
    requested = list(dict.fromkeys(slug[:60] for slug in slugs if slug))
    chosen = [by_slug[slug] for slug in requested if slug in by_slug and not by_slug[slug].is_ours]
    unknown = [slug for slug in requested if slug not in by_slug]
    compared = chosen or _best_known(ours, [city for city in every if not city.is_ours])
    return Choice(every, [*ours, *compared[:MAX_OTHERS]], chosen[MAX_OTHERS:], unknown, bool(chosen))


def _best_known(ours: Sequence[City], candidates: Sequence[City]) -> list[City]:
    our_population = ours[0].population if ours else 0
    answers = Observation.objects.current().filter(criterion__is_background=False).order_by()
    answer_counts = Counter(answers.values_list("city_id", flat=True))
    best = sorted(candidates, key=lambda city: (-answer_counts[city.pk], abs(city.population - our_population)))[
        :MAX_OTHERS
    ]
    return [city for city in candidates if city in best]


def criteria_with_topics() -> QuerySet[Criterion]:
    """Returns the published criteria, each with its topic if that is published."""
    return Criterion.objects.published().prefetch_related(public_topics())


def lines(criteria: Iterable[Criterion], cities: Sequence[City], today: date) -> list[CriterionRow]:
    """Returns a line for each criterion. One query, whatever their number."""
    criterion_list = list(criteria)
    observations = Observation.objects.current().filter(criterion__in=criterion_list, city__in=cities).order_by()
    cells = {(observation.criterion_id, observation.city_id): observation for observation in observations}
    rows = []
    for criterion in criterion_list:
        row = []
        for city in cities:
            observation = cells.get((criterion.pk, city.pk))
            if observation:
                observation.criterion, observation.city = criterion, city
            row.append(Cell(city, observation, bool(observation and needs_check(observation, today))))
        rows.append(CriterionRow(criterion, row))
    return rows


def needs_check(observation: Observation, today: date) -> bool:
    """Returns whether the source must be checked again: last seen over a year ago, or its page is gone."""
    return observation.is_old(today) or gone_since(observation.source_url) is not None


def pictogram_of(criterion: Criterion) -> str:
    """Returns the pictogram of the topic, or the default one of comparisons."""
    return (criterion.topic and criterion.topic.pictogram) or Pictogram.BENCHMARK


def look_of(criterion: Criterion) -> dict[str, str]:
    """Returns the pictogram and the colour family of pages about `criterion`."""
    pictogram = pictogram_of(criterion)
    return {"pictogram": pictogram, "family": family_of(pictogram)}


def corrections(criterion: Criterion) -> list[Observation]:
    """Returns the replaced observations, last correction first, each with its `replaced_by`. One query."""
    replaced = Observation.objects.published().filter(criterion=criterion, replaced_by__published_at__isnull=False)
    observations = list(replaced.select_related("city", "replaced_by").order_by("-replaced_by__published_at", "-pk"))
    for observation in observations:
        observation.criterion = observation.replaced_by.criterion = criterion  # type: ignore[union-attr]
    return observations


def withdrawals(criterion: Criterion) -> list[Withdrawal]:
    """Returns the withdrawals of published observations, latest first. One query."""
    withdrawn = Withdrawal.objects.filter(observation__in=Observation.objects.published().filter(criterion=criterion))
    rows = list(withdrawn.select_related("observation__city").order_by("-withdrawn_at", "-pk"))
    for withdrawal in rows:
        withdrawal.observation.criterion = criterion
    return rows


def chart_of(line: CriterionRow) -> Chart | None:
    """Returns the chart of a criterion: bars for numbers, a stacked bar for yes/partly/no, None for words.

    Cities keep their order: the highest number is not the best one.
    """
    if line.criterion.kind == Criterion.Kind.NUMBER:
        return _bars(line)
    return _stack(line) if line.criterion.kind == Criterion.Kind.ANSWER else None


def _bars(line: CriterionRow) -> Bars:
    values = [(observation.city.name, plain_number(observation.number or Decimal())) for observation in line.known]
    return Bars(
        title=line.criterion.question,
        sentence=_known_sentence(line),
        head=_("Metropolis"),
        series=(Series(line.criterion.unit or _("Number"), Tone.WATER),),
        groups=[Group(name, (value,)) for name, value in values],
        unit=line.criterion.unit if line.criterion.unit == "%" else "",
        notes=[_not_known(line)] if _not_known(line) else [],
    )


def _stack(line: CriterionRow) -> Stack:
    counts = [
        (Series(answer.label, tone), sum(observation.answer == answer for observation in line.known))
        for answer, tone in TONES.items()
    ]
    counts.append((Series(_("Not known"), Tone.OUTLINE), len(line.cells) - len(line.known)))
    visible = [(series, count) for series, count in counts if count]
    return Stack(
        title=line.criterion.question,
        sentence=_known_sentence(line),
        head=_("Answer"),
        value_head=_("Metropolises"),
        states=[series for series, _number in visible],
        values=[count for _series, count in visible] if line.known else [],
    )


def _known_sentence(line: CriterionRow) -> str:
    template = ngettext(
        "%(known)d metropolis of %(all)d is known.", "%(known)d metropolises of %(all)d are known.", len(line.known)
    )
    return template % {"known": len(line.known), "all": len(line.cells)}


def _not_known(line: CriterionRow) -> str:
    names = [city.name for city in line.unknown]
    return _("Not known: %(names)s.") % {"names": ", ".join(names)} if names else ""


def criteria_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section of a topic page that lists its criteria and links to the comparison, or None."""
    criteria = Criterion.objects.published().filter(topic=topic)[:CRITERIA_PER_TOPIC]
    items = [SectionItem(title=criterion.question, url=criterion.get_absolute_url()) for criterion in criteria]
    if not items:
        return None
    return TopicSection(
        order=35,
        key="comparatif",
        title=_("Elsewhere in France"),
        pictogram=Pictogram.BENCHMARK,
        items=items,
        more_url=reverse("veille:comparison"),
        more_label=_("Compare metropolises side by side"),
    )


def state_of(observation: Observation, today: date) -> str:
    """Returns the label of the state of an observation that has not been replaced."""
    if not observation.published_at:
        return _("To be read over")
    if is_withdrawn(observation):
        return _("Withdrawn")
    return _("To check again") if needs_check(observation, today) else pgettext("object", "Published")


@dataclass(frozen=True)
class CriterionState:
    """Progress of a criterion: number of published, waiting and outdated cells, and cities without observation."""

    criterion: Criterion
    published: int
    waiting: int
    old: int
    missing: Sequence[City]


def grid_state(today: date) -> list[CriterionState]:
    """Returns the state of each criterion, published or not. Three queries."""
    cities, by_criterion = list(City.objects.all()), defaultdict(list)
    for observation in Observation.objects.standing().order_by():
        by_criterion[observation.criterion_id].append(observation)
    states = []
    for criterion in Criterion.objects.all():
        own = by_criterion[criterion.pk]
        published = [observation for observation in own if observation.published_at]
        filled = {observation.city_id for observation in own}
        states.append(
            CriterionState(
                criterion,
                len(published),
                len(own) - len(published),
                sum(needs_check(observation, today) for observation in published),
                [city for city in cities if city.pk not in filled],
            )
        )
    return states
