"""Account enumeration: no form reveals whether an account exists, by its response or, with LONG=1, by its timing."""

import datetime as dt
import os
import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.utils import timezone

from accounts.services.deletion import plan_deletion
from participation.models import Proposal
from tests.accounts.people import prove
from tests.digests.factories import SubscriberFactory
from tests.factories import ProposalFactory, UserFactory
from tests.timing import compare, mann_whitney

LONG = bool(os.environ.get("LONG"))
TIMES, WARM, ROUNDS = (200, 10, 3) if LONG else (1, 0, 1)
# Milliseconds. Network jitter hides smaller differences.
LARGEST_DIFFERENCE = 5
# On a busy machine one may be slower by chance; a real difference shows in each round.
BY_CHANCE = 0.01
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
PASSWORD = "cigogne sur un toit rouge"
# The submitted address, shown on the page and in a hidden field.
VARYING = re.compile(
    r'(?:[a-z]+[0-9]{6}@courriel\.example|(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=name="invitation" value=")\d+)'
)


class FewIterations(PBKDF2PasswordHasher):
    """Production hasher, 50 times faster: about ten milliseconds, enough to show a form that skips hashing."""

    iterations = 20_000


def address(kind, number):
    return f"{kind}{number:06}@courriel.example"


def with_account(email):
    UserFactory(email=email)


def with_password(email):
    UserFactory(email=email, password=PASSWORD)


def subscribed(email):
    SubscriberFactory(email=email)


def leaving(email):
    plan_deletion(user=UserFactory(email=email), removes_texts=False, now=timezone.now())


def administered(email):
    UserFactory(email=email, password=PASSWORD, is_staff=True, is_superuser=True)


def sign_in(client, email):
    return client.post("/compte/connexion/code/", {"email": email})


def give_password(client, email):
    return client.post("/compte/connexion/", {"login": email, "password": "un mot de passe faux"})


def sign_up(client, email):
    return client.post("/compte/creer/", {"email": email, "public_name": "Odile Muller"})


def subscribe(client, email):
    return client.post("/lettre/inscription/", {"email": email, "frequency": "weekly"})


def write(client, email):
    message = {"subject": "question", "body": "Un service ne répond pas.", "email": email, "name": "Odile M."}
    return client.post("/contact/ecrire/", message)


def change_address(client, email):
    user = UserFactory()
    client.force_login(user)
    prove(client, user)
    return client.post("/compte/adresse/", {"email": email})


def invite(client, email):
    proposal = Proposal.objects.first() or ProposalFactory()
    proposal.invitations.all().delete()
    client.force_login(proposal.author)
    return client.post(f"/propositions/{proposal.pk}/co-auteurs/", {"email": email, "action": "inviter"})


def ask_to_support(client, email):
    proposal = Proposal.objects.first() or ProposalFactory()
    return client.post(proposal.support_url, {"action": "soutenir", "email": email})


DOORS = {
    "sign in by code": (sign_in, with_account),
    "sign in by code, administrator": (sign_in, administered),
    "sign in by code, account that is being deleted": (sign_in, leaving),
    "sign in by password": (give_password, with_password),
    "sign in by password, account without one": (give_password, with_account),
    "sign in by password, administrator": (give_password, administered),
    "sign in by password, account that is being deleted": (give_password, leaving),
    "one field of an action": (ask_to_support, with_account),
    "sign up": (sign_up, with_account),
    "sign up, account that is being deleted": (sign_up, leaving),
    "letter": (subscribe, subscribed),
    "letter, account": (subscribe, with_account),
    "new address": (change_address, with_account),
    "invitation": (invite, with_account),
    "contact": (write, with_account),
}


@pytest.fixture(autouse=True)
def as_in_production(settings):
    """Mails go to the outbox, and passwords are hashed."""
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"
    if LONG:
        settings.PASSWORD_HASHERS = [f"{__name__}.{FewIterations.__name__}"]


def client_of(number):
    """Returns a client on its own network, so that no rate limit is reached."""
    return Client(REMOTE_ADDR=f"198.18.{number // 250}.{number % 250 + 1}")


# The request ID differs (common.middleware).
NUMBER = "X-Request-ID"


def comparable_pages(client, answer):
    """Returns headers and pages without the submitted address and the request ID."""
    pages = [answer]
    while pages[-1].status_code == 302:
        pages.append(client.get(pages[-1]["Location"]))
    return [
        (page.status_code, sorted(one for one in page.items() if one[0] != NUMBER), sorted(page.cookies), words(page))
        for page in pages
    ]


def words(page):
    return VARYING.sub("…", page.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_response_is_the_same_for_known_and_unknown_addresses(door, time_machine):
    time_machine.move_to(NOW, tick=False)
    knock, make = DOORS[door]
    make(address("connue", 1))
    answers = []
    for number, email in enumerate([address("connue", 1), address("perdue", 1)]):
        client = client_of(number)
        answers.append(comparable_pages(client, knock(client, email)))
    assert [page[0] for page in answers[0]] == [page[0] for page in answers[1]]
    for one, other in zip(*answers, strict=True):
        for part, its in zip(one, other, strict=True):
            assert part == its


# Part of the measurement: without LONG=1 nothing is skipped.
if LONG:

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    @pytest.mark.parametrize("door", DOORS)
    def test_timing_is_the_same_for_known_and_unknown_addresses(door):
        knock, make = DOORS[door]
        for first in range(0, ROUNDS * (TIMES + WARM), TIMES + WARM):
            for number in range(first, first + TIMES + WARM):
                make(address("connue", number))
            comparison = compare(
                lambda number, first=first: knock(client_of(first + number), address("connue", first + number)),
                lambda number, first=first: knock(
                    client_of(10_000 + first + number), address("perdue", first + number)
                ),
                times=TIMES,
                warm=WARM,
            )
            medians = f"{comparison.known:.2f} ms, {comparison.unknown:.2f} ms"
            print(f"{door}: {medians}, difference {comparison.difference:.2f} ms, p = {comparison.p:.3f}")  # noqa: T201
            if comparison.difference < LARGEST_DIFFERENCE or comparison.p > BY_CHANCE:
                break
        assert comparison.difference < LARGEST_DIFFERENCE or comparison.p > BY_CHANCE


def test_statistics_detect_a_difference():
    """Control: two equal distributions, and two of which one is slightly slower."""
    some = [1 + number % 7 / 10 for number in range(200)]
    assert mann_whitney(some, some) > 0.9
    assert mann_whitney(some, [value + 0.3 for value in some]) < 0.001
