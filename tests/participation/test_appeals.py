"""Appeals: who may appeal and decide, messages to the author, and figures of the public register."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.shown import BY_PROGRAM
from participation.errors import (
    ReasonMissing,
    SamePerson,
    WrongState,
)
from participation.models import Appeal, Comment, Decision, DeskEntry, Proposal, Report
from participation.queries.moderation_register import read_register
from participation.services import appeals
from participation.services.appeals import (
    decide_appeal,
)
from participation.services.moderation import moderate
from tests.bulk import press
from tests.factories import CommentFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def second_moderator(editor_of):
    return editor_of("Modération")


def make_refusal(moderator, text=None, *, ground="respect", at=NOW):
    """Refuses `text`, by default a new comment; returns the decision."""
    text = text or CommentFactory(state="recu", created_at=NOW - 3 * HOUR)
    moderate(
        text=text,
        state=text.State.REFUSED,
        moderator=moderator,
        now=at,
        ground=ground,
        reason="Trop vif.",
        shown=BY_PROGRAM,
    )
    return Decision.objects.latest("pk")


def make_appeal(decision, author=None, now=NOW):
    return appeals.appeal(decision=decision, author=author or decision.text.author, body="Je reformule.", now=now)


class TestAppealing:
    def test_author_can_appeal_once_and_the_team_is_notified(self, moderator):
        decision = make_refusal(moderator)
        outbox.clear()
        assert make_appeal(decision) == make_appeal(decision)
        assert Appeal.objects.count() == 1
        assert len(outbox) == 1

    def test_other_users_cannot_appeal(self, moderator):
        decision = make_refusal(moderator)
        for other in (UserFactory(), moderator):
            with pytest.raises(PermissionDenied):
                make_appeal(decision, other)

    def test_decision_on_a_published_text_cannot_be_appealed(self, moderator):
        decision = make_refusal(moderator)
        moderate(
            text=decision.comment, state=Comment.State.PUBLISHED, moderator=moderator, now=NOW + HOUR, shown=BY_PROGRAM
        )
        with pytest.raises(WrongState):
            make_appeal(Decision.objects.get(pk=decision.pk))

    def test_page_shows_the_reason_and_accepts_an_appeal(self, client, moderator):
        decision = make_refusal(moderator, ProposalFactory(state="recue", title="Un banc"))
        address = reverse("participation:appeal", args=[decision.pk])
        assert address in outbox[-1].body
        client.force_login(decision.text.author)
        page = client.get(address).content.decode()
        assert "Un banc" in page
        assert "Trop vif." in page
        assert client.post(address, {"body": ""}).status_code == 422
        response = client.post(address, {"body": "Je reformule."}, follow=True)
        assert "Je reformule." in response.content.decode()
        assert "<textarea" not in response.content.decode()

    def test_page_of_the_decision_returns_404_to_other_users(self, client, moderator):
        decision = make_refusal(moderator)
        address = reverse("participation:appeal", args=[decision.pk])
        assert client.get(address).status_code == 302
        client.force_login(UserFactory())
        assert client.get(address).status_code == 404

    def test_contributions_link_to_current_decisions(self, client, moderator, django_assert_max_num_queries):
        author = UserFactory()
        decisions = [make_refusal(moderator, CommentFactory(state="recu", author=author)) for _number in range(5)]
        client.force_login(author)
        with django_assert_max_num_queries(15):
            page = client.get(reverse("participation:contributions")).content.decode()
        assert all(reverse("participation:appeal", args=[decision.pk]) in page for decision in decisions)


class TestDeciding:
    def test_first_moderator_cannot_decide_the_appeal(self, moderator, second_moderator):
        appeal = make_appeal(make_refusal(moderator))
        for overturned in (True, False):
            with pytest.raises(SamePerson):
                decide_appeal(
                    appeal=appeal, overturned=overturned, moderator=moderator, now=NOW, reason="Non.", shown=BY_PROGRAM
                )
        decide_appeal(appeal=appeal, overturned=True, moderator=second_moderator, now=NOW, shown=BY_PROGRAM)
        appeal.decision.comment.refresh_from_db()
        assert appeal.decision.comment.state == Comment.State.PUBLISHED

    def test_confirmation_requires_a_reason_sent_to_the_author(self, moderator, second_moderator):
        appeal = make_appeal(make_refusal(moderator))
        with pytest.raises(ReasonMissing):
            decide_appeal(
                appeal=appeal, overturned=False, moderator=second_moderator, now=NOW, reason=" ", shown=BY_PROGRAM
            )
        outbox.clear()
        for _time in range(2):
            decide_appeal(
                appeal=appeal,
                overturned=False,
                moderator=second_moderator,
                now=NOW,
                reason="Cela blesse.",
                shown=BY_PROGRAM,
            )
        [sent] = outbox
        assert sent.to == [appeal.decision.text.author.email]
        assert "Cela blesse." in sent.body
        assert str(second_moderator) not in sent.body

    def test_other_users_cannot_decide_an_appeal(self, moderator, editor_of):
        appeal = make_appeal(make_refusal(moderator))
        for person in (UserFactory(), editor_of("Rédaction"), appeal.decision.text.author):
            with pytest.raises(PermissionDenied):
                decide_appeal(appeal=appeal, overturned=True, moderator=person, now=NOW, shown=BY_PROGRAM)

    def test_admin_offers_the_decision_to_another_moderator_only(self, client, moderator, second_moderator):
        appeal = make_appeal(make_refusal(moderator))
        overturn = reverse("wagtail_bulk_action", args=["participation", "appeal", "overturn"]) + f"?id={appeal.pk}"
        uphold = reverse("wagtail_bulk_action", args=["participation", "appeal", "uphold"]) + f"?id={appeal.pk}"
        lists = reverse("wagtailsnippets_participation_appeal:list") + "?waiting=true"
        client.force_login(moderator)
        assert f"appeal/overturn/?id={appeal.pk}" not in client.get(lists).content.decode()
        press(client, overturn)
        appeal.refresh_from_db()
        assert appeal.is_waiting
        client.force_login(second_moderator)
        assert f"appeal/overturn/?id={appeal.pk}" in client.get(lists).content.decode()
        assert "Je reformule." in client.get(uphold).content.decode()
        press(client, uphold, {"reason": "Cela blesse."})
        appeal.refresh_from_db()
        assert (appeal.outcome, appeal.decided_by) == (Appeal.Outcome.UPHELD, second_moderator)

    def test_message_announces_an_email_only_to_an_author_with_an_address(self, client, moderator, second_moderator):
        client.force_login(second_moderator)
        for email, expected in (
            ("rose@courriel.example", "1 demande a sa réponse. La personne reçoit un e-mail."),
            ("", "1 demande a sa réponse. Aucune adresse e-mail n’a été laissée : prévenez"),
        ):
            proposal = ProposalFactory(state="recue", author=None, origin="telephone")
            DeskEntry.objects.create(proposal=proposal, agent=moderator, email=email, entered_at=NOW)
            decision = make_refusal(moderator, proposal)
            appeal = Appeal.objects.create(decision=decision, body="Je reformule.", created_at=NOW)
            uphold = reverse("wagtail_bulk_action", args=["participation", "appeal", "uphold"]) + f"?id={appeal.pk}"
            button = "Répondre et envoyer l’e-mail"
            assert (button in client.get(uphold).content.decode()) is bool(email)
            press(client, uphold, {"reason": "Cela blesse."})
            page = client.get(reverse("wagtailsnippets_participation_appeal:list")).content.decode()
            assert expected in " ".join(page.replace("\u00a0", " ").split())


class TestRegister:
    def test_register_counts_decisions_delays_and_appeals(self, moderator, second_moderator):
        """By hand: 2 proposals published after 1 h and 3 h, 1 comment removed 5 h after its report, 1 refused after 3 h
        and published after an appeal 2 h later.
        """
        for hours in (1, 3):
            moderate(
                text=ProposalFactory(state="recue", created_at=NOW - hours * HOUR),
                state=Proposal.State.PUBLISHED,
                moderator=moderator,
                now=NOW,
                shown=BY_PROGRAM,
            )
        reported = CommentFactory(created_at=NOW - 90 * HOUR)
        Report.objects.create(comment=reported, author=UserFactory(), reason="Non", created_at=NOW - 5 * HOUR)
        make_refusal(moderator, reported, ground="respect")
        appeal = make_appeal(make_refusal(moderator, ground="advertising"))
        decide_appeal(appeal=appeal, overturned=True, moderator=second_moderator, now=NOW + 2 * HOUR, shown=BY_PROGRAM)
        register = read_register(now=NOW + 2 * HOUR)
        assert (register.proposals.published, register.proposals.refused) == (2, 0)
        assert (register.comments.published, register.comments.refused) == (1, 2)
        assert [number for _label, number in register.grounds] == [1, 1]
        # Delays of 1, 2, 3, 3 and 5 hours.
        assert (register.median_hours, register.longest_hours) == (3, 5)
        assert (register.reports, register.appeals, register.overturned, register.upheld) == (1, 1, 1, 0)

    def test_page_contains_no_names_or_texts(self, client, moderator):
        decision = make_refusal(moderator)
        response = client.get(reverse("participation:moderation_register"))
        page = response.content.decode()
        assert response.status_code == 200
        assert not response.cookies
        for secret in (decision.text.author.public_name, moderator.public_name, decision.text.body, "Trop vif."):
            assert secret not in page

    def test_register_excludes_decisions_older_than_a_year(self, client, moderator):
        make_refusal(moderator, at=NOW - dt.timedelta(days=366))
        register = read_register(now=NOW)
        assert (register.total, register.median_hours) == (0, None)
        assert client.get(reverse("participation:moderation_register")).status_code == 200

    def test_number_of_queries_of_the_register_is_constant(self, client, moderator, django_assert_max_num_queries):
        address = reverse("participation:moderation_register")
        counts = []
        for number in (2, 12):
            for _text in range(number):
                make_refusal(moderator)
            client.get(address)
            with django_assert_max_num_queries(12) as captured:
                client.get(address)
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_database_requires_a_ground_for_refusals_and_exactly_one_text():
    comment = CommentFactory()
    base = {"waiting_since": NOW, "decided_at": NOW}
    for fields in (
        {"comment": comment, "outcome": "refused", "ground": ""},
        {"outcome": "published"},
        {"comment": comment, "proposal": ProposalFactory(), "outcome": "published"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**base, **fields)
