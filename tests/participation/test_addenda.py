"""Addenda of authors to a proposal that can no longer be changed."""

import datetime as dt
import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.shown import BY_PROGRAM
from participation import permissions
from participation.errors import AddendumClosed
from participation.exports.open_data import open_datasets
from participation.models import Addendum, Appeal, Decision, Proposal
from participation.queries.moderation_register import read_register
from participation.services.addenda import add_addendum
from participation.services.appeals import appeal, decide_appeal
from participation.services.moderation import moderate
from tests.bulk import press
from tests.factories import AddendumFactory, CoAuthorFactory, ProposalFactory, UserFactory
from tests.notices import notice_after
from tests.outbox import outbox
from tests.tables import assert_table

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

State = Addendum.State


def add(proposal, author=None, body="Un perroquet.", key=None):
    return add_addendum(
        proposal=proposal, author=author or proposal.author, body=body, key=key or uuid.uuid4(), now=NOW
    )


def decide(addendum, moderator, state=State.PUBLISHED, **more):
    if state == State.REFUSED:
        more = {"ground": "privacy", "reason": "Un numéro de téléphone."} | more
    return moderate(text=addendum, state=state, moderator=moderator, now=NOW, **more, shown=BY_PROGRAM)


def test_only_authors_can_add_an_addendum_to_a_public_proposal(people):
    found, expected = {}, {}
    for state in Proposal.State.values:
        proposal = ProposalFactory(state=state)
        authors = {"author": proposal.author, "co-author": CoAuthorFactory(proposal=proposal).user}
        is_open = state in Proposal.PUBLIC_STATES and state != Proposal.State.MERGED
        for role, person in {**people, **authors}.items():
            found[state, role] = permissions.can_add_addendum(person, proposal)
            expected[state, role] = is_open and role in authors
    assert_table(found, expected)


def test_at_most_three_addenda_without_refused_ones(user, moderator):
    proposal = ProposalFactory()
    key = uuid.uuid4()
    refused = add(proposal, key=key)
    assert add(proposal, key=key) == refused
    decide(refused, moderator, State.REFUSED)
    for _number in range(3):
        add(proposal)
    with pytest.raises(AddendumClosed):
        add(proposal)
    with pytest.raises(PermissionDenied):
        add(ProposalFactory(), user)


def test_addendum_is_submitted_moderated_and_published(client, moderator):
    proposal = ProposalFactory()
    url = reverse("participation:addendum", args=[proposal.pk])
    client.force_login(proposal.author)
    sent = client.post(url, {"body": "<b>Un perroquet</b>"})
    addendum = Addendum.objects.get()
    assert sent.headers["Location"] == f"{proposal.get_absolute_url()}#{addendum.anchor}-avis"
    assert "Votre complément est envoyé." in notice_after(client, sent)
    assert "&lt;b&gt;Un perroquet" in client.get(proposal.get_absolute_url()).content.decode()
    surfaces = (proposal.get_absolute_url(), "/recherche/?q=perroquet", "/propositions/?q=perroquet")
    for page in (*surfaces, "/donnees-ouvertes/propositions.csv"):
        answer = Client().get(page)
        assert "erroquet</b>" not in b"".join(answer).decode().replace("&lt;", "<").replace("&gt;", ">"), page

    client.force_login(moderator)
    assert f"/inspect/{addendum.pk}/" in client.get("/admin/complements/?state=recu").content.decode()
    assert "perroquet" in client.get(f"/admin/complements/inspect/{addendum.pk}/").content.decode()
    assert "Tous les compléments à lire" in client.get("/admin/").content.decode()
    bulk = f"/admin/bulk/participation/addendum/publish/?id={addendum.pk}&next=/admin/"
    assert f"n° {proposal.pk}" in client.get(bulk).content.decode()
    press(client, bulk)
    [decision] = Decision.objects.all()
    assert decision.text == addendum
    told = [message for message in outbox if message.to == [proposal.author.email]]
    assert len(told) == 1
    assert "perroquet" in told[0].body
    assert "Un perroquet" in Client().get(proposal.get_absolute_url()).content.decode()
    assert list(Proposal.objects.published().search("perroquet")) == [proposal]
    proposals = next(one for one in open_datasets() if one.slug == "propositions")
    column = [each.name for each in proposals.columns].index("complements")
    assert [row[column] for row in proposals.rows()] == ["<b>Un perroquet</b>"]
    assert read_register(now=timezone.now()).proposals.published == 1


def test_refused_addendum_is_hidden_and_can_be_appealed(client, moderator, editor_of):
    proposal = ProposalFactory()
    joined = CoAuthorFactory(proposal=proposal).user
    addendum = AddendumFactory(proposal=proposal, body="Un perroquet.")
    decide(addendum, moderator, State.REFUSED)
    assert sorted(message.to[0] for message in outbox) == sorted([proposal.author.email, joined.email])
    assert list(Proposal.objects.published().search("perroquet")) == []
    assert "perroquet" not in Client().get(proposal.get_absolute_url()).content.decode()
    decision = Decision.objects.get()
    url = reverse("participation:appeal", args=[decision.pk])
    client.force_login(joined)
    assert url in client.get(proposal.get_absolute_url()).content.decode()
    assert "Un perroquet." in client.get(url).content.decode()
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    asked = appeal(decision=decision, author=joined, body="C’est un oiseau.", now=NOW)
    decide_appeal(
        appeal=asked,
        overturned=True,
        moderator=editor_of("Modération"),
        now=NOW + dt.timedelta(hours=1),
        shown=BY_PROGRAM,
    )
    addendum.refresh_from_db()
    assert addendum.is_published
    assert Appeal.objects.get().outcome == Appeal.Outcome.OVERTURNED
    assert list(Proposal.objects.published().search("perroquet")) == [proposal]


def test_addendum_is_hidden_with_its_proposal(moderator, user):
    addendum = AddendumFactory(proposal=ProposalFactory(state="refusee"))
    assert not Addendum.objects.visible_to(user).exists()
    assert Addendum.objects.visible_to(addendum.author).get() == addendum


@pytest.mark.parametrize("state", Proposal.State.values)
def test_shown_under_returns_the_addenda_visible_to_the_reader(people, state):
    proposal = ProposalFactory(state=state)
    joined = CoAuthorFactory(proposal=proposal).user
    for each in State.values:
        AddendumFactory(proposal=proposal, state=each)
    for reader in (AnonymousUser(), proposal.author, joined, *people.values()):
        visible = Addendum.objects.visible_to(reader).filter(proposal=proposal)
        assert [*Addendum.objects.shown_under(proposal, reader)] == [*visible]


def test_only_moderators_can_decide_about_addenda(people):
    addendum = AddendumFactory(state=State.RECEIVED)
    for role in ("resident", "writer", "service"):
        with pytest.raises(PermissionDenied):
            decide(addendum, people[role])


def test_refused_addendum_form_preserves_the_text(client, user):
    proposal = ProposalFactory(author=user)
    client.force_login(user)
    url = reverse("participation:addendum", args=[proposal.pk])
    assert "précieux" in client.post(url, {"body": "précieux" + "x" * 1_000}).content.decode()
    AddendumFactory.create_batch(3, proposal=proposal)
    assert "précieux" in client.post(url, {"body": "précieux"}).content.decode()
    assert proposal.addenda.count() == 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_eight_concurrent_addenda_are_limited_to_three():
    proposal = ProposalFactory()
    barrier = threading.Barrier(8)

    def work():
        barrier.wait()
        try:
            add(proposal)
        except AddendumClosed:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert proposal.addenda.count() == 3
