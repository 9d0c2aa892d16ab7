"""Indicators outside their own pages: concurrent requests, digest, search, site map."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from digests.queries.sources import INDICATORS, Window
from indicators.defined.services import measure_due
from indicators.models import Measurement
from tests.indicators.factories import make_adopted, make_indicator, make_value
from tests.races import run_together

DAY = dt.timedelta(days=1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_measure_a_period_once(settings):
    settings.BASE_URL = "https://comite.example"
    now = timezone.now()
    make_adopted(at=now - 70 * DAY, measure="proposals", unit="propositions", frequency=1)
    run_together([lambda: measure_due(now=now)] * 4)
    periods = list(Measurement.objects.values_list("period", flat=True))
    assert len(periods) == len(set(periods)) >= 2


@pytest.mark.django_db
def test_value_is_listed_in_one_digest_only():
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False) as clock:
        start = timezone.now()
        adopted = make_adopted(at=start + DAY, frequency=1, baseline=50, baseline_on=dt.date(2026, 4, 1))
        make_indicator("Proposé")
        clock.shift(3 * DAY)
        make_value(adopted, "2026-04", 62)
        now = start + 7 * DAY
        [item] = INDICATORS.in_window(Window(start, now, now, now + 7 * DAY), now=now)
        assert (item.key, item.at) == (adopted.pk, start + 3 * DAY)
        before = Window(start - 7 * DAY, start, start, now)
        assert INDICATORS.in_window(before, now=now) == []
        after = Window(now, now + 7 * DAY, now + 7 * DAY, now + 14 * DAY)
        assert INDICATORS.in_window(after, now=now + 7 * DAY) == []


@pytest.mark.indexed
@pytest.mark.django_db
def test_indicator_is_listed_in_search_results_and_site_maps(client):
    indicator = make_adopted("Sièges représentés", definition="La part des sièges.")
    content = client.get("/recherche/", {"q": "sièges représentés"}).content.decode()
    assert indicator.get_absolute_url() in content
    assert "/indicateurs/" in client.get("/plan-du-site/").content.decode()
    assert indicator.get_absolute_url() in client.get("/sitemap.xml").content.decode()
