"""Secret polls are sealed until their end: no results or turnout, and no page changes with an answer."""

import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from indicators.hooks import Period
from indicators.restitution.queries.measures import own_measures
from polls.models import Poll
from polls.services.answers import answer_poll
from polls.services.opening import missing_in
from tests.factories import MandateFactory, UserFactory
from tests.polls.factories import DAY, NOW, choice_ids, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
SNIPPETS = "wagtailsnippets_polls_poll"
# Tokens that differ in each response without revealing anything.
TOKENS = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|csrf-?token[^>]*|"CSRF_TOKEN": "\w+"|/editing-sessions/[\w/]+',
    re.IGNORECASE,
)


def members(number):
    found = [UserFactory(date_joined=NOW - 30 * DAY) for _ in range(number)]
    for user in found:
        MandateFactory(member__user=user, starts_on=(NOW - 30 * DAY).date())
    return found


def answer(poll, user, place=0):
    answers = {poll.questions.get().pk: {choice_ids(poll)[place]: 1}}
    answer_poll(poll=poll, user=user, answers=answers, now=NOW)


def signed_in(user):
    client = Client()
    if user:
        client.force_login(user)
    return client


def surfaces(poll, readers):
    """Returns all responses that show something of `poll`, for each of `readers`."""
    addresses = [
        *("/", "/sondages/", poll.get_absolute_url(), f"/sondages/{poll.slug}/resultats/"),
        *(f"/sondages/{poll.slug}/resultats.csv", "/donnees-ouvertes/sondages.csv", "/donnees-ouvertes/sondages.json"),
        *("/membres/", "/membres/sondages/", "/admin/", reverse(f"{SNIPPETS}:list")),
        *(reverse(f"{SNIPPETS}:{name}", args=[poll.pk]) for name in ("edit", "close", "history", "usage")),
    ]
    found = {}
    for name, reader in readers.items():
        for address in addresses:
            response = reader.get(address)
            text = response.getvalue() if response.streaming else response.content
            found[name, address] = (response.status_code, TOKENS.sub("", text.decode()))
    measured = {one.key: one.frozen()["value"] for one in own_measures(Period.of_year(2026), NOW)}
    return found | {"report": [measured["polls"], measured["poll_answers"]]}


@pytest.mark.parametrize("ballot", ["secret", pytest.param("nominative", marks=pytest.mark.thorough)])
def test_no_response_changes_with_an_answer_to_a_secret_poll(ballot, editor_of):
    """Compares responses before and after the last of three members answers: a difference would reveal that answer."""
    poll = make_poll("heure", audience="members", ballot=ballot, results_shown="at-end", quorum=90, required_share=50)
    Poll.objects.filter(pk=poll.pk, ballot="nominative").update(results_shown="after-answer")
    poll.refresh_from_db()
    first, second, third = members(3)
    readers = {name: signed_in(user) for name, user in {"visitor": None, "voter": first, "editor": None}.items()}
    readers["editor"].force_login(editor_of("Animation"))
    answer(poll, first)
    answer(poll, second)
    surfaces(poll, readers)
    before = surfaces(poll, readers)
    answer(poll, third, 1)
    after = surfaces(poll, readers)
    results = f"/sondages/{poll.slug}/resultats/"
    moved = {key for key in before if before[key] != after[key]}
    if ballot == "secret":
        assert moved == set()
        for where in (("voter", results), ("visitor", poll.get_absolute_url())):
            assert "Les résultats de ce vote secret s’affichent à la fin" in after[where][1]
        close = reverse(f"{SNIPPETS}:close", args=[poll.pk])
        assert "le nombre de réponses s’affiche à la fin" in after["editor", close][1]
    else:
        # Control: in a nominative poll the same responses do change.
        editing = [reverse(f"{SNIPPETS}:{name}", args=[poll.pk]) for name in ("edit", "close")]
        assert {("voter", results), ("editor", "/admin/"), *(("editor", one) for one in editing)} <= moved


def test_results_and_turnout_are_public_after_the_end():
    poll = make_poll("heure", audience="members", quorum=50)
    for user in members(2):
        answer(poll, user)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        page = " ".join(Client().get(f"/sondages/{poll.slug}/resultats/").text.replace("\xa0", " ").split())
    assert "2 réponses" in page
    assert "Le quorum de 50 % est atteint. Réponses : 2 sur 2." in page


def test_live_results_of_a_secret_poll_are_refused():
    """On the form, at the opening, and in the database for code that bypasses the form."""
    poll = make_poll(is_draft=True, opens_at=None, results_shown="after-answer")
    with pytest.raises(ValidationError) as refusal:
        poll.full_clean()
    assert list(refusal.value.message_dict) == ["results_shown"]
    assert "un sondage secret ne montre ses résultats qu’à la fin" in " ".join(missing_in(poll, NOW))
    with pytest.raises(IntegrityError), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(is_draft=False, opens_at=NOW)
    poll.ballot = "nominative"
    poll.full_clean()
    assert not list(missing_in(poll, NOW))
