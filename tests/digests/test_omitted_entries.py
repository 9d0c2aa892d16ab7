"""« Et 3 autres » in a digest: its link lists exactly the entries left out of the mail, then and later."""

import datetime as dt
import re

import pytest
from django.core import signing
from django.db import transaction

from digests.models import Delivery, Edition, Frequency, Subscriber
from digests.models.tokens import FURTHER_SALT, further_of, unsubscribe_token
from digests.queries import composition
from digests.queries.composition import compose, compose_further
from digests.queries.deliveries import deliveries_for
from digests.queries.layout import LAYOUT, Section
from digests.services import previews
from digests.services.planning import plan_due
from participation.models import Follow, Proposal, Support
from participation.services.follows import set_follow
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests, sent
from tests.digests.worlds import CUTOFF, Cast, World
from tests.factories import (
    AddendumFactory,
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    OfficialAnswerFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db
LINK = r"http://testserver(/lettre/suite/[^/\s]+/)"


def ideas(count, *, title="Idée", at=SLOT - DAY):
    return [ProposalFactory(title=f"{title} {number}", created_at=at) for number in range(count)]


def link_in(digest):
    (link,) = re.findall(LINK, digest)
    return link


def test_further_page_lists_exactly_the_lines_left_out_of_the_mail(client):
    SubscriberFactory()
    ideas(8)
    (digest,) = read_digests().values()
    visible = set(re.findall(r"Idée \d", digest))
    assert len(visible) == 5
    assert "Et 3 autres propositions" in digest
    page = client.get(link_in(digest))
    assert set(re.findall(r"Idée \d", page.content.decode())) == {f"Idée {number}" for number in range(8)} - visible
    assert "La suite de votre lettre" in page.content.decode()
    assert not page.cookies
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    ideas(4, title="Plus tard", at=SLOT + DAY)
    read_digests(now=SLOT + 7 * DAY)
    assert client.get(link_in(digest)).content.decode() == page.content.decode()


def test_further_page_has_no_limit(client):
    SubscriberFactory()
    ideas(40)
    (digest,) = read_digests().values()
    assert "Et 35 autres propositions" in digest
    visible = set(re.findall(r"Idée \d+", digest))
    assert len(set(re.findall(r"Idée \d+", client.get(link_in(digest)).content.decode())) - visible) == 35


def test_entries_hidden_since_are_removed_from_the_further_page(client):
    SubscriberFactory()
    ideas(7)
    (digest,) = read_digests().values()
    left_out = {f"Idée {number}" for number in range(7)} - set(re.findall(r"Idée \d", digest))
    gone, stays = sorted(left_out)
    Proposal.objects.filter(title=gone).update(state="retiree")
    page = client.get(link_in(digest)).content.decode()
    assert stays in page
    assert gone not in page
    Proposal.objects.update(state="retiree")
    page = client.get(link_in(digest)).content.decode().replace("\xa0", " ")
    assert "Plus rien de celles-ci ne peut se lire" in page


def test_further_page_of_followed_discussions_does_not_change_later(client, odile):
    """The page of the link is not changed by later comments, follows or unfollows."""
    SubscriberFactory(user=odile)
    places = [DiscussionFactory(proposal=one) for one in ideas(6, title="Suivie", at=SLOT - 40 * DAY)]
    for number, place in enumerate(places):
        FollowFactory(user=odile, discussion=place)
        CommentFactory(discussion=place, created_at=SLOT - 2 * DAY + number * dt.timedelta(hours=1), body="Avant")
    (digest,) = read_digests().values()
    assert "Et une autre chose que vous suivez" in digest
    before = client.get(link_in(digest)).content.decode()
    assert "1 nouveau commentaire" in before
    for place in places:
        CommentFactory(discussion=place, created_at=SLOT + DAY, body="Après")
        for following in (False, True):
            set_follow(user=odile, discussion=place, following=following, now=SLOT + DAY)
    assert client.get(link_in(digest)).content.decode() == before


def test_forged_revoked_and_other_tokens_return_404(client):
    reader = SubscriberFactory()
    ideas(8)
    (digest,) = read_digests().values()
    good = link_in(digest)
    token = good.rstrip("/").rpartition("/")[2]
    value, _sign, signature = token.rpartition(":")
    pk, after = value.split(".")
    delivery = Delivery.objects.get(pk=pk)
    delivery.pk, delivery.message, delivery.subscriber = None, None, SubscriberFactory()
    delivery.save()
    changed = [f"{delivery.pk}.{after}", f"{pk}.0", f"{9**17}.1"]
    stolen = [f"{one}:{signature}" for one in changed]
    for forged in (token[:-1], *stolen, unsubscribe_token(reader), "apercu", "1.5:", f"é.1:{signature}"):
        assert client.get(f"/lettre/suite/{forged}/").status_code == 404
    assert client.get(f"/desinscription/{token}/").status_code == 404
    assert client.get(good).status_code == 200
    Subscriber.objects.filter(pk=reader.pk).update(token_nonce="autre")
    assert client.get(good).status_code == 404


def test_preview_has_a_placeholder_link():
    reader = SubscriberFactory()
    ideas(8)
    preview = previews.for_reader(reader, now=SLOT - dt.timedelta(hours=1)).content.text
    assert link_in(preview) == "/lettre/suite/apercu/"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LAYOUT)
