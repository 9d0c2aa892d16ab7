"""Indicators of the committee: missing data is shown, the site measures its own, and pages show the state of each."""

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse

from common.hooks import datasets
from common.shown import BY_PROGRAM
from common.urls import absolute_url
from indicators.defined.exports import citations
from indicators.defined.forms import AdoptionForm, MeasurementForm
from indicators.defined.queries.pages import detail, overview
from indicators.defined.queries.sentences import progress_of, standings_of
from indicators.defined.queries.series import MAX_DRAWN, Absence, last_values, late_indicators, lines_of
from indicators.defined.services import adopt, leave, measure_due, measure_period
from indicators.errors import IndicatorRefused
from indicators.hooks import Period
from indicators.models import Indicator, Measurement
from indicators.restitution.services import build, publish
from mailing.ticking import tick
from tests.factories import NewsPageFactory, ProposalFactory, TopicPageFactory, UserFactory
from tests.indicators.factories import SOURCE, correct, make_adopted, make_held, make_indicator, make_value

REAL = Path(settings.BASE_DIR).parent / "shared/data/indicateurs-inclusion-numerique/definitions-indicateurs.json"
NOW = dt.datetime(2026, 11, 20, 22, 30, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
ADOPTED = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


def plain(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def definitions():
    """Returns the 21 real definitions if the file exists, else 21 of the same shape."""
    if REAL.exists():
        rows = json.loads(REAL.read_text())
        keys = ("Jeu de données", "Objectif", "Source de la donnée", "Url source de la donnée")
        grain = "Granularité géographique (choisie)"
        return [{"row": [one[key] for key in keys], "grain": one[grain]} for one in rows]
    url = "https://www.insee.fr/fr/statistiques/7233950#dictionnaire"
    return [
        {"row": [f"Définition {n}", "Mesurer", "INSEE", url if n < 5 else ""], "grain": "Commune"} for n in range(21)
    ]


def test_real_definitions_without_an_address_stay_proposed(client):
    session = make_held(ADOPTED)
    refused = 0
    for one in definitions():
        title, purpose, source, url = one["row"]
        indicator = make_indicator(
            title[:120], question=purpose[:200], source_name=source, source_url=url, unit="", grain=one["grain"]
        )
        try:
            adopt(indicator=indicator, session=session, now=NOW, shown=BY_PROGRAM)
        except IndicatorRefused:
            refused += 1
    assert (refused, Indicator.objects.adopted().count(), Indicator.objects.proposed().count()) == (16, 5, 16)
    result = overview(NOW.date())
    assert (sum(len(group.standings) for group in result.groups), len(result.proposed)) == (5, 16)
    assert plain(client.get("/indicateurs/")).count("l’adresse de sa source") == 16


@pytest.mark.parametrize(
    ("today", "absence"),
    [("2026-10-30", Absence.NOT_DUE), ("2026-10-31", Absence.LATE)],
)
def test_a_value_is_late_thirty_days_after_its_period(today, absence):
    indicator = make_adopted(at=dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC), frequency=3)
    today = dt.date.fromisoformat(today)
    [line] = lines_of(indicator, [], today)
    assert (line.period.key, line.absence) == ("2026-T3", absence)
    assert bool(late_indicators(today)) is (absence is Absence.LATE)


def test_page_explains_missing_values(client):
    indicator = make_adopted(at=dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC), frequency=3)
    make_value(indicator, "2026-T1", 62, base=40)
    make_value(indicator, "2026-T2", 50, base=4)
    assert Measurement.objects.get(period="2026-T2").value is None, "a value that could identify a person is not stored"
    page = plain(client.get(indicator.get_absolute_url()))
    assert "moins de 5 réponses : pas de chiffre" in page
    assert "source manquante depuis le 30 octobre 2026" in page
    with time_machine.travel("2026-10-30T12:00:00Z"):
        assert "pas encore attendue, prévue au plus tard le 30 octobre 2026" in plain(
            client.get(indicator.get_absolute_url())
        )


def test_consecutive_missing_periods_share_a_line_and_are_not_drawn_at_the_end(client):
    indicator = make_adopted(at=dt.datetime(2024, 12, 10, 12, tzinfo=dt.UTC), frequency=3)
    make_value(indicator, "2024-T4", 62)
    make_value(indicator, "2025-T2", 64)
    result = detail(indicator, NOW.date())
    assert [line.period_words for line in result.newest_first] == [
        "3e trimestre 2025 à 3e trimestre 2026",
        "2e trimestre 2025",
        "1er trimestre 2025",
        "4e trimestre 2024",
    ]
    assert [point.value for point in result.chart.points] == [62, None, 64]
    assert "source manquante depuis le 30 octobre 2025" in plain(client.get(indicator.get_absolute_url()))


