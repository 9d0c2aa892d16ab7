"""Attacks on codes: no one can use up the codes of another user, and a race gives no additional tries."""

import datetime as dt

import pytest
from allauth.account import forms
from django.test import Client

from accounts.models import User
from common import limits
from common.limits import DAY, HOUR, MAILS_PER_ADDRESS, MAILS_PER_ADDRESS_AND_NETWORK, MAILS_PER_NETWORK
from mailing.models import Message
from tests.accounts.people import prove
from tests.factories import ProposalFactory, UserFactory
from tests.races import run_together

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
VICTIM = "odile@courriel.example"
FEW, MANY = MAILS_PER_ADDRESS_AND_NETWORK[HOUR], MAILS_PER_ADDRESS[HOUR]


def sign_in(network):
    return Client(REMOTE_ADDR=network).post("/compte/connexion/code/", {"email": VICTIM})


def sign_up(network):
    return Client(REMOTE_ADDR=network).post("/compte/creer/", {"email": VICTIM, "public_name": "Odile M."})


def subscribe(network):
    return Client(REMOTE_ADDR=network).post("/lettre/inscription/", {"email": VICTIM, "frequency": "weekly"})


def change_address(network):
    client, user = Client(REMOTE_ADDR=network), UserFactory()
    client.force_login(user)
    prove(client, user)
    return client.post("/compte/adresse/", {"email": VICTIM})


def invite(network):
    client, proposal = Client(REMOTE_ADDR=network), ProposalFactory()
    client.force_login(proposal.author)
    return client.post(f"/propositions/{proposal.pk}/co-auteurs/", {"email": VICTIM, "action": "inviter"})


# Mails that share one allowance; those of the sign-in have their own.
DOORS = [sign_up, change_address, invite]


def is_sent(answer):
    return answer.status_code == 302


@pytest.mark.parametrize("door", [sign_in, *DOORS])
def test_limit_per_address_and_network_does_not_affect_other_networks(door):
    """Attack: ten requests for the address of a victim, who then gets no code for an hour."""
    assert [is_sent(door("192.0.2.1")) for _ in range(FEW + 4)] == [True] * FEW + [False] * 4
    for other in [sign_in, subscribe, *DOORS]:
        assert is_sent(other("192.0.2.1")) == ((door is sign_in) != (other is sign_in)), other
        assert is_sent(other("198.51.100.7")), other


def test_a_refusal_is_shown_on_the_page():
    for _ in range(FEW):
        sign_in("192.0.2.1")
        sign_up("192.0.2.1")
    for door in [sign_in, subscribe, *DOORS]:
        assert "demandés à cette adresse" in door("192.0.2.1").content.decode(), door


def test_requests_that_send_no_mail_count_for_the_network_only(mailoutbox, time_machine):
    """Attack: of thirty requests for the digest one sent a mail, and the address got no other for an hour."""
    time_machine.move_to(NOON, tick=False)
    proposal = ProposalFactory()
    inviter = Client(REMOTE_ADDR="192.0.2.1")
    inviter.force_login(proposal.author)
    invitation = {"email": VICTIM, "action": "inviter"}
    robot = {"email": VICTIM, "public_name": "Odile M.", "website": "x"}
    before = [subscribe("192.0.2.1"), inviter.post(f"/propositions/{proposal.pk}/co-auteurs/", invitation)]
    sent = Message.objects.count()
    for _ in range(MANY):
        subscribe("192.0.2.1")
        inviter.post(f"/propositions/{proposal.pk}/co-auteurs/", invitation)
        Client(REMOTE_ADDR="192.0.2.1").post("/compte/creer/", robot)
    assert (Message.objects.count(), len(mailoutbox)) == (sent, 0)
    assert [is_sent(sign_up("192.0.2.1")) for _ in range(FEW)] == [True] * (FEW - len(before)) + [False] * len(before)
    network = MAILS_PER_NETWORK[HOUR] - 3 * MANY - FEW - len(before)
    assert [is_sent(subscribe("192.0.2.1")) for _ in range(network + 1)] == [True] * network + [False]


