"""Line of the digest with the number of decisions and the last hash of the register."""

import datetime as dt

import pytest

from committee.models import RegisterEntry
from committee.register.services.chain import append
from digests.models import Delivery
from digests.queries.deliveries import LAG
from digests.queries.register import register_heads
from digests.services.planning import plan_due
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests, sent

pytestmark = pytest.mark.django_db


def enter(at):
    day = dt.date(2026, 11, 2)
    return append(now=at, kind=RegisterEntry.Kind.DECISION, text="Oui.", responsible="", session_day=day, rank=1)


def test_digest_has_the_number_of_decisions_and_last_hash_before_the_cutoff():
    SubscriberFactory()
    news()
    first = enter(SLOT - DAY)
    plan_due(now=SLOT)
    enter(SLOT - LAG + dt.timedelta(seconds=1))
    (mail,) = sent(SLOT + dt.timedelta(minutes=1)).values()
    for kind in ("plain", "html"):
        text = " ".join(mail.get_body((kind,)).get_content().replace("\u00a0", " ").split())
        assert "Registre des décisions : 1 décision" in text
        assert f"empreinte {first.hash[:16]}" in text
        assert "/le-comite/decisions/" in text


def test_register_line_is_omitted_without_a_decision():
    SubscriberFactory()
    news()
    (text,) = read_digests().values()
    assert "Registre des décisions" not in text


def test_register_line_costs_two_queries_per_edition(django_assert_num_queries):
    SubscriberFactory.create_batch(5)
    news()
    enter(SLOT - DAY)
    plan_due(now=SLOT)
    rows = list(Delivery.objects.select_related("edition"))
    assert len(rows) == 5
    with django_assert_num_queries(2):
        assert len({head.hash for head in register_heads(rows)}) == 1
