"""Pages of the digest: subscribing, confirming, settings, unsubscribing, and links without side effects on GET."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.hooks import opted_out
from accounts.services.accounts import create_verified_user
from digests.models import ConsentLog, Frequency, Subscriber
from digests.models.tokens import CONFIRM_SALT, UNSUBSCRIBE_SALT, DigestRequest, confirm_token, unsubscribe_token
from digests.services.subscriptions import forget_stopped, purge_unconfirmed, stop
from mailing.models import Message
from tests.bulk import submit_edit
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import NewsPageFactory, UserFactory

Status = Subscriber.Status
NOW = SLOT + dt.timedelta(hours=2)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def url(name, token):
    return reverse(f"digests:{name}", kwargs={"token": token})


def confirmation_token(reader, frequency):
    return confirm_token(DigestRequest(reader, frequency, NOW))


def all_rows():
    return [list(model.objects.order_by("pk").values()) for model in (Subscriber, ConsentLog, Message)]


# --- Asking ------------------------------------------------------------------------------------------------------


def subscribe(client, **data):
    return client.post("/lettre/inscription/", {"email": "Odile@Courriel.example", "frequency": "monthly", **data})


def test_visitor_must_confirm_and_gets_only_the_confirmation_mail(client):
    response = subscribe(client)
    assert response.status_code == 302
    reader = Subscriber.objects.get()
    assert (reader.email, reader.status, reader.started_at) == ("odile@courriel.example", Status.UNCONFIRMED, None)
    message = Message.objects.get()
    assert (message.kind, message.to_email) == ("digest.confirm", "odile@courriel.example")
    assert "/lettre/confirmer/" in message.payload["text"]
    assert "/lettre/confirmer/" in message.payload["html"]


def test_response_is_the_same_for_a_known_address(client):
    SubscriberFactory(email="odile@courriel.example")
    response = subscribe(client)
    assert (response.status_code, response["Location"]) == (302, reverse("digests:look_at_mail"))
    # The address is shown once, to its sender, who may have mistyped it.
    page, again = (client.get(response["Location"]).content.decode().replace("\u00a0", " ") for _ in range(2))
    assert "Nous avons écrit à Odile@Courriel.example." in page
    assert "Courriel.example" not in again
    assert Message.objects.count() == 1
    assert Subscriber.objects.get().status == Status.ACTIVE


def test_address_gets_one_confirmation_mail_per_hour(client):
    for _ in range(3):
        subscribe(client)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [({"email": ""}, "Écrivez votre adresse"), ({"email": "odile"}, "@"), ({"frequency": "hourly"}, "Erreur")],
)
def test_invalid_subscription_form_shows_an_error(client, data, message):
    response = subscribe(client, **data)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Message.objects.exists()


def test_signed_in_user_is_subscribed_at_once(client):
    user = create_verified_user(email="odile@courriel.example", public_name="Odile M.")
    client.force_login(user)
    assert 'name="email"' not in client.get("/lettre/inscription/").content.decode()
    response = client.post("/lettre/inscription/", {"frequency": "weekly"}, follow=True)
    assert "30\xa0novembre" in response.content.decode()
    reader = Subscriber.objects.get()
    assert (reader.user, reader.status, reader.frequency, reader.started_at) == (user, Status.ACTIVE, "weekly", NOW)
    assert not Message.objects.exists()


# --- Confirming --------------------------------------------------------------------------------------------------


def unconfirmed_subscriber():
    return SubscriberFactory(status=Status.UNCONFIRMED, verified_at=None, started_at=None)


def test_get_does_nothing_and_post_confirms(client):
    reader = unconfirmed_subscriber()
    link = url("confirm", confirmation_token(reader, "weekly"))
    before = all_rows()
    page = client.get(link)
    client.head(link)
    assert all_rows() == before
    assert reader.email not in page.content.decode()
    for _ in range(2):
        assert client.post(link).status_code == 200
    reader.refresh_from_db()
    assert (reader.status, reader.frequency, reader.started_at) == (Status.ACTIVE, "weekly", NOW)
    assert list(ConsentLog.objects.values_list("act", flat=True)) == ["confirm"]


def test_confirmed_address_is_linked_to_its_account(client):
    user = create_verified_user(email="odile@courriel.example", public_name="Odile M.")
    reader = unconfirmed_subscriber()
    Subscriber.objects.filter(pk=reader.pk).update(email=user.email)
    reader.refresh_from_db()
    client.post(url("confirm", confirmation_token(reader, "monthly")))
    reader.refresh_from_db()
    assert reader.user == user


def test_confirmation_link_expires_after_a_week(client):
    reader = unconfirmed_subscriber()
    link = url("confirm", confirmation_token(reader, "weekly"))
    with time_machine.travel(NOW + 8 * DAY):
        assert client.post(link).status_code == 404
    reader.refresh_from_db()
    assert reader.status == Status.UNCONFIRMED


def test_old_confirmation_link_does_not_revert_an_unsubscription(client):
    reader = SubscriberFactory()
    stop(subscriber=reader, channel="mail", now=NOW + dt.timedelta(minutes=1))
    assert client.post(url("confirm", confirmation_token(reader, "weekly"))).status_code == 404
    reader.refresh_from_db()
    assert reader.status == Status.STOPPED


def test_anonymous_request_does_not_revert_an_opt_out(client):
    user = create_verified_user(email="odile@courriel.example", public_name="Odile M.")
    client.force_login(user)
    submit_edit(client, "/compte/notifications/", {"frequency": "never"})
    client.logout()
    with time_machine.travel(NOW + DAY, tick=False):
        assert subscribe(client)["Location"] == reverse("digests:look_at_mail")
    reader = Subscriber.objects.get()
    assert (reader.status, reader.immediate, reader.created_at) == (Status.STOPPED, False, NOW)
    assert Message.objects.get().kind == "digest.confirm"
    for later in (9 * DAY, 400 * DAY):
        assert purge_unconfirmed(now=NOW + later) == forget_stopped(now=NOW + later) == 0
    assert opted_out([user.pk]) == {user.pk}


def test_subscribers_with_an_account_or_an_objection_are_not_purged():
    request = {"status": Status.UNCONFIRMED, "verified_at": None, "started_at": None}
    with_account = SubscriberFactory(user=UserFactory(), **request)
    objecting = SubscriberFactory(immediate=False, **request)
    SubscriberFactory(**request)
    assert purge_unconfirmed(now=NOW + 30 * DAY) == 1
    assert set(Subscriber.objects.all()) == {with_account, objecting}


def test_only_requests_made_after_unsubscribing_can_be_confirmed(client):
    reader = SubscriberFactory(email="odile@courriel.example")
    before = confirmation_token(reader, "weekly")
    with time_machine.travel(NOW + DAY, tick=False):
        stop(subscriber=reader, channel="mail", now=NOW + DAY)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        subscribe(client)
        (after,) = re.findall(r"/lettre/confirmer/\S+/", Message.objects.get().payload["text"])
        assert client.post(url("confirm", before)).status_code == 404
        assert client.post(after).status_code == 200
    reader.refresh_from_db()
    assert (reader.status, reader.frequency) == (Status.ACTIVE, "monthly")


def test_second_request_restarts_the_week(client):
    subscribe(client)
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        subscribe(client)
    assert purge_unconfirmed(now=NOW + 9 * DAY) == 0


# --- Choosing ----------------------------------------------------------------------------------------------------


def test_preferences_require_an_account(client):
    response = client.get("/compte/notifications/")
    assert response.status_code == 302
    assert "/compte/connexion/" in response["Location"]


@pytest.mark.parametrize("choice", ["weekly", "monthly"])
def test_user_chooses_the_frequency_and_unsubscribes(client, choice):
    client.force_login(create_verified_user(email="odile@courriel.example", public_name="Odile M."))
    assert "checked" in client.get("/compte/notifications/").content.decode()
    response = submit_edit(client, "/compte/notifications/", {"frequency": choice}, follow=True)
    assert response.status_code == 200
    assert Subscriber.objects.get().frequency == choice
    submit_edit(client, "/compte/notifications/", {"frequency": "never"})
    assert Subscriber.objects.get().status == Status.STOPPED
    assert list(ConsentLog.objects.order_by("pk").values_list("act", flat=True)) == ["opt_in", "opt_out"]


def test_preferences_show_the_current_subscription(client):
    user = create_verified_user(email="odile@courriel.example", public_name="Odile M.")
    client.force_login(user)

    def lead_text(**choice):
        if choice:
            submit_edit(client, "/compte/notifications/", choice)
        page = client.get("/compte/notifications/").content.decode()
        return " ".join(page.partition('class="lead">')[2].partition("</p>")[0].replace("\u00a0", " ").split())

    # A new account is not subscribed to the digest.
    assert lead_text().startswith(
        "Vous ne recevez pas la lettre du comité. Nous écrivons à odile@courriel.example quand"
    )
    assert lead_text(frequency="weekly").startswith("La lettre du comité arrive à odile@courriel.example.")
    back = f"{timezone.localdate() + 9 * DAY:%d/%m/%Y}"
    assert "arrive de nouveau" in lead_text(frequency="weekly", paused_until=back)
    assert lead_text(frequency="never").startswith("Vous ne recevez ni la lettre du comité")


def test_choosing_notifications_only_creates_no_subscriber(client):
    client.force_login(create_verified_user(email="odile@courriel.example", public_name="Odile M."))
    submit_edit(client, "/compte/notifications/", {"frequency": "concerned"})
    assert not Subscriber.objects.exists()


def test_unverified_address_must_be_confirmed_first(client):
    client.force_login(UserFactory())
    submit_edit(client, "/compte/notifications/", {"frequency": "weekly"})
    assert Subscriber.objects.get().status == Status.UNCONFIRMED
    assert Message.objects.get().kind == "digest.confirm"


def test_new_address_of_the_account_takes_over_its_subscriber(client):
    user = create_verified_user(email="nouvelle@courriel.example", public_name="Odile M.")
    SubscriberFactory(user=user, email="ancienne@courriel.example")
    SubscriberFactory(email="nouvelle@courriel.example")
    client.force_login(user)
    submit_edit(client, "/compte/notifications/", {"frequency": "monthly"})
    assert Subscriber.objects.get().email == "nouvelle@courriel.example"


# --- Stopping ----------------------------------------------------------------------------------------------------


@pytest.fixture
def reader():
    return SubscriberFactory(email="odile@courriel.example")


@pytest.fixture
def link(reader):
    return url("unsubscribe", unsubscribe_token(reader))


def test_prefetching_links_changes_nothing(client, reader, link):
    addresses = [link, url("resubscribe", unsubscribe_token(reader)), url("less_often", unsubscribe_token(reader))]
    before = all_rows()
    for address in addresses:
        for method in (client.get, client.head, client.options):
            assert method(address).status_code == 200
        for method in (client.put, client.delete, client.patch):
            assert method(address).status_code == 405
    assert all_rows() == before


def test_unsubscribe_page_masks_the_address_and_is_private(client, link):
    response = client.get(link)
    page = response.content.decode().replace("\u2060", "")
    assert "o…e@courriel.example" in page
    assert "odile@" not in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_one_click_unsubscribes_without_cookie_or_csrf_token(link, reader):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    for _ in range(10):
        response = client.post(link, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.content, bool(response.cookies)) == (200, b"", False)
    reader.refresh_from_db()
    assert reader.status == Status.STOPPED
    assert list(ConsentLog.objects.values_list("act", flat=True)) == ["opt_out"]


def test_unsubscribe_button_stops_and_page_offers_to_resubscribe(client, link, reader):
    page = client.post(link).content.decode()
    back = url("resubscribe", unsubscribe_token(reader))
    assert f'action="{back}"' in page
    reader.refresh_from_db()
    assert reader.status == Status.STOPPED
    client.post(back)
    reader.refresh_from_db()
    assert (reader.status, reader.frequency, reader.started_at) == (Status.ACTIVE, Frequency.WEEKLY, NOW)


def test_unsubscribing_cancels_pending_digests(client, link):
    from digests.services.planning import plan_due

    NewsPageFactory(first_published_at=SLOT - DAY)
    plan_due(now=SLOT)
    assert Message.objects.get().state == "pending"
    client.post(link)
    assert Message.objects.get().state == "cancelled"


def forgeries(reader):
    good = unsubscribe_token(reader)
    yield from (good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), good + "x", "x", good.replace(":", ""))
    yield signing.dumps({"s": reader.pk, "n": "0" * 16}, salt=UNSUBSCRIBE_SALT)
    yield signing.dumps({"s": reader.pk + 1, "n": reader.token_nonce}, salt=UNSUBSCRIBE_SALT)
    yield signing.dumps({"s": reader.pk, "n": reader.token_nonce}, salt=CONFIRM_SALT)
    yield signing.dumps({"s": reader.pk, "n": reader.token_nonce}, salt=UNSUBSCRIBE_SALT, key="another")
    yield signing.dumps(["s"], salt=UNSUBSCRIBE_SALT)
    yield signing.dumps({"s": "x", "n": reader.token_nonce}, salt=UNSUBSCRIBE_SALT)
    yield signing.dumps(None, salt=UNSUBSCRIBE_SALT)
    yield from (good[:cut] for cut in range(1, len(good), 7))


@pytest.mark.parametrize("name", ["unsubscribe", "resubscribe", "less_often", "confirm"])
def test_forged_link_returns_404_and_changes_nothing(client, reader, name):
    before = all_rows()
    for token in forgeries(reader):
        for response in (
            client.get(url(name, token)),
            client.post(url(name, token), {"List-Unsubscribe": "One-Click", "frequency": "monthly"}),
        ):
            assert response.status_code == 404
            assert "03 00 00 00 00" in response.content.decode().replace("\xa0", " ")
    assert all_rows() == before


def test_frequency_is_changed_without_signing_in(client, reader):
    address = url("less_often", unsubscribe_token(reader))
    assert submit_edit(client, address, {"frequency": "monthly"}).status_code == 200
    reader.refresh_from_db()
    assert (reader.frequency, reader.status) == (Frequency.MONTHLY, Status.ACTIVE)
    Subscriber.objects.update(status=Status.STOPPED)
    submit_edit(client, address, {"frequency": "weekly"})
    reader.refresh_from_db()
    assert (reader.frequency, reader.status) == (Frequency.MONTHLY, Status.STOPPED)


@pytest.mark.parametrize("address", ["/desinscription/", "/lettre/inscription/courriel/"])
def test_pages_of_explanation_have_no_cookie_and_no_form(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert 'method="post"' not in response.content.decode()


def test_consent_log_cannot_be_changed_or_deleted():
    log = ConsentLog.objects.create(subscriber_hash="0" * 64, act="opt_in", text_version="1", channel="form", at=NOW)
    with pytest.raises(TypeError):
        log.save()
    with pytest.raises(TypeError):
        log.delete()


def test_stopped_subscribers_without_account_are_deleted_after_a_year():
    year = 365 * DAY
    recent, past, reading, with_account = (SubscriberFactory() for _ in range(4))
    Subscriber.objects.filter(pk=with_account.pk).update(user=UserFactory())
    Subscriber.objects.update(created_at=NOW - 2 * year)
    for subscriber, moment in ((recent, NOW - year + DAY), (past, NOW - year), (with_account, NOW - year)):
        stop(subscriber=subscriber, channel="mail", now=moment)
    assert forget_stopped(now=NOW) == 1
    assert set(Subscriber.objects.values_list("pk", flat=True)) == {recent.pk, reading.pk, with_account.pk}


def test_unconfirmed_subscribers_are_deleted():
    unconfirmed_subscriber(), SubscriberFactory()
    Subscriber.objects.update(created_at=NOW - 9 * DAY)
    assert purge_unconfirmed(now=NOW) == 1
    assert Subscriber.objects.get().status == Status.ACTIVE