@pytest.mark.thorough
def test_mails_to_an_address_are_limited_across_networks(time_machine):
    time_machine.move_to(NOON, tick=False)
    sent = sum(is_sent(DOORS[number % 3](f"192.0.2.{number}")) for number in range(200))
    assert sent == MANY + 1


def test_ipv6_addresses_are_limited_per_site():
    sent = [is_sent(sign_in(f"2001:db8:0:{number:02x}00::{number}")) for number in range(FEW + 2)]
    assert sent == [True] * FEW + [False] * 2


def test_an_ipv6_site_may_ask_for_ten_times_the_mails_of_a_household(monkeypatch):
    monkeypatch.setattr(limits, "MAILS_PER_NETWORK", {HOUR: 1})
    client = Client()

    def ask(number, household):
        address = f"2001:db8:0:{household:02x}00::1"
        return client.post("/compte/connexion/code/", {"email": f"a{number}@courriel.example"}, REMOTE_ADDR=address)

    assert [is_sent(ask(number, 1)) for number in range(2)] == [True, False]
    sent = [is_sent(ask(number, number)) for number in range(2, 13)]
    assert sent == [True] * (limits.HOUSEHOLDS_PER_SITE - 1) + [False] * 2


def test_resent_codes_are_counted(client, mailoutbox):
    client.post("/compte/connexion/code/", {"email": VICTIM})
    for _ in range(FEW - 1):
        sign_in("127.0.0.1")
    before = len(mailoutbox)
    answer = client.post("/compte/connexion/code/verifier/", {"action": "resend"}, follow=True)
    assert len(mailoutbox) == before
    assert "demandés à cette adresse" in answer.content.decode()


def test_a_day_of_guessing_has_less_than_one_chance_in_a_thousand():
    codes = MAILS_PER_ADDRESS[DAY] + limits.SHORTER_WAITS + DAY / limits.LONGEST_WAIT
    assert codes * 3 / 10**6 < 1 / 1000


def test_wrong_codes_are_limited_per_network_over_all_addresses(monkeypatch, code_in):
    """Attack: three tries at each of many addresses; a hit within 33 hours from a hundred networks."""
    monkeypatch.setattr(limits, "WRONG_CODES_PER_NETWORK", {HOUR: 4})

    def guess(number, network="192.0.2.1", code="000000"):
        browser = Client(REMOTE_ADDR=network)
        browser.post("/compte/connexion/code/", {"email": f"a{number}@courriel.example"})
        return browser.post("/compte/connexion/code/verifier/", {"code": code or code_in()}, follow=True)

    def is_refused(answer):
        return "Il y a eu trop d’essais" in answer.content.decode()

    assert [is_refused(guess(number)) for number in range(6)] == [False] * 4 + [True] * 2
    assert is_refused(guess(7, code=""))
    right = guess(7, network="198.51.100.7", code="")
    assert right.redirect_chain[-1][0].startswith("/compte/nouveau/")


@pytest.fixture
def compared_codes(monkeypatch):
    """Codes that were compared."""
    codes, compare = [], forms.compare_user_code
    monkeypatch.setattr(
        forms,
        "compare_user_code",
        lambda actual, expected: codes.append(actual) or compare(actual=actual, expected=expected),
    )
    return codes


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("door", ["/compte/connexion/code/", "/compte/creer/"])
def test_only_three_of_sixteen_concurrent_codes_are_compared(door, compared_codes):
    """Attack: up to twelve of sixteen were counted as tries, because each request read the session before any write."""
    client = Client()
    page = client.post(door, {"email": VICTIM, "public_name": "Odile M."}).url

    def guess(number):
        browser = Client()
        browser.cookies = client.cookies
        return browser.post(page, {"code": f"{number:06}"}).status_code

    run_together([lambda number=number: guess(number) for number in range(16)])
    assert len(compared_codes) == 3
    guess(17)
    assert len(compared_codes) == 3
    assert not User.objects.filter(emailaddress__verified=True).exists()
