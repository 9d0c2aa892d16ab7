"""Open data: public rows only, no names of persons, streamed files, and a catalogue with their addresses."""

import csv
import datetime as dt
import io
import json
import re
import tracemalloc

import pytest
from django.conf import settings
from wagtail.models import Page

from common.hooks import datasets
from participation.models import Appeal, Comment, Decision, Discussion, Proposal
from polls.models import Poll
from tests.factories import CommentFactory, OfficialAnswerFactory, ProposalFactory, TopicPageFactory, UserFactory
from tests.polls.factories import NOW, choice_ids, make_poll
from tests.tables import assert_table

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

SLUGS = (
    *("propositions", "reponses", "commentaires", "seances", "sondages", "decisions", "enquetes", "moderation"),
    *("comparatif", "indicateurs", "mesures", "veille", "lieux", "ressources", "ateliers", "essais", "constats"),
)
PRIVATE = ("Odile", "odile@courriel.example", "Cachée", "Retenu", "Brouillon")


@pytest.fixture
def content():
    """Creates an answered proposal, a comment with a reply, a closed poll, and non-public objects."""
    author = UserFactory(public_name="Odile M.", email="odile@courriel.example")
    proposal = ProposalFactory(
        title="Un banc",
        body="=1+1",
        author=author,
        created_at=NOW - dt.timedelta(days=12),
        support_count=3,
        imported_support_count=4,
        comment_count=2,
    )
    OfficialAnswerFactory(
        proposal=proposal, decision=Proposal.State.NOT_RETAINED, reasons="La place manque.", published_at=NOW
    )
    OfficialAnswerFactory(proposal=proposal, status="brouillon", reasons="Brouillon")
    ProposalFactory(title="Cachée", author=author, state=Proposal.State.RECEIVED)
    first = CommentFactory(discussion__proposal=proposal, body="D’accord", author=author, position=1)
    CommentFactory(discussion=first.discussion, parent=first, thread=first, depth=1, body="Moi aussi")
    CommentFactory(discussion=first.discussion, body="Retenu", state=Comment.State.REFUSED)
    make_poll("brouillon", opens_at=NOW + dt.timedelta(days=1), closes_at=NOW + dt.timedelta(days=2)).save()
    Poll.objects.filter(slug="brouillon").update(title="Brouillon")
    return proposal


