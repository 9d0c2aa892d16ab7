"""Co-authors of a proposal: invitations, acceptance, permissions and messages."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
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
from tests.factories import CoAuthorFactory, CommentFactory, ProposalFactory
from tests.outbox import outbox

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

State = Proposal.State
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


@pytest.fixture
def proposal(db):
    return ProposalFactory(title="Canari jaune")


def send_invitation(proposal, email="ami@courriel.example", now=NOW):
    return invite(proposal=proposal, author=proposal.author, email=email, now=now)


def accept(proposal, user, now=NOW):
    invitation = send_invitation(proposal, user.email)
    return answer_invitation(invitation=invitation, user=user, accepted=True, now=now, shown=BY_PROGRAM)


def url_of(proposal):
    return reverse("participation:coauthors", args=[proposal.pk])


class TestInviting:
    def test_response_and_email_do_not_reveal_whether_an_account_exists(self, client, proposal, user):
        client.force_login(proposal.author)
        said = []
        for email in (user.email, "personne@courriel.example"):
            answer = client.post(url_of(proposal), {"action": "inviter", "email": email}, follow=True)
            said.append(answer.content.decode().replace(email, "…"))
        bodies = [message.body for message in outbox]
        for number, message in enumerate(outbox):
            token = message.body.split("/propositions/invitations/")[1].split("/")[0]
            bodies[number] = bodies[number].replace(token, "…")
        assert bodies[0] == bodies[1]
        assert "Canari jaune" in bodies[0]
        assert said[0].count("…") == said[1].count("…")

    def test_invitation_omits_the_title_of_an_unmoderated_proposal(self, proposal):
        for change in ({"state": State.RECEIVED}, {"needs_review": True}):
            hidden = ProposalFactory(title="Canari jaune", **change)
            send_invitation(hidden, f"{uuid.uuid4()}@courriel.example")
            assert "Canari" not in outbox[-1].body + outbox[-1].subject

    def test_second_invitation_of_an_address_is_not_sent(self, proposal, user):
        first = send_invitation(proposal, user.email.upper())
        assert send_invitation(proposal, f" {user.email} ") == first
        answer_invitation(invitation=first, user=user, accepted=False, now=NOW, shown=BY_PROGRAM)
        send_invitation(proposal, user.email)
        assert len(outbox) == 1
        assert not proposal.invitations.waiting(NOW).exists()

    def test_withdrawn_or_expired_invitation_is_sent_again(self, proposal, user):
        first = send_invitation(proposal, user.email)
        withdraw_invitation(invitation=first, author=proposal.author)
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=first, user=user, accepted=True, now=NOW, shown=BY_PROGRAM)
        assert send_invitation(proposal, user.email).pk == first.pk
        send_invitation(proposal, user.email, now=NOW + 31 * DAY)
        assert len(outbox) == 3

    def test_invitations_are_limited(self, proposal):
        with pytest.raises(InvitedThemselves):
            send_invitation(proposal, proposal.author.email)
        for number in range(10):
            send_invitation(proposal, f"ami{number}@courriel.example")
        with pytest.raises(TooManyAuthors):
            send_invitation(proposal)
        other = ProposalFactory(author=proposal.author)
        with pytest.raises(TooManyInvitations):
            send_invitation(other)
        assert send_invitation(other, now=NOW + DAY)
        assert len(outbox) == 11

    @pytest.mark.parametrize("state", State.values)
    def test_invitations_depend_on_the_state_of_the_proposal(self, state):
        proposal = ProposalFactory(state=state)
        expected = state not in (State.MERGED, State.REFUSED, State.WITHDRAWN)
        assert permissions.can_invite(proposal.author, proposal) is expected
        if not expected:
            with pytest.raises(InvitationClosed):
                send_invitation(proposal)

    def test_only_the_first_author_can_invite(self, client, people, proposal):
        joined = CoAuthorFactory(proposal=proposal).user
        waiting = send_invitation(proposal)
        for person in (joined, people["resident"], people["moderator"]):
            with pytest.raises(PermissionDenied):
                invite(proposal=proposal, author=person, email="x@courriel.example", now=NOW)
            with pytest.raises(PermissionDenied):
                withdraw_invitation(invitation=waiting, author=person)
            client.force_login(person)
            for action in ("inviter", "reprendre"):
                sent = {"action": action, "email": "x@courriel.example", "invitation": waiting.pk}
                assert client.post(url_of(proposal), sent).status_code == 404
        # A co-author sees the page without the addresses.
        client.force_login(joined)
        assert waiting.email not in client.get(url_of(proposal)).content.decode()
        client.force_login(people["resident"])
        assert client.get(url_of(proposal)).status_code == 404
        assert proposal.invitations.get().state == Invitation.State.WAITING

    def test_accepted_invitation_is_not_said_to_be_taken_back(self, client, proposal, user):
        for accepted, sentence in ((False, "est reprise"), (True, "Cette invitation ne tient plus")):
            invitation = send_invitation(proposal, user.email)
            if accepted:
                answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW, shown=BY_PROGRAM)
            client.force_login(proposal.author)
            sent = {"action": "reprendre", "invitation": invitation.pk}
            assert sentence in client.post(url_of(proposal), sent, follow=True).content.decode()

    @pytest.mark.parametrize("state", [State.RECEIVED, State.REFUSED, State.WITHDRAWN])
    def test_hidden_proposal_does_not_say_that_one_author_alone_sees_it(self, client, state):
        proposal = ProposalFactory(state=state)
        client.force_login(proposal.author)
        assert "visible que par vous" in client.get(proposal.get_absolute_url()).content.decode()
        joined = CoAuthorFactory(proposal=proposal).user
        for author in (proposal.author, joined):
            client.force_login(author)
            page = client.get(proposal.get_absolute_url()).content.decode()
            assert "visible que par les personnes qui" in page
            assert "visible que par vous" not in page


class TestAnswering:
    def test_invitation_is_accepted_after_signing_in(self, client, proposal, user):
        invitation = send_invitation(proposal, user.email)
        url = outbox[0].body.split("https://")[-1]
        assert invitation.url.split("/")[-2].split(":")[0] in url
        anonymous = client.get(invitation.url)
        assert 'name="email"' in anonymous.content.decode()
        assert "Canari jaune" in anonymous.content.decode()
        Proposal.objects.update(needs_review=True)
        assert "Canari" not in client.get(invitation.url).content.decode(), (
            "the title is hidden from visitors until moderation"
        )
        assert client.post(invitation.url, {"action": "accepter"}).status_code == 200
        client.force_login(user)
        assert "Canari jaune" in client.get(invitation.url).content.decode()
        assert not CoAuthor.objects.exists()
        data = {"action": "accepter", "shown": client.get(invitation.url).context["confirmation"].field}
        for _time in range(2):
            client.post(invitation.url, data)
        assert CoAuthor.objects.get().user == user
        assert Follow.objects.get(user=user).source == Follow.Source.OWN
        page = Client().get(proposal.get_absolute_url()).content.decode()
        assert f"par {proposal.display_name} et {user.public_name}" in page
        assert client.get(invitation.url).status_code == 404

    def test_other_account_cannot_read_or_answer_the_invitation(self, client, proposal, user):
        invitation = send_invitation(proposal)
        Proposal.objects.update(needs_review=True)
        client.force_login(user)
        for answer in (client.get(invitation.url), client.post(invitation.url, {"action": "accepter"})):
            assert "Canari" not in answer.content.decode()
            assert invitation.email not in answer.content.decode()
        with pytest.raises(PermissionDenied):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW, shown=BY_PROGRAM)
        assert not CoAuthor.objects.exists()

    def test_forged_invitation_links_return_404(self, client, proposal):
        good = send_invitation(proposal).url
        for url in (good[:-3] + "xx/", good.replace("invitations/", "invitations/1"), good.split(":")[0] + "/"):
            assert client.get(url).status_code == 404

    def test_invitation_expires_and_is_deleted_after_30_days(self, client, proposal, user):
        invitation = send_invitation(proposal, user.email)
        assert forget_old_invitations(now=NOW + 29 * DAY) == 0
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW + 30 * DAY, shown=BY_PROGRAM)
        cancel(messages=Message.objects.all(), reason="over")
        assert forget_old_invitations(now=NOW + 30 * DAY) == 1
        assert not Message.objects.filter(to_email=user.email).exists()
        assert client.get(invitation.url).status_code == 404

    @pytest.mark.parametrize("state", [State.WITHDRAWN, State.REFUSED, State.MERGED])
    def test_invitation_to_a_closed_proposal_cannot_be_accepted(self, proposal, user, state):
        invitation = send_invitation(proposal, user.email)
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
        with pytest.raises(InvitationOver):
            answer_invitation(invitation=invitation, user=user, accepted=True, now=NOW, shown=BY_PROGRAM)

    def test_coauthor_can_leave(self, client, proposal, user):
        accept(proposal, user)
        client.force_login(user)
        for _time in range(2):
            leave(proposal=proposal, user=user)
        assert not CoAuthor.objects.exists()
        assert not Follow.objects.filter(user=user).exists()
        assert proposal.invitations.get().state == Invitation.State.DECLINED
        CoAuthorFactory(proposal=proposal, user=user)
        client.post(url_of(proposal), {"action": "quitter"})
        assert not CoAuthor.objects.exists()
        # The first author cannot leave; that would be a withdrawal.
        leave(proposal=proposal, user=proposal.author)
        proposal.refresh_from_db()
        assert proposal.author

    @pytest.mark.parametrize("state", State.values)
    def test_only_the_first_author_can_remove_coauthors(self, client, people, state):
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

    def test_removed_coauthor_is_notified_once_and_can_be_invited_again(self, client, proposal, user):
        accept(proposal, user)
        outbox.clear()
        client.force_login(proposal.author)
        url = reverse("participation:coauthor_remove", args=[proposal.pk, CoAuthor.objects.get().pk])
        assert url in client.get(url_of(proposal)).content.decode()
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
        assert client.get(url_of(proposal)).status_code == 404
        accept(proposal, user)
        assert CoAuthor.objects.get().user == user

    def test_removed_coauthor_with_an_inactive_account_is_not_notified(self, proposal):
        joined = CoAuthorFactory(proposal=proposal, user__is_active=False)
        remove_coauthor(proposal=proposal, user=joined.user, author=proposal.author, now=NOW)
        assert not outbox

    def test_deleted_account_is_no_longer_coauthor(self, proposal, user):
        accept(proposal, user)
        user.delete()
        assert not CoAuthor.objects.exists()
        assert proposal.byline == proposal.display_name


class TestPermissionsAndNotifications:
    def test_coauthor_can_read_but_not_withdraw_a_received_proposal(self, client, proposal, user):
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

    def test_querysets_have_no_duplicates_with_several_coauthors(self, user):
        proposal = ProposalFactory()
        for _number in range(3):
            CoAuthorFactory(proposal=proposal)
        CoAuthorFactory(proposal=proposal, user=user)
        assert list(Proposal.objects.visible_to(user)) == list(Proposal.objects.of(user)) == [proposal]

    def test_coauthors_get_the_same_notifications_as_the_author(self, proposal, user, editor_of):
        accept(proposal, user)
        outbox.clear()
        change_state(
            proposal=proposal,
            state=State.STUDIED,
            role=ProposalStep.Role.TEAM,
            actor=editor_of("Animation"),
            now=NOW,
            shown=BY_PROGRAM,
        )
        assert sorted(message.to[0] for message in outbox) == sorted([proposal.author.email, user.email])
        assert user.public_name.casefold() in people_of(proposal.discussion)

    def test_digest_of_coauthors_contains_news_of_their_proposal(self, proposal, user):
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

    def test_coauthor_cannot_submit_the_same_text_again(self, call, user):
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
    def test_byline_lists_at_most_three_names(self, count, said):
        proposal = ProposalFactory(author__public_name="Ana")
        for number in range(count):
            CoAuthorFactory(proposal=proposal, user__public_name=f"P{number + 1}")
        assert Proposal.objects.with_authors().get().byline == said
