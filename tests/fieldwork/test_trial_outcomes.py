"""Outcomes of the trials of a campaign: by device or as a whole, never both, without small numbers in page or file."""

import csv
import datetime as dt
import io
from itertools import product

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from fieldwork.models import Trial
from fieldwork.trials.queries.campaigns import Results
from fieldwork.trials.queries.outcomes import Outcomes
from tests.fieldwork.trial_factories import CampaignFactory, ScenarioFactory

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

DAY = dt.timedelta(days=1)
# The last sheets are entered thirty days after the end.
SETTLED, WAITING = NOW.date() - 31 * DAY, NOW.date() - 30 * DAY
LARGE = {"telephone": (9, 6, 5), "ordinateur": (12, 0, 8)}
ONE_SMALL = {"telephone": (9, 6, 4), "ordinateur": (12, 0, 8)}
HEAD = ["appareil", "resultat", "essais"]
WHOLE = [["", "Réussi sans aide", "21"], ["", "Réussi avec de l’aide", "6"], ["", "Abandon", "12"]]


def campaign_of(trials, *, ended=SETTLED):
    campaign = CampaignFactory(starts_on=ended - 30 * DAY, ends_on=ended)
    scenario = ScenarioFactory(campaign=campaign)
    Trial.objects.bulk_create(
        Trial(scenario=scenario, device=device, outcome=outcome, tried_on=ended, created_at=NOW)
        for device, counts in trials.items()
        for outcome, count in zip(Trial.Outcome, counts, strict=True)
        for _number in range(count)
    )
    return campaign


def file_of(client, campaign):
    answer = client.get(reverse("fieldwork:campaign_table", args=[campaign.slug]))
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def part_of(client, campaign):
    page = BeautifulSoup(client.get(campaign.url).content, "html.parser")
    return page.select_one("section[aria-labelledby=resultats-essais]")


def table_of(part):
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in part.select("table tr")]


def test_outcomes_are_by_device_if_every_count_is_large(client):
    campaign = campaign_of(LARGE)
    assert table_of(part_of(client, campaign)) == [
        ["Appareil", "Réussi sans aide", "Réussi avec de l’aide", "Abandon"],
        ["Téléphone", "9", "6", "5"],
        ["Ordinateur", "12", "0", "8"],
    ]
    assert file_of(client, campaign) == [
        HEAD,
        *(["Téléphone", how, number] for how, number in zip([row[1] for row in WHOLE], "965", strict=True)),
        *(["Ordinateur", how, number] for how, number in zip([row[1] for row in WHOLE], ("12", "0", "8"), strict=True)),
    ]


@pytest.mark.parametrize(
    ("trials", "ended", "message"),
    [
        (ONE_SMALL, SETTLED, "certains nombres seraient inférieurs à cinq"),
        (LARGE, WAITING, "à partir du 11 mars 2026"),
    ],
    ids=["one small number", "sheets may still come"],
)
def test_small_or_provisional_counts_are_combined_with_an_explanation(client, trials, ended, message):
    campaign = campaign_of(trials, ended=ended)
    part = part_of(client, campaign)
    whole = [[how, str(sum(counts[rank] for counts in trials.values()))] for rank, (_all, how, _n) in enumerate(WHOLE)]
    assert table_of(part)[1:] == whole
    assert message in part.get_text(" ", strip=True).replace("\xa0", " ")
    assert file_of(client, campaign) == [HEAD, *(["", *row] for row in whole)]
    assert "Téléphone" not in part.get_text()


def test_outcomes_of_few_trials_are_hidden_with_an_explanation(client):
    campaign = campaign_of({"telephone": (3, 0, 1)})
    part = part_of(client, campaign)
    assert not part.select("table")
    assert "elles pourraient être reconnues" in part.get_text(" ", strip=True)
    assert file_of(client, campaign) == [HEAD]
    assert reverse("fieldwork:campaign_table", args=[campaign.slug]) not in str(part)


def test_campaign_without_trials_has_no_table_and_no_explanation(client):
    part = part_of(client, campaign_of({}))
    assert not part.select("table")
    assert "reconnues" not in part.get_text()


def test_no_count_below_five_is_disclosed_for_any_table():
    """Many possible outcomes of trials with two devices, combining small and large numbers."""
    campaign, disclosed = campaign_of({}), 0
    for counts in product((0, 1, 4, 5, 7), repeat=6):
        results = Results()
        for device, part in (("telephone", counts[:3]), ("ordinateur", counts[3:])):
            for outcome, count in zip(Trial.Outcome, part, strict=True):
                results.outcomes[outcome] += count
                results.by_device[device][outcome] = count
        rows = list(Outcomes(campaign, results, NOW.date()).rows)
        numbers = [count for _device, _how, count in rows if count]
        assert all(count >= 5 for count in numbers), counts
        assert len({bool(device) for device, _how, _count in rows}) <= 1, "by device or whole, never both"
        disclosed += bool(numbers)
    assert disclosed > 1_000


def test_file_of_an_unpublished_campaign_returns_404(client):
    campaign = campaign_of(LARGE)
    campaign.unpublish()
    assert client.get(reverse("fieldwork:campaign_table", args=[campaign.slug])).status_code == 404
