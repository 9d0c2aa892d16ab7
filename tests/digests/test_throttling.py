"""Rate limits, and programs that prefetch links (T12)."""

import re

import pytest
import time_machine
from django.urls import reverse

from common import limits
from digests.models import ConsentLog, Delivery, Edition, SessionReminder, Subscriber
from digests.models.tokens import UNSUBSCRIBE_SALT, unsubscribe_token
from digests.services import throttling
from digests.services.planning import plan_due
from mailing.models import Message
from tests.bulk import submit_edit
from tests.digests.factories import MINUTE, SLOT, SubscriberFactory
from tests.digests.mails import news, sent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE


def test_subscription_requests_are_limited_by_network_and_by_address(client, monkeypatch):
    monkeypatch.setattr(limits, "MAILS_PER_NETWORK", {limits.HOUR: 2})
    monkeypatch.setattr(limits, "MAILS_PER_ADDRESS", {limits.DAY: 2})

    def ask(address):
        return client.post("/lettre/inscription/", {"email": address, "frequency": "monthly"})

    with time_machine.travel(SLOT, tick=False):
        assert [ask("a@courriel.example").status_code for _ in range(3)] == [302, 302, 429]
        response = ask("b@courriel.example")
        assert (response.status_code, response["Retry-After"]) == (429, "3600")
        assert "b@courriel.example" in response.content.decode()
    with time_machine.travel(SLOT + HOUR, tick=False):
        assert ask("b@courriel.example").status_code == 302
        assert ask("a@courriel.example").status_code == 302
    with time_machine.travel(SLOT + 2 * HOUR, tick=False):
        # Above the limit of the address, a mail leaves from time to time.
        assert ask("a@courriel.example").status_code == 302
        for address in ("a@courriel.example", "A@courriel.example"):
            Message.objects.all().delete()
            assert ask(address).status_code == 429


def test_rate_limited_preferences_form_redisplays_the_choices(client, monkeypatch):
    monkeypatch.setattr(limits, "MAILS_PER_ADDRESS_AND_NETWORK", {limits.DAY: 1})
    client.force_login(UserFactory())
    chosen = {"frequency": "weekly", "weekday": 3, "hour": 18, "immediate": "on"}
    with time_machine.travel(SLOT, tick=False):
        assert submit_edit(client, "/compte/notifications/", chosen).url == reverse("digests:look_at_mail")
    with time_machine.travel(SLOT + HOUR, tick=False):
        again = submit_edit(client, "/compte/notifications/", chosen)
    page = again.content.decode().replace("\xa0", " ")
    assert again.status_code == 429
    assert "demandés à cette adresse" in page
    assert re.search(r'<option value="3" selected|value="3"[^>]* checked', page)
    assert Message.objects.count() == 1


def test_posts_are_limited_per_link(client, monkeypatch):
    monkeypatch.setattr(throttling, "POSTS_PER_READER_AND_HOUR", 1)
    first, second = SubscriberFactory.create_batch(2)
    with time_machine.travel(SLOT, tick=False):
        client.post(reverse("digests:unsubscribe", args=[unsubscribe_token(first)]))
        again = client.post(reverse("digests:resubscribe", args=[unsubscribe_token(first)]))
        client.post(reverse("digests:unsubscribe", args=[unsubscribe_token(second)]))
    assert again.status_code == 429
    assert "Trop de demandes sont venues d’ici" in again.content.decode()
    assert not again.cookies
    assert list(Subscriber.objects.order_by("pk").values_list("status", flat=True)) == ["stopped", "stopped"]


def test_forged_links_return_404_then_429(client, monkeypatch):
    from django.core import signing

    monkeypatch.setattr(throttling, "FORGED_PER_NETWORK_AND_HOUR", 150)
    reader = SubscriberFactory()
    good = unsubscribe_token(reader)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:"
    forged = {
        good[:at] + digest + good[at + 1 :]
        for at in range(len(good))
        for digest in f"{alphabet[at % 65]}{alphabet[-at]}ABCab~"
    }
    forged |= {signing.dumps({"s": reader.pk, "n": str(number)}, salt=UNSUBSCRIBE_SALT) for number in range(50)}
    forged = sorted(forged - {good})[:200]
    assert len(forged) == 200
    before = list(Subscriber.objects.values())
    with time_machine.travel(SLOT, tick=False):
        answers = [
            client.post(reverse("digests:unsubscribe", args=[token]), {"List-Unsubscribe": "One-Click"}).status_code
            for token in forged
        ]
    assert answers == [404] * 150 + [429] * 50
    assert list(Subscriber.objects.values()) == before


def test_opening_every_link_of_fifty_digests_changes_nothing(client):
    SubscriberFactory.create_batch(50)
    news()
    plan_due(now=SLOT)
    links = set()
    for mail in sent().values():
        links |= set(re.findall(r"http://testserver(/\S*)", mail.get_body(("plain",)).get_content()))
    assert len(links) >= 101

    def everything():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Subscriber, ConsentLog, Message, Delivery, Edition, SessionReminder)
        ]

    before = everything()
    for link in sorted(links):
        for method in (client.get, client.head):
            assert method(link).status_code in (200, 302), link
        assert client.options(link).status_code in (200, 405), link
    assert everything() == before