def test_link_text_names_the_section_in_correct_french(name, count):
    text = Section(name, "", [], more=count).more_words
    assert re.match(r"Et une? autre .*[a-z]" if count == 1 else "Et 3 autres? [a-z]", text)
    assert "ligne" not in text


def test_subject_counts_entries_left_out_too():
    SubscriberFactory()
    ideas(8)
    for number in range(4):
        news(title=f"Nouvelle {number}")
    plan_due(now=SLOT)
    (mail,) = sent().values()
    digest = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "8 propositions et 4 actualités"
    assert len(re.findall(r"^- Idée", digest, re.MULTILINE)) == 5
    assert len(re.findall(r"^- Nouvelle", digest, re.MULTILINE)) == 3


def test_proposal_is_one_line_whatever_its_events(odile):
    """Several steps, two answers, an addendum and a comment: one line, with the first and the last state."""
    SubscriberFactory(user=odile)
    proposal = ProposalFactory(title="Une seule", author=odile, created_at=SLOT - 5 * DAY, state="acceptee")
    for before, after, days in (("recue", "publiee", 5), ("publiee", "etudiee", 4), ("etudiee", "acceptee", 3)):
        proposal.steps.create(from_state=before, to_state=after, at=SLOT - days * DAY, role="equipe")
    for days in (3, 2):
        OfficialAnswerFactory(proposal=proposal, published_at=SLOT - days * DAY)
    AddendumFactory(proposal=proposal, created_at=SLOT - DAY)
    CommentFactory(discussion=DiscussionFactory(proposal=proposal), created_at=SLOT - DAY)
    (digest,) = read_digests().values()
    assert digest.count("Une seule") == 1
    assert "Reçue → Acceptée" in digest


# --- Over random sites -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_mail_and_further_pages_list_each_thing_once_over_random_sites(part, monkeypatch):
    """With four lines per section, each expected thing is one line, either in the mail or behind one of its links.

    All kinds of later events leave the pages of the links unchanged.
    """
    monkeypatch.setattr(composition, "MAX_LINES", 4)
    cast, checked = Cast(), 0
    edition = Edition.objects.create(
        kind=Frequency.WEEKLY, period_key=SLOT.date(), slot_at=SLOT, cutoff=CUTOFF, expires_at=SLOT + DAY
    )
    for seed in range(part, 24, 2):
        with transaction.atomic():
            world = World(cast, seed)
            deliveries = Delivery.objects.bulk_create(deliveries_for(edition, world.readers, now=SLOT))
            composed = list(zip(world.readers, compose(deliveries, now=SLOT), strict=True))
            links = {
                section.more_url: section
                for _reader, digest_sections in composed
                for section in digest_sections
                if section.more
            }
            before = {link: further_lines(link) for link in links}
            for reader, sections in composed:
                further = {section.name: before[section.more_url] for section in sections if section.more}
                lines = [line for section in sections for line in section.lines + further.get(section.name, [])]
                things = {line.url.partition("#")[0] for line in lines}
                assert len(things) == len(lines) == len(world.expected(reader)), seed
                assert all(len(further[section.name]) == section.more for section in sections if section.more), seed
            add_later_events(world)
            assert {link: further_lines(link) for link in links} == before, seed
            checked += len(links)
            transaction.set_rollback(True)
    assert checked > 20, "worlds without links test nothing"


def further_lines(link):
    """Returns the lines of the page of `link`."""
    delivery, name, after = further_of(link.rstrip("/").rpartition("/")[2])
    section = compose_further(delivery, name, after=after, now=SLOT + 2 * DAY)
    return section.lines if section else []


def add_later_events(world):
    """Creates comments, addenda, answers, supports, follows and unfollows after the digest was sent."""
    at = SLOT + DAY
    for proposal in world.proposals:
        CommentFactory(discussion=proposal.place, created_at=at)
        AddendumFactory(proposal=proposal, created_at=at)
        for reader in world.readers[:3]:
            Support.objects.get_or_create(proposal=proposal, user=reader.user)
            Follow.objects.update_or_create(
                user=reader.user,
                discussion=proposal.place,
                defaults={"created_at": at, "muted": world.maybe(), "source": Follow.Source.CHOSEN},
            )
    ideas(3, at=at)


def test_links_of_mails_of_earlier_versions_are_still_valid():
    reader = SubscriberFactory()
    ideas(8)
    (digest,) = read_digests().values()
    delivery, section, after = further_of(link_in(digest).rstrip("/").rpartition("/")[2])
    payload = {"s": reader.pk, "n": reader.token_nonce, "d": delivery.pk, "w": section, "a": after}
    former = signing.dumps(payload, salt=FURTHER_SALT)
    assert further_of(former) == (delivery, section, after)
    assert further_of(signing.dumps(payload | {"n": "autre"}, salt=FURTHER_SALT)) == (None, "", 0)
    assert further_of(signing.dumps(payload, salt="x")) == (None, "", 0)
