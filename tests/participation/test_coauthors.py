"""Co-authors of a proposal: invitations, acceptance, permissions and messages."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from digests.queries.activity import activity_in
from digests.queries.items import Window
from digests.queries.selection import OWN, Reader, choose
from mailing.models import Message
from mailing.services import cancel
from participation import permissions
from participation.errors import (
    AlreadySent,
    InvitationClosed,
    InvitationOver,
    InvitedThemselves,
    TooManyAuthors,
    TooManyInvitations,
)
from participation.models import CoAuthor, Follow, Invitation, Proposal, ProposalStep
from participation.notifications.mentions import people_of
from participation.services.coauthors import (
    answer_invitation,
    forget_old_invitations,
    invite,
    leave,
    remove_coauthor,
    withdraw_invitation,
)
from participation.services.proposals import submit_proposal
from participation.services.states import change_state
from tests.factories import CoAuthorFactory, CommentFactory, DiscussionFactory, ProposalFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

State = Proposal.State
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_count_of_others(db):
    cache.clear()


@pytest.fixture
def proposal(db):
    return ProposalFactory(title="Canari jaune")


def ask(proposal, email="ami@courriel.example", now=NOW):
    return invite(proposal=proposal, author=proposal.author, email=email, now=now)


def accept(proposal, user, now=NOW):
    return answer_invitation(invitation=ask(proposal, user.email), user=user, accepted=True, now=now)


def page_of(proposal):
    return reverse("participation:coauthors", args=[proposal.pk])


class TestInviting:
    def test_the_same_answer_and_the_same_mail_whoever_it_is(self, client, proposal, user):
        client.force_login(proposal.author)
        said = []
        for email in (user.email, "personne@courriel.example"):
            answer = client.post(page_of(proposal), {"action": "inviter", "email": email}, follow=True)
            said.append(answer.content.decode().replace(email, "…"))
        bodies = [message.body for message in outbox]
        for number, message in enumerate(outbox):
            token = message.body.split("/propositions/invitations/")[1].split("/")[0]
            bodies[number] = bodies[number].replace(token, "…")
        assert bodies[0] == bodies[1]
        assert "Canari jaune" in bodies[0]
        assert said[0].count("…") == said[1].count("…")

    def test_what_nobody_has_read_yet_is_not_sent_to_strangers(self, proposal):
        for change in ({"state": State.RECEIVED}, {"needs_review": True}):
            hidden = ProposalFactory(title="Canari jaune", **change)
            ask(hidden, f"{uuid.uuid4()}@courriel.example")
            assert "Canari" not in outbox[-1].body + outbox[-1].subject

    def test_nobody_is_asked_twice_by_one_proposal(self, proposal, user):
        first = ask(proposal, user.email.upper())
        assert ask(proposal, f" {user.email} ") == first
        answer_invitation(invitation=first, user=user, accepted=False, now=NOW)
        ask(proposal, user.email)
        assert len(outbox) == 1
        assert not proposal.invitations.waiting(NOW).exists()

    def test_what_was_taken_back_or_is_too_old_is_asked_anew(self, proposal, user):
        first = ask(proposal, user.email)
        withdraw_invitation(invitation=first, author=proposal.author)
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=first, user=user, accepted=True, now=NOW)
        assert ask(proposal, user.email).pk == first.pk
        ask(proposal, user.email, now=NOW + 31 * DAY)
        assert len(outbox) == 3

    def test_the_limits(self, proposal):
        with pytest.raises(InvitedThemselves):
            ask(proposal, proposal.author.email)
        for number in range(10):
            ask(proposal, f"ami{number}@courriel.example")
        with pytest.raises(TooManyAuthors):
            ask(proposal)
        other = ProposalFactory(author=proposal.author)
        with pytest.raises(TooManyInvitations):
            ask(other)
        assert ask(other, now=NOW + DAY)
        assert len(outbox) == 11

    @pytest.mark.parametrize("state", State.values)
    def test_while_the_proposal_goes_on(self, state):
        proposal = ProposalFactory(state=state)
        expected = state not in (State.MERGED, State.REFUSED, State.WITHDRAWN)
        assert permissions.can_invite(proposal.author, proposal) is expected
        if not expected:
            with pytest.raises(InvitationClosed):
                ask(proposal)

    def test_only_the_first_author(self, client, people, proposal):
        joined = CoAuthorFactory(proposal=proposal).user
        waiting = ask(proposal)
        for person in (joined, people["resident"], people["moderator"]):
            with pytest.raises(PermissionDenied):
                invite(proposal=proposal, author=person, email="x@courriel.example", now=NOW)
            with pytest.raises(PermissionDenied):
                withdraw_invitation(invitation=waiting, author=person)
            client.force_login(person)
            for action in ("inviter", "reprendre"):
                sent = {"action": action, "email": "x@courriel.example", "invitation": waiting.pk}
                assert client.post(page_of(proposal), sent).status_code == 404
        # A co-author sees the page without the addresses.
        client.force_login(joined)
        assert waiting.email not in client.get(page_of(proposal)).content.decode()
        client.force_login(people["resident"])
        assert client.get(page_of(proposal)).status_code == 404
        assert proposal.invitations.get().state == Invitation.State.WAITING


class TestAnswering:
    def test_the_journey(self, client, proposal, user):
        invitation = ask(proposal, user.email)
        url = outbox[0].body.split("https://")[-1]
        assert invitation.url.split("/")[-2].split(":")[0] in url
        anonymous = client.get(invitation.url)
        assert 'name="email"' in anonymous.content.decode()
        assert "Canari jaune" in anonymous.content.decode()
        Proposal.objects.update(needs_review=True)
        assert "Canari" not in client.get(invitation.url).content.decode(), "strangers get what a person has read"
        assert client.post(invitation.url, {"action": "accepter"}).status_code == 200
        client.force_login(user)
        assert "Canari jaune" in client.get(invitation.url).content.decode()
        assert not CoAuthor.objects.exists()
        for _time in range(2):
            client.post(invitation.url, {"action": "accepter"})
        assert CoAuthor.objects.get().user == user
        assert Follow.objects.get(user=user).source == Follow.Source.OWN
        page = Client().get(proposal.get_absolute_url()).content.decode()
        assert f"par {proposal.display_name} et {user.public_name}" in page
        assert client.get(invitation.url).status_code == 404

    def test_another_account_learns_nothing_and_cannot_answer(self, client, proposal, user):
        invitation = ask(proposal)
        Proposal.objects.update(needs_review=True)
        client.force_login(user)
        for answer in (client.get(invitation.url), client.post(invitation.url, {"action": "accepter"})):
            assert "Canari" not in answer.content.decode()
            assert invitation.email not in answer.content.decode()
        with pytest.raises(PermissionDenied):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW)
        assert not CoAuthor.objects.exists()

    def test_a_link_that_nobody_signed_leads_nowhere(self, client, proposal):
        good = ask(proposal).url
        for url in (good[:-3] + "xx/", good.replace("invitations/", "invitations/1"), good.split(":")[0] + "/"):
            assert client.get(url).status_code == 404

    def test_after_30_days_it_is_over_and_forgotten(self, client, proposal, user):
        invitation = ask(proposal, user.email)
        assert forget_old_invitations(now=NOW + 29 * DAY) == 0
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW + 30 * DAY)
        cancel(messages=Message.objects.all(), reason="over")
        assert forget_old_invitations(now=NOW + 30 * DAY) == 1
        assert not Message.objects.filter(to_email=user.email).exists()
        assert client.get(invitation.url).status_code == 404

    @pytest.mark.parametrize("state", [State.WITHDRAWN, State.REFUSED, State.MERGED])
    def test_what_is_over_takes_nobody_in(self, proposal, user, state):
        invitation = ask(proposal, user.email)
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW)

    def test_leaving(self, client, proposal, user):
        accept(proposal, user)
        client.force_login(user)
        for _time in range(2):
            leave(proposal=proposal, user=user)
        assert not CoAuthor.objects.exists()
        assert not Follow.objects.filter(user=user).exists()
        assert proposal.invitations.get().state == Invitation.State.DECLINED
        CoAuthorFactory(proposal=proposal, user=user)
        client.post(page_of(proposal), {"action": "quitter"})
        assert not CoAuthor.objects.exists()
        # The first author cannot leave; that would be a withdrawal.
        leave(proposal=proposal, user=proposal.author)
        proposal.refresh_from_db()
        assert proposal.author

    @pytest.mark.parametrize("state", State.values)
    def test_who_takes_out(self, client, people, state):
        """Only the first author may remove co-authors, in every state; other requests change nothing."""
        proposal = ProposalFactory(state=state)
        joined, other = CoAuthorFactory(proposal=proposal), CoAuthorFactory(proposal=proposal)
        url = reverse("participation:coauthor_remove", args=[proposal.pk, joined.pk])
        assert permissions.can_remove_coauthor(proposal.author, proposal)
        for person in (*people.values(), joined.user, other.user, ProposalFactory().author):
            assert not permissions.can_remove_coauthor(person, proposal)
            with pytest.raises(PermissionDenied):
                remove_coauthor(proposal=proposal, user=joined.user, author=person, now=NOW)
            browser = Client()
            if person.is_authenticated:
                browser.force_login(person)
            expected = 404 if person.is_authenticated else 302
            assert browser.get(url).status_code == browser.post(url).status_code == expected
        assert CoAuthor.objects.count() == 2
        client.force_login(proposal.author)
        assert client.get(url).status_code == 200
        assert CoAuthor.objects.count() == 2
        client.post(url)
        assert CoAuthor.objects.get() == other

    def test_who_is_taken_out_is_told_once_and_may_be_asked_again(self, client, proposal, user):
        accept(proposal, user)
        outbox.clear()
        client.force_login(proposal.author)
        url = reverse("participation:coauthor_remove", args=[proposal.pk, CoAuthor.objects.get().pk])
        assert url in client.get(page_of(proposal)).content.decode()
        for _time in range(2):
            assert client.post(url, follow=True).status_code == 200
        remove_coauthor(proposal=proposal, user=user, author=proposal.author, now=NOW)
        (told,) = outbox
        assert told.to == [user.email]
        assert proposal.display_name in told.body
        assert proposal.get_absolute_url() in told.body
        assert not CoAuthor.objects.exists()
        assert not Follow.objects.filter(user=user).exists()
        (entry,) = ModelLogEntry.objects.filter(action="participation.remove_coauthor")
        assert (entry.user, entry.data) == (proposal.author, {})
        client.force_login(user)
        assert client.get(page_of(proposal)).status_code == 404
        accept(proposal, user)
        assert CoAuthor.objects.get().user == user

    def test_nobody_is_written_to_at_an_account_that_is_closed(self, proposal):
        joined = CoAuthorFactory(proposal=proposal, user__is_active=False)
        remove_coauthor(proposal=proposal, user=joined.user, author=proposal.author, now=NOW)
        assert not outbox

    def test_erasing_an_account_takes_it_out(self, proposal, user):
        accept(proposal, user)
        user.delete()
        assert not CoAuthor.objects.exists()
        assert proposal.byline == proposal.display_name


class TestWhatCoAuthorsMayAndAreTold:
    def test_one_rule(self, client, proposal, user):
        accept(proposal, user)
        Proposal.objects.filter(pk=proposal.pk).update(state=State.RECEIVED)
        proposal.refresh_from_db()
        assert proposal.is_author(user)
        assert not proposal.is_first_author(user)
        assert Proposal.objects.of(user).get() == Proposal.objects.visible_to(user).get() == proposal
        assert not permissions.can_withdraw(user, proposal)
        client.force_login(user)
        assert client.get(proposal.get_absolute_url()).status_code == 200
        assert client.get(reverse("participation:withdraw", args=[proposal.pk])).status_code == 404
        assert proposal.get_absolute_url() in client.get(reverse("participation:contributions")).content.decode()
        assert Client().get(proposal.get_absolute_url()).status_code == 404

    def test_many_authors_do_not_make_many_proposals(self, user):
        proposal = ProposalFactory()
        for _number in range(3):
            CoAuthorFactory(proposal=proposal)
        CoAuthorFactory(proposal=proposal, user=user)
        assert list(Proposal.objects.visible_to(user)) == list(Proposal.objects.of(user)) == [proposal]

    def test_they_are_told_what_the_author_is_told(self, proposal, user, editor_of):
        accept(proposal, user)
        outbox.clear()
        change_state(
            proposal=proposal, state=State.STUDIED, role=ProposalStep.Role.TEAM, actor=editor_of("Animation"), now=NOW
        )
        assert sorted(message.to[0] for message in outbox) == sorted([proposal.author.email, user.email])
        assert user.public_name.casefold() in people_of(proposal.discussion)

    def test_their_digest_has_their_news(self, proposal, user):
        accept(proposal, user)
        comment = CommentFactory(discussion=proposal.discussion, published_at=NOW)
        window = Window(start=NOW - DAY, end=NOW + DAY, soon_from=NOW, soon_until=NOW + DAY)
        concerned = [user.pk, proposal.author_id, comment.author_id]
        activity = activity_in(window, now=NOW, user_ids=concerned)
        told = [choose(activity, Reader(start=window.start, user_id=each)).entries for each in concerned]
        own = {(OWN, ("proposals", proposal.pk))}
        assert [{(line.section, line.identity) for line in lines} for lines in told[:2]] == [own, own]
        assert all("comments" in {line.source for line in lines} for lines in told[:2])
        assert OWN not in {line.section for line in told[2]}

    def test_a_text_that_they_made_already_is_not_sent_again(self, call, user):
        text = "Une seule page pour toutes les médiathèques de la ville et de ses quartiers, avec les horaires."
        CoAuthorFactory(proposal=ProposalFactory(problem="", body=text), user=user)
        with pytest.raises(AlreadySent):
            submit_proposal(
                author=user,
                call=call,
                title="T",
                problem="",
                body=text,
                topic=None,
                district="",
                key=uuid.uuid4(),
                now=timezone.now(),
            )


class TestByline:
    @pytest.mark.parametrize(
        ("count", "said"),
        [
            (0, "Ana"),
            (1, "Ana et P1"),
            (2, "Ana, P1 et P2"),
            (3, "Ana, P1, P2 et 1 autre"),
            (5, "Ana, P1, P2 et 3 autres"),
        ],
    )
    def test_so_many_names(self, count, said):
        proposal = ProposalFactory(author__public_name="Ana")
        for number in range(count):
            CoAuthorFactory(proposal=proposal, user__public_name=f"P{number + 1}")
        assert Proposal.objects.with_authors().get().byline == said

    @pytest.mark.parametrize("url", ["/propositions/", "/"])
    def test_lists_cost_the_same_with_0_or_20_co_authors_each(self, client, url):
        costs = []
        proposals = [ProposalFactory(), ProposalFactory()]
        for count in (0, 20):
            for proposal in proposals:
                DiscussionFactory._meta.model.objects.get_or_create(proposal=proposal)
                for _number in range(count):
                    CoAuthorFactory(proposal=proposal)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            costs.append(len(queries))
        assert costs[0] == costs[1]
        if url == "/propositions/":
            assert costs[0] <= 10