def test_list_draws_current_values_below_the_target(client):
    indicator = make_adopted(at=ADOPTED, frequency=6, target=80, target_on=dt.date(2030, 12, 31))
    correct(make_value(indicator, "2026-S1", 62), 40, "La ville a recompté.")
    drawing = str(
        BeautifulSoup(client.get("/indicateurs/").content, "html.parser").select_one(".card svg.chart__steps")
    )
    assert 'height="50%"' in drawing
    assert 'height="77.5%"' not in drawing
    assert drawing.index("<rect") < drawing.index("chart__target")


def test_a_correction_shows_both_values_and_its_reason(client):
    indicator = make_adopted(at=ADOPTED, frequency=6)
    correct(make_value(indicator, "2026-S1", 62), 64, "La ville a recompté.")
    page = plain(client.get(indicator.get_absolute_url()))
    assert "<del>62 %</del>" in page
    assert "La ville a recompté." in page
    assert "1er semestre 2026 : 64 %" in page
    content = b"".join(client.get(f"{indicator.get_absolute_url()}valeurs.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert [(row["valeur"], row["corrigee"], bool(row["source"])) for row in rows] == [
        ("62", "oui", True),
        ("64", "non", True),
    ]


@pytest.mark.parametrize(
    ("value", "better", "target", "target_on", "progress"),
    [
        (80, "up", 80, "2030-12-31", "reached"),
        (79, "up", 80, "2026-06-30", "late"),
        (40, "up", 80, "2027-01-01", "late"),
        (70, "up", 80, "2027-01-01", "on the way"),
        (10, "down", 15, "2027-01-01", "reached"),
        (19, "down", 0, "2027-01-01", "late"),
    ],
)
def test_progress_towards_the_target(value, better, target, target_on, progress):
    indicator = make_adopted(
        at=ADOPTED,
        frequency=6,
        better=better,
        baseline=20,
        baseline_on="2025-01-01",
        target=target,
        target_on=target_on,
    )
    progress_found = progress_of(indicator, make_value(indicator, "2026-S1", value), NOW.date())
    labels = {"reached": "atteint", "late": "en retard", "on the way": "en bonne voie"}
    assert progress_found.words == labels[progress]


def test_latest_value_is_that_of_the_last_month_after_a_change_of_frequency():
    indicator = make_adopted(at=ADOPTED, frequency=3)
    make_value(indicator, "2026-T1", 62)
    held = dt.datetime(2026, 4, 2, 18, tzinfo=dt.UTC)
    reason = "Un trimestre est trop long."
    adopt(
        indicator=indicator,
        session=make_held(held),
        terms={"frequency": 1},
        reason=reason,
        now=held + dt.timedelta(days=1),
        shown=BY_PROGRAM,
    )
    indicator.refresh_from_db()
    make_value(indicator, "2026-05", 64)
    [standing] = standings_of([indicator], NOW.date())
    assert standing.measurement.period == "2026-05"
    assert [one.period for one in last_values([indicator])[indicator.pk]] == ["2026-T1", "2026-05"]


def test_left_indicator_that_is_adopted_again_as_it_was_has_no_change(client):
    indicator = make_adopted(at=ADOPTED, frequency=6)
    leave(indicator=indicator, reason="Sans source.", now=ADOPTED + dt.timedelta(days=9))
    held = dt.datetime(2026, 4, 2, 18, tzinfo=dt.UTC)
    adopt(indicator=indicator, session=make_held(held), now=held + dt.timedelta(days=1), shown=BY_PROGRAM)
    assert "Ce que le comité a changé" not in plain(client.get(indicator.get_absolute_url()))


def test_progress_appears_once_per_page_and_ends_the_plain_sentence(client):
    topic = TopicPageFactory()
    indicator = make_adopted(at=ADOPTED, frequency=6, target=80, target_on="2026-06-30", topic=topic)
    make_value(indicator, "2026-S1", 62)
    for url in ("/indicateurs/", indicator.get_absolute_url(), topic.url):
        main = plain(client.get(url)).partition("<main")[2]
        assert "62 %, objectif 80 % fin juin 2026" in main
        assert main.lower().count("en retard") == 1, url
    [standing] = standings_of([indicator], NOW.date())
    assert standing.sentence.replace("\u00a0", " ") == "62 %, objectif 80 % fin juin 2026, en retard"


class TestMeasuredByTheSite:
    @pytest.fixture(autouse=True)
    def _address(self, settings):
        settings.BASE_URL = "https://comite.example"

    def make_measured(self, **fields):
        defaults = {"measure": "proposals", "unit": "propositions", "frequency": 3}
        return make_adopted(at=ADOPTED, **defaults | fields)

    def test_each_past_period_is_measured_once_and_stores_its_query(self):
        indicator = self.make_measured()
        ProposalFactory.create_batch(3, created_at=dt.datetime(2026, 5, 5, tzinfo=dt.UTC))
        assert measure_due(now=NOW) == 3
        by_period = {one.period: one for one in indicator.measurements.all()}
        assert {key: one.value for key, one in by_period.items()} == {"2026-T1": 0, "2026-T2": 3, "2026-T3": 0}
        assert by_period["2026-T2"].query.startswith("SELECT ")
        assert by_period["2026-T2"].source_url.endswith("/donnees-ouvertes/")
        assert measure_due(now=NOW) == 0
        ProposalFactory(created_at=dt.datetime(2026, 5, 6, tzinfo=dt.UTC))
        assert measure_due(now=NOW + dt.timedelta(days=1)) == 0
        assert Measurement.objects.get(period="2026-T2").value == 3, "each period is measured once"

    def test_current_period_is_measured_after_its_end_only(self):
        self.make_measured(frequency=12)
        end = Period.of_year(2026).ends
        assert measure_due(now=end - dt.timedelta(minutes=1)) == 0
        with time_machine.travel(end):
            assert measure_due(now=end) == 1

    def test_percentage_of_zero_items_has_no_value(self):
        indicator = self.make_measured(measure="answers_in_time", unit="%", frequency=12)
        with time_machine.travel("2027-01-02T12:00:00Z"):
            assert measure_due(now=NOW + dt.timedelta(days=50)) == 1
        assert indicator.measurements.values_list("value", "base").get() == (None, 0)

    def test_indicator_that_cannot_be_measured_does_not_block_others(self, monkeypatch, caplog):
        broken = self.make_measured()
        other = self.make_measured(title="Autre", session=broken.session)

        def measure_other(indicator, period, now):
            if indicator == broken:
                raise RuntimeError
            return measure_period(indicator, period, now)

        monkeypatch.setattr("indicators.defined.services.measure_period", measure_other)
        assert measure_due(now=NOW) == 3
        assert {one.indicator for one in Measurement.objects.all()} == {other}
        assert f"the indicator {broken.pk} could not be measured" in caplog.text

    def test_value_recorded_by_another_worker_is_not_overwritten(self, monkeypatch):
        indicator = self.make_measured(frequency=6)
        make_value(indicator, "2026-S1", 7)
        waiting = {indicator: [Period.named("2026-S1")]}
        monkeypatch.setattr("indicators.defined.services.waiting_periods", lambda *args: waiting)
        assert measure_due(now=NOW) == 0
        assert indicator.measurements.get().value == 7

    def test_forms_accept_the_url_of_this_site_as_source(self, settings):
        settings.BASE_URL = "http://comite"
        indicator = self.make_measured(frequency=6, source_url="http://comite/donnees-ouvertes/")
        terms = {name: "" if value is None else value for name, value in indicator.terms.items()}
        form = AdoptionForm({**terms, "session": indicator.session_id, "reason": "x"}, indicator=indicator)
        assert form.is_valid(), form.errors
        data = {"period": "2026-S1", "value": "62", "source_url": indicator.source_url, "source_seen_on": "2026-11-01"}
        assert MeasurementForm(data, indicator=indicator).is_valid()

    def test_tick_measures_due_indicators(self):
        self.make_measured(frequency=6)
        assert "1 indicators measured" in str(tick(now=NOW))


def test_published_report_keeps_its_value_after_a_correction():
    indicator = make_adopted(at=dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC), target=80, target_on="2025-12-31")
    value = make_value(indicator, "2025", 62)
    report = build(year=2025, now=NOW)
    publish(restitution=report, now=NOW, by=UserFactory(), shown=BY_PROGRAM)
    correct(value, 64)
    NewsPageFactory()
    with pytest.raises(Exception, match="ne changent plus"):
        build(year=2025, now=NOW)
    report.refresh_from_db()
    reading = next(one["value"] for one in report.figures if one["key"] == f"indicator.{indicator.slug}")
    assert reading.replace("\u00a0", " ") == "2025 : 62 %, objectif 80 % fin 2025, en retard"