def csv_of(client, slug):
    text = client.get(f"/donnees-ouvertes/{slug}.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def json_of(client, slug):
    return json.loads(client.get(f"/donnees-ouvertes/{slug}.json").getvalue())


def test_csv_and_json_have_the_same_rows(client, content):
    [proposal] = json_of(client, "propositions")
    assert proposal["numero"] == content.pk
    assert (proposal["texte"], proposal["soutiens"], proposal["commentaires"]) == ("=1+1", 7, 2)
    assert proposal["publiee_le"] == "2026-11-12T13:00:00+01:00"
    [row] = csv_of(client, "propositions")
    assert row.pop("texte") == "'=1+1", "a spreadsheet must not run it"
    proposal.pop("texte")
    assert row == {name: "" if value is None else str(value) for name, value in proposal.items()}
    [answer] = json_of(client, "reponses")
    assert (answer["decision"], answer["raisons"], answer["jours"]) == ("Non retenue", "La place manque.", 12)


def test_reply_refers_to_its_parent_comment(client, content):
    first, reply = json_of(client, "commentaires")
    assert (first["proposition"], first["position"], first["repond_a"]) == (content.pk, 1, None)
    assert reply["repond_a"] == first["numero"]


def test_only_closed_polls_have_results(client):
    over = make_poll("clos", closes_at=NOW - dt.timedelta(hours=1))
    make_poll("ouvert")
    rows = json_of(client, "sondages")
    assert [row["sondage"] for row in rows] == ["Sondage clos"] * 3
    assert [row["choix"] for row in rows] == [f"Choix {index}" for index, _pk in enumerate(choice_ids(over))]


def test_files_and_pages_contain_no_private_content_or_names(client, content):
    addresses = [f"/donnees-ouvertes/{slug}{end}" for slug in SLUGS for end in (".csv", ".json", "/")]
    texts = {address: client.get(address).getvalue().decode() for address in addresses}
    assert [(address, secret) for address, text in texts.items() for secret in PRIVATE if secret in text] == []


def test_empty_dataset_is_a_file_without_rows(client):
    files = {slug: (json_of(client, slug), csv_of(client, slug)) for slug in SLUGS}
    assert_table(files, dict.fromkeys(SLUGS, ([], [])))


def test_every_dataset_is_on_the_pages_and_in_the_catalogue(client):
    index = client.get("/donnees-ouvertes/").content.decode()
    assert 'href="/donnees-ouvertes/"' in client.get("/plan-du-site/").content.decode()
    catalogue = json.loads(client.get("/donnees-ouvertes/catalogue.jsonld").content)
    assert [dataset.slug for dataset in datasets()] == list(SLUGS)
    for dataset in datasets():
        address = f"/donnees-ouvertes/{dataset.slug}/"
        assert f'href="{address}"' in index
        assert f'href="/api/v1/{dataset.slug}?limite=10"' in index
        page = client.get(address).content.decode()
        assert all(f"<code>{column.name}</code>" in page for column in dataset.columns)
    for described, slug in zip(catalogue["dcat:dataset"], SLUGS, strict=True):
        assert described["dct:identifier"] == slug
        assert described["dcat:landingPage"]["@id"].endswith(f"/donnees-ouvertes/{slug}/")
        for distribution in described["dcat:distribution"]:
            address = distribution["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
            assert client.get(address)["Content-Type"].startswith(distribution["dcat:mediaType"])


def test_catalogue_describes_the_api_and_its_datasets(client):
    catalogue = json.loads(client.get("/donnees-ouvertes/catalogue.jsonld").content)
    service = catalogue["dcat:service"]
    assert service["dcat:servesDataset"] == [{"@id": one["@id"]} for one in catalogue["dcat:dataset"]]
    for name in ("dcat:endpointURL", "dcat:endpointDescription"):
        assert client.get(service[name]["@id"].removeprefix("http://testserver")).status_code == 200


class TestPage:
    def test_page_shows_first_rows_with_truncated_texts(self, client, content):
        for number in range(12):
            ProposalFactory(title=f"Arbre {number:02}", body="Ombre. " * 40)
        page = client.get("/donnees-ouvertes/propositions/").content.decode()
        assert "Un banc" in page
        assert "Arbre 03" in page
        assert "Arbre 04" not in page, "five rows, the first of which is the bench"
        assert "Ombre. " * 15 in page
        assert "Ombre. " * 20 not in page

    def test_page_documents_the_api_and_its_values(self, client):
        page = client.get("/donnees-ouvertes/propositions/").content.decode()
        assert "testserver/api/v1/propositions?limite=10" in page
        assert "<li>Publiée</li>" in page
        assert "n’a pas encore de ligne" in page


def test_unknown_dataset_returns_404(client):
    assert client.get("/donnees-ouvertes/comptes/").status_code == 404
    assert client.get("/donnees-ouvertes/comptes.csv").status_code == 404
    assert client.get("/donnees-ouvertes/comptes.json").status_code == 404


def test_data_is_cacheable_and_sets_no_cookie(client, content):
    response = client.get("/donnees-ouvertes/propositions.json")
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_files_are_streamed(client):
    """4,000 comments of 2,000 characters are 8 MB; streaming them takes a fraction of that in memory."""
    discussion = Discussion.objects.create(proposal=ProposalFactory())
    Comment.objects.bulk_create(
        Comment(
            discussion=discussion, body="x" * 2_000, state=Comment.State.PUBLISHED, created_at=NOW, published_at=NOW
        )
        for _number in range(4_000)
    )
    response = client.get("/donnees-ouvertes/commentaires.json")
    tracemalloc.start()
    sent = sum(len(part) for part in response.streaming_content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 8_000_000
    assert peak < sent / 2


def test_proposals_name_no_unpublished_topic(client):
    topic = TopicPageFactory(title="Canari du sujet")
    proposal = ProposalFactory(topic=topic, category="Transports")
    for is_live, subject, other in ((True, topic.title, "Transports"), (False, "Transports", topic.title)):
        Page.objects.filter(pk=topic.pk).update(live=is_live)
        [row] = csv_of(client, "propositions")
        assert row["sujet"] == subject
        for value, numbers in ((subject, [proposal.pk]), (other, [])):
            found = client.get("/api/v1/propositions", {"sujet": value}).json()
            assert [one["numero"] for one in found["lignes"]] == numbers


def test_moderation_is_counted_by_month_kind_and_ground_with_its_delays(client):
    """Refusals that waited 3 and 8 hours, the second one overturned; an immediate publication, in November in Paris."""
    comment, proposal = CommentFactory(), ProposalFactory()

    def create_decision(at, hours, **fields):
        since = at - dt.timedelta(hours=hours)
        return Decision.objects.create(decided_at=at, waiting_since=since, **fields)

    october = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)
    refused = {"comment": comment, "outcome": "refused", "ground": "respect", "reason": "Secret"}
    create_decision(october, 3, **refused)
    first = create_decision(october, 8, **refused)
    Appeal.objects.create(decision=first, body="Secret", created_at=october, outcome="overturned", decided_at=october)
    create_decision(dt.datetime(2026, 10, 31, 23, 30, tzinfo=dt.UTC), 0, proposal=proposal, outcome="published")
    rows = [list(row.values()) for row in json_of(client, "moderation")]
    assert rows == [
        ["2026-10", "commentaire", "Non affiché", "Attaque une personne ou un groupe", 2, 3, 8, 1, 1],
        ["2026-11", "proposition", "Publié", "", 1, None, None, 0, 0],
    ]


def test_documentation_lists_each_dataset():
    page = (settings.BASE_DIR / "docs" / "open-data.md").read_text(encoding="utf-8")
    table = page[page.index("| set | holds |") : page.index("Rules:")]
    assert set(re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE)) == {dataset.slug for dataset in datasets()}
