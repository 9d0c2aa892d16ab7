"""Entries of a digest: content, order and exclusions."""

import re

import pytest
import time_machine

from cms.models import PageOpening
from cms.services import note_openings
from digests.services import previews
from digests.services.planning import plan_due
from digests.services.subscriptions import follow_topic
from participation.models import Discussion, Support
from participation.services.follows import set_follow
from tests.digests.factories import DAY, MINUTE, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests, sent
from tests.factories import (
    AddendumFactory,
    CallPageFactory,
    CoAuthorFactory,
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE


def test_page_opened_today_is_news_whatever_its_publication_date():
    SubscriberFactory()
    page = news(title="Longtemps réservée", first_published_at=SLOT - 300 * DAY)
    restriction = page.view_restrictions.create(restriction_type="login")
    with time_machine.travel(SLOT - DAY, tick=False):
        restriction.delete()
    (digest,) = read_digests().values()
    assert "Longtemps réservée" in digest


def test_removing_a_restriction_notes_the_opening_of_all_pages_below():
    index = news(title="Une").get_parent()
    hidden = news(title="Cachée")
    hidden.view_restrictions.create(restriction_type="login")
    assert note_openings(below=index, now=SLOT) == 2
    opened = list(PageOpening.objects.values_list("page", flat=True))
    assert hidden.pk not in opened
    hidden.delete()
    assert list(PageOpening.objects.values_list("page", flat=True)) == opened


def test_moving_a_page_out_of_a_restricted_section_notes_its_opening():
    from cms.models import StandardPage
    from home.models import HomePage

    home = HomePage.objects.first()
    closed = home.add_child(instance=StandardPage(title="Réservé", slug="reserve"))
    closed.view_restrictions.create(restriction_type="login")
    page = closed.add_child(instance=StandardPage(title="Dedans", slug="dedans"))
    page.move(home, pos="last-child")
    assert PageOpening.objects.filter(page=page).exists()


def test_changes_are_merged_from_first_to_last_state_with_comment_count(odile):
    SubscriberFactory(user=odile)
    mine = ProposalFactory(
        title="La mienne", author=odile, state="acceptee", created_at=SLOT - 5 * DAY, state_changed_at=SLOT - DAY
    )
    place = DiscussionFactory(proposal=mine)
    for number in range(4):
        author = UserFactory(public_name="Ali B.")
        CommentFactory(discussion=place, author=author, body=f"Mot {number}", created_at=SLOT - 2 * DAY + number * HOUR)
    (digest,) = read_digests().values()
    assert digest.count("La mienne") == 1
    line = digest[digest.index("La mienne") :]
    assert "Reçue → Acceptée · 4 nouveaux commentaires" in line
    assert "Ali B." in line
    assert "Mot 3" in line
    assert "Mot 2" not in line


def test_addenda_are_quoted_to_followers_and_coauthors(odile):
    proposal = ProposalFactory(
        title="Suivie", author__public_name="Ana B.", created_at=SLOT - 40 * DAY, topic=TopicPageFactory()
    )
    joined, stopped, on_topic, stranger = UserFactory.create_batch(4)
    CoAuthorFactory(proposal=proposal, user=joined)
    readers = [SubscriberFactory(user=user) for user in (odile, joined, proposal.author, stopped, on_topic, stranger)]
    readers[4].topics.set([proposal.topic])
    place = DiscussionFactory(proposal=proposal)
    for user in (odile, joined, proposal.author, stopped):
        FollowFactory(user=user, discussion=place, muted=user == stopped)
    for number, state in enumerate(["publie", "publie", "recu", "refuse"]):
        AddendumFactory(proposal=proposal, body=f"Ajout {number}", state=state, created_at=SLOT - (4 - number) * DAY)
    CommentFactory(discussion=place, author=stranger, body="Un avis", created_at=SLOT - DAY)
    digests = read_digests()
    assert digests.keys() == {odile.email, joined.email, proposal.author.email}
    assert "compléments" not in digests[proposal.author.email]
    for user, heading in ((odile, "CE QUE VOUS SUIVEZ"), (joined, "VOS PROPOSITIONS")):
        digest = digests[user.email]
        assert digest.count("Suivie") == 1
        assert heading in digest.upper()
        assert "2 compléments · 1 nouveau commentaire" in digest
        assert "Ana B.\xa0: Ajout 1" in digest
        assert "#complement-" in digest


@pytest.mark.parametrize("looked", ["supports", "follows", "follows again"])
def test_events_before_a_follow_or_support_are_left_out(odile, looked):
    """Publication, answer and comment precede the follow or the support: only later events are reported."""
    SubscriberFactory(user=odile)
    now = SLOT - 3 * DAY
    proposal = ProposalFactory(title="Suivie", created_at=SLOT - 5 * DAY)
    OfficialAnswerFactory(proposal=proposal, published_at=SLOT - 4 * DAY, reasons="Voici pourquoi.")
    place = DiscussionFactory(proposal=proposal)
    CommentFactory(discussion=place, created_at=SLOT - 4 * DAY, body="Avant")
    if looked == "follows again":
        FollowFactory(user=odile, discussion=place, muted=True)
    if looked == "supports":
        FollowFactory(user=odile, discussion=place, source="supported")
        support = Support.objects.create(user=odile, proposal=proposal)
        Support.objects.filter(pk=support.pk).update(created_at=now)
    else:
        set_follow(user=odile, discussion=place, following=True, now=now)
    assert previews.for_reader(odile.subscriber, now=SLOT - HOUR).content is None
    CommentFactory(discussion=place, created_at=SLOT - DAY, body="Après")
    (digest,) = read_digests().values()
    assert "Suivie : 1 nouveau commentaire" in digest.replace("\xa0", " ")
    assert "Après" in digest
    assert "Voici pourquoi." not in digest
    assert "Nouvelle proposition" not in digest


def test_followed_call_is_listed_again_before_it_closes(odile):
    SubscriberFactory(user=odile)
    call = CallPageFactory(title="Appel suivi", first_published_at=SLOT - 5 * DAY, closes_at=SLOT + 2 * DAY)
    FollowFactory(user=odile, discussion=Discussion.objects.get_or_create(page=call)[0], created_at=SLOT - 4 * DAY)
    (digest,) = read_digests().values()
    assert "Appel suivi" in digest


def test_state_that_was_restored_is_left_out(odile):
    SubscriberFactory(user=odile)
    mine = ProposalFactory(author=odile, state="acceptee", created_at=SLOT - 60 * DAY, state_changed_at=SLOT - 50 * DAY)
    for before, after, at in (("acceptee", "etudiee", 2 * DAY), ("etudiee", "acceptee", DAY)):
        mine.steps.create(from_state=before, to_state=after, at=SLOT - at, role="equipe")
    assert read_digests() == {}


def test_followed_proposal_shows_the_reason_and_no_quote_of_a_mailed_answer(odile):
    SubscriberFactory(user=odile)
    SubscriberFactory(email="autre@courriel.example")
    answered = OfficialAnswerFactory(
        proposal=ProposalFactory(created_at=SLOT - 40 * DAY), reasons="Trop cher.", published_at=SLOT - DAY
    )
    FollowFactory(user=odile, discussion=DiscussionFactory(proposal=answered.proposal))
    digests = read_digests()
    assert "Trop cher." not in digests[odile.email]
    assert "Vous l’avez demandé." in digests[odile.email]
    assert "Trop cher." in digests["autre@courriel.example"]


def test_proposal_unfollowed_after_planning_is_left_out(odile):
    SubscriberFactory(user=odile)
    place = DiscussionFactory(proposal=ProposalFactory(title="Suivie", created_at=SLOT - 40 * DAY))
    FollowFactory(user=odile, discussion=place)
    CommentFactory(discussion=place, created_at=SLOT - DAY)
    news()
    plan_due(now=SLOT)
    set_follow(user=odile, discussion=place, following=False, now=SLOT)
    (mail,) = sent().values()
    assert "Suivie" not in mail.get_body(("plain",)).get_content()


def test_digest_has_twelve_lines_and_counts_the_others_by_section():
    SubscriberFactory()
    for number in range(40):
        ProposalFactory(title=f"Idée {number}", created_at=SLOT - DAY)
    for number in range(5):
        news(title=f"Actualité {number}")
        CallPageFactory(title=f"Appel {number}", first_published_at=SLOT - DAY)
        VeilleEntryPageFactory(title=f"Exemple {number}", first_published_at=SLOT - DAY)
    (digest,) = read_digests().values()
    assert len(re.findall(r"^- (Idée|Actualité|Appel|Exemple)", digest, re.MULTILINE)) == 12
    assert "Et 35 autres" in digest


def test_proposals_are_ordered_by_the_number_of_people_discussing_them():
    SubscriberFactory()
    ProposalFactory(title="Calme", created_at=SLOT - DAY)
    loud = DiscussionFactory(proposal=ProposalFactory(title="Bavarde", created_at=SLOT - DAY))
    talked = DiscussionFactory(proposal=ProposalFactory(title="Discutée", created_at=SLOT - DAY))
    user = UserFactory()
    for _ in range(5):
        CommentFactory(discussion=loud, author=user)
    CommentFactory.create_batch(2, discussion=talked)
    (digest,) = read_digests().values()
    assert digest.index("Discutée") < digest.index("Bavarde") < digest.index("Calme")


def test_followed_topics_come_first_and_alone_with_only_topics():
    mine, other = TopicPageFactory(title="Le mien"), TopicPageFactory(title="Autre")
    everything, narrow = SubscriberFactory(), SubscriberFactory(only_topics=True)
    for reader in (everything, narrow):
        follow_topic(subscriber=reader, topic=mine, following=True, now=SLOT - 8 * DAY)
    ProposalFactory(title="Sur mon sujet", topic=mine, created_at=SLOT - DAY)
    ProposalFactory(title="Sur un autre", topic=other, created_at=SLOT - DAY)
    news(title="Actualité")
    digests = read_digests()
    wide, short = digests[everything.email], digests[narrow.email]
    assert wide.index("CE QUE VOUS SUIVEZ") < wide.index("Sur mon sujet") < wide.index("Sur un autre")
    assert "Vous suivez ce sujet." in wide
    assert "Sur un autre" not in short
    assert "Actualité" in short