def test_report_shows_the_indicators_of_its_year(client):
    indicator = make_adopted(at=dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC))
    make_value(indicator, "2025", 62)
    publish(restitution=build(year=2025, now=NOW), now=NOW, by=UserFactory(), shown=BY_PROGRAM)
    page = plain(client.get("/restitution/2025/"))
    assert indicator.title in page
    assert "2025 : 62 %" in page


def test_abandoned_indicator_shows_its_reason_and_accepts_no_values(client):
    indicator = make_adopted(at=ADOPTED, frequency=1)
    with pytest.raises(IndicatorRefused):
        leave(indicator=indicator, reason=" ", now=NOW)
    leave(indicator=indicator, reason="La source a fermé.", now=NOW)
    assert "La source a fermé." in plain(client.get("/indicateurs/"))
    assert "La source a fermé." in plain(client.get(indicator.get_absolute_url()))
    assert late_indicators(NOW.date()) == {}
    with pytest.raises(Exception, match="abandonné"):
        make_value(Indicator.objects.get(), "2026-05", 1)


def test_number_of_queries_is_constant(client, django_assert_max_num_queries):
    topics = TopicPageFactory.create_batch(3)
    session = make_held(dt.datetime(2016, 1, 5, 18, tzinfo=dt.UTC))
    at = dt.datetime(2016, 2, 1, 12, tzinfo=dt.UTC)
    for number in range(6):
        adopted = make_adopted(f"Indicateur {number}", at=at, session=session, frequency=3, topic=topics[number % 3])
        period, rows = Period(dt.date(2016, 1, 1), 3), []
        for value in range(12):
            source = {"source_url": "https://insee.example/", "source_seen_on": NOW.date()}
            rows.append(Measurement(indicator=adopted, period=period.key, value=value, **source))
            period = period.next
        Measurement.objects.bulk_create(rows)
    with django_assert_max_num_queries(4):
        result = overview(NOW.date())
        assert sum(bool(one.sentence) for group in result.groups for one in group.standings) == 6
        assert all(len(one.chart.points) == MAX_DRAWN for group in result.groups for one in group.standings)
    with django_assert_max_num_queries(5):
        assert len(detail(Indicator.objects.first(), NOW.date()).lines) >= 12
    with django_assert_max_num_queries(2):
        assert len(late_indicators(NOW.date())) == 6
    page = client.get("/indicateurs/")
    assert page.status_code == 200


def test_open_data_contains_indicators_and_values(user):
    make_value(make_adopted(at=ADOPTED, frequency=6), "2026-S1", 62, recorded_by=user)
    sets = {one.slug: one for one in datasets()}
    [row] = sets["mesures"].rows()
    values = dict(zip(sets["mesures"].header, row, strict=True))
    assert (values["valeur"], values["periode"], values["source"][:8]) == (62, "2026-S1", "https://")
    [row] = sets["indicateurs"].rows()
    assert len(row) == len(sets["indicateurs"].header)


def test_link_check_covers_sources_of_adopted_indicators_but_not_this_site():
    indicator = make_adopted(at=ADOPTED, frequency=6)
    make_value(indicator, "2026-S1", 62, source_url="https://autre.example/chiffre")
    make_adopted("Idées publiées", at=ADOPTED, session=indicator.session, source_url=absolute_url("/donnees-ouvertes/"))
    make_indicator("Proposé", source_url="https://propose.example/")
    assert {one.url for one in citations()} == {SOURCE, "https://autre.example/chiffre"}


@pytest.mark.parametrize("address", ["indicators", "indicator", "indicator_values"])
def test_pages_set_no_cookie(client, address):
    indicator = make_adopted(at=ADOPTED)
    args = [] if address == "indicators" else [indicator.slug]
    response = client.get(reverse(f"indicators:{address}", args=args))
    assert response.status_code == 200
    assert not response.cookies


def test_titles_with_the_same_words_get_different_slugs():
    first, second = make_indicator("Écart, moyen"), make_indicator("Écart moyen")
    assert (first.slug, second.slug) == ("ecart-moyen", "ecart-moyen-2")
