"""Deletion of an account: its page, seven days to come back, no mail but the last one, then the erasure."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import DataExport, ErasedAccount, User
from accounts.services.accounts import create_verified_user
from accounts.services.deletion import erase_due_accounts, plan_deletion
from common.models import RetentionRun
from digests.models import Subscriber
from digests.services.subscriptions import choose
from mailing.content import MailContent
from mailing.models import Message
from mailing.services import Draft, enqueue
from mailing.ticking import tick
from participation.models import Comment, Proposal, Report
from participation.services.comments import post_comment
from participation.services.counters import refresh_every_count
from participation.services.supports import set_support
from tests.accounts.people import code_sent_to, confirm, mails_to
from tests.factories import CommentFactory, DiscussionFactory, OfficialAnswerFactory, ProposalFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

PAGE, CODE, BACK = "/compte/supprimer/", "/compte/supprimer/code/", "/compte/revenir/"
NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
PASSWORD = "un mot de passe assez long"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def odile(clock):
    return create_verified_user(email="odile@courriel.example", public_name="Odile M.", password=PASSWORD)


@pytest.fixture
def closed_account(signed_in, odile):
    """Account closed through its page."""
    signed_in.post(PAGE, {"texts": "keep"})
    confirm(signed_in, CODE, odile.email)
    return User.objects.get(pk=odile.pk)


def sign_in(client, user, code_in):
    client.post("/compte/connexion/code/", {"email": user.email})
    return client.post("/compte/connexion/code/verifier/", {"code": code_in()}, follow=True)


class TestPage:
    def test_page_lists_deleted_and_preserved_data_with_counts(self, signed_in, odile):
        answered = ProposalFactory(author=odile, state="retenue")
        CommentFactory(author=odile)
        CommentFactory(author=odile)
        ProposalFactory(author=odile)
        set_support(user=odile, proposal=ProposalFactory(), supported=True, now=NOW)
        choose(user=odile, frequency="weekly", now=NOW)
        OfficialAnswerFactory(proposal=answered)
        page = signed_in.get(PAGE).content.decode()
        goes, stays, choice = [part.partition("</section>")[0] for part in page.split('<section class="section"')[1:4]]
        assert "1 soutien<" in goes
        assert "la lettre, avec vos choix" in goes
        assert "1 proposition qui a une réponse" in stays
        assert "1 proposition<" in choice
        assert "2 commentaires<" in choice
        assert "mercredi 2" in page

    def test_user_without_texts_has_no_choice(self, signed_in, odile):
        assert 'name="texts"' not in signed_in.get(PAGE).content.decode()
        assert signed_in.post(PAGE).url == CODE

    def test_user_with_texts_must_choose(self, signed_in, odile):
        CommentFactory(author=odile)
        answer = signed_in.post(PAGE)
        assert answer.status_code == 422
        assert "Choisissez ce que deviennent vos textes" in answer.content.decode()
        assert not mails_to(odile.email)

    def test_the_number_of_queries_does_not_grow_with_the_texts(self, signed_in, odile, django_assert_num_queries):
        CommentFactory(author=odile)
        signed_in.get(PAGE)
        with CaptureQueriesContext(connection) as few:
            signed_in.get(PAGE)
        for _ in range(5):
            CommentFactory(author=odile)
            ProposalFactory(author=odile)
        with django_assert_num_queries(len(few)):
            signed_in.get(PAGE)

    def test_last_administrator_cannot_be_deleted(self, signed_in, odile):
        User.objects.filter(pk=odile.pk).update(is_superuser=True)
        answer = signed_in.post(PAGE)
        assert answer.status_code == 422
        assert "Nommez d’abord" in answer.content.decode()
        UserFactory(is_superuser=True)
        assert signed_in.post(PAGE).status_code == 302


class TestClosed:
    def test_the_code_closes_the_account_and_signs_out_everywhere(self, signed_in, client, odile):
        elsewhere = type(client)()
        elsewhere.force_login(odile)
        signed_in.post(PAGE)
        assert elsewhere.get("/compte/").status_code == 200
        answer = confirm(signed_in, CODE, odile.email)
        assert "Votre compte sera effacé le mercredi 2" in answer.content.decode()
        assert "<h1>Votre compte est fermé</h1>" in answer.content.decode()
        assert elsewhere.get("/compte/").status_code == 302
        assert signed_in.get("/compte/").status_code == 302
        odile.refresh_from_db()
        assert odile.is_leaving
        assert odile.deletion_due_at == NOW + WEEK

    def test_last_mail_has_the_day_of_erasure_and_a_sign_in_link(self, closed_account):
        mails = mails_to(closed_account.email)
        assert [mail.kind for mail in mails] == ["account.deletion_planned"]
        assert "mercredi 2" in mails[0].payload["text"]
        assert "http://testserver/compte/connexion/" in mails[0].payload["text"]

    def test_pending_mails_are_cancelled_and_no_others_are_sent(self, signed_in, odile):
        choose(user=odile, frequency="weekly", now=NOW - dt.timedelta(days=30))
        comment = CommentFactory(author=odile)
        draft = Draft("participation.followed", odile.email, "waits", MailContent(subject="Sujet", text="Texte"))
        enqueue(drafts=[draft], now=NOW)
        signed_in.post(PAGE, {"texts": "keep"})
        confirm(signed_in, CODE, odile.email)
        assert Message.objects.get(dedupe_key="waits").state == Message.State.CANCELLED
        post_comment(
            discussion=comment.discussion,
            parent=comment,
            author=UserFactory(),
            body="Je réponds.",
            key=uuid.uuid4(),
            now=NOW,
        )
        tick(now=NOW + dt.timedelta(days=6))
        assert [mail.kind for mail in mails_to(odile.email)] == ["account.deletion_planned"]
        assert Subscriber.objects.get(user=odile).is_reading
        assert not Subscriber.objects.active().exists()

    def test_data_export_is_deleted_immediately(self, signed_in, odile):
        DataExport.objects.create(user=odile, asked_at=NOW)
        signed_in.post(PAGE)
        confirm(signed_in, CODE, odile.email)
        assert not DataExport.objects.exists()


class TestReopening:
    def test_sign_in_shows_a_button_that_reopens_the_account(self, closed_account, client, code_in):
        answer = sign_in(client, closed_account, code_in)
        assert answer.redirect_chain[-1][0] == BACK
        page = answer.content.decode()
        assert "Votre compte va être effacé" in page
        assert page.partition("<main")[2].partition("</main>")[0].count("<button") == 1
        assert client.get("/compte/").status_code == 302
        answer = client.post(BACK, follow=True)
        assert answer.redirect_chain[-1][0] == "/compte/"
        assert "Bon retour" in answer.content.decode()
        closed_account.refresh_from_db()
        assert (closed_account.is_active, closed_account.deletion_due_at, closed_account.removes_texts) == (
            True,
            None,
            False,
        )
        assert client.session["_auth_user_id"] == str(closed_account.pk)

    def test_sign_in_by_password_shows_the_same_page(self, closed_account, client):
        answer = client.post("/compte/connexion/", {"login": closed_account.email, "password": PASSWORD}, follow=True)
        assert answer.redirect_chain[-1][0] == BACK

    def test_reopening_needs_a_recent_sign_in(self, closed_account, client):
        for method in (client.get, client.post):
            assert method(BACK).url == "/compte/connexion/"
        closed_account.refresh_from_db()
        assert closed_account.is_leaving

    def test_recent_sign_in_expires_after_an_hour(self, closed_account, client, code_in, clock):
        sign_in(client, closed_account, code_in)
        clock.shift(dt.timedelta(minutes=61))
        assert client.post(BACK).url == "/compte/connexion/"

    def test_a_reopened_account_is_not_erased(self, closed_account, client, code_in):
        sign_in(client, closed_account, code_in)
        client.post(BACK)
        assert erase_due_accounts(now=NOW + WEEK) == 0
        assert User.objects.filter(pk=closed_account.pk).exists()

    def test_account_closed_by_an_administrator_cannot_be_reopened(self, odile, client, code_in):
        User.objects.filter(pk=odile.pk).update(is_active=False)
        client.post("/compte/connexion/code/", {"email": odile.email})
        answer = client.post("/compte/connexion/code/verifier/", {"code": code_in()})
        assert client.get(answer.url).url == "/compte/inactif/"
        answer = client.post("/compte/connexion/", {"login": odile.email, "password": PASSWORD})
        assert answer.url == "/compte/inactif/"


class TestErasure:
    def test_account_is_erased_by_the_tick_after_seven_days(self, closed_account):
        tick(now=NOW + WEEK - dt.timedelta(minutes=10))
        assert User.objects.filter(pk=closed_account.pk).exists()
        assert "1 erased of accounts.leaving" in str(tick(now=NOW + WEEK))
        assert not User.objects.filter(pk=closed_account.pk).exists()
        assert ErasedAccount.objects.count() == 1

    def test_preserved_texts_are_anonymous(self, signed_in, odile):
        comment, proposal = CommentFactory(author=odile), ProposalFactory(author=odile)
        signed_in.post(PAGE, {"texts": "keep"})
        confirm(signed_in, CODE, odile.email)
        tick(now=NOW + WEEK)
        stored, text = Proposal.objects.get(pk=proposal.pk), Comment.objects.get(pk=comment.pk)
        assert (stored.title, stored.author, stored.author_name) == (proposal.title, None, "")
        assert (text.body, text.author, text.display_name) == (comment.body, None, "")
        page = signed_in.get(comment.discussion.subject_url).content.decode()
        assert "Compte supprimé" in page

    def test_texts_are_removed_on_request_except_answered_proposals(self, signed_in, odile):
        comment, proposal = CommentFactory(author=odile), ProposalFactory(author=odile)
        reply = CommentFactory(discussion=comment.discussion, parent=comment, body="Je réponds.")
        answered = ProposalFactory(author=odile, state="retenue")
        signed_in.post(PAGE, {"texts": "remove"})
        confirm(signed_in, CODE, odile.email)
        assert Comment.objects.get(pk=comment.pk).is_published
        tick(now=NOW + WEEK)
        assert Comment.objects.get(pk=comment.pk).body == ""
        assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.WITHDRAWN
        assert Proposal.objects.get(pk=proposal.pk).body == ""
        assert Proposal.objects.get(pk=answered.pk).title == answered.title
        assert Comment.objects.get(pk=reply.pk).body == "Je réponds."

    def test_account_reopened_by_an_administrator_is_never_erased(self, closed_account):
        User.objects.filter(pk=closed_account.pk).update(is_active=True)
        erase_due_accounts(now=NOW + WEEK)
        User.objects.filter(pk=closed_account.pk).update(is_active=False)
        assert erase_due_accounts(now=NOW + WEEK) == 0
        assert User.objects.filter(pk=closed_account.pk).exists()

    def test_number_of_queries_does_not_grow_with_comments(self, clock):
        costs = []
        for count in (3, 6):
            user, discussion = UserFactory(), DiscussionFactory()
            proposal = discussion.proposal
            CommentFactory.create_batch(count - 1, author=user, discussion=discussion, body="Mirabelle")
            elsewhere = CommentFactory(author=user, body="Mirabelle")
            refused = CommentFactory(author=user, discussion=discussion, state="refuse", body="Quetsche")
            stays = CommentFactory(discussion=discussion, body="Mirabelle des autres")
            refresh_every_count()
            reported = Comment.objects.filter(author=user).earliest("pk")
            report = Report.objects.create(comment=reported, author=UserFactory(), reason="Non.", created_at=NOW)
            plan_deletion(user=user, removes_texts=True, now=NOW - WEEK)
            with CaptureQueriesContext(connection) as queries:
                assert erase_due_accounts(now=NOW) == 1
            costs.append(len(queries))
            assert set(Comment.objects.search("mirabelle")) == {*Comment.objects.filter(body=stays.body)}
            assert list(Comment.objects.public().filter(discussion=discussion)) == [stays]
            for counted in (discussion, proposal, elsewhere.discussion, elsewhere.discussion.proposal):
                counted.refresh_from_db()
            assert (discussion.comment_count, proposal.comment_count) == (1, 1)
            assert (elsewhere.discussion.comment_count, elsewhere.discussion.proposal.comment_count) == (0, 0)
            refused.refresh_from_db()
            report.refresh_from_db()
            assert (refused.state, refused.body, report.outcome) == ("refuse", "Quetsche", Report.Outcome.WITHDRAWN)
            assert mails_to(report.author.email)
        assert costs[0] == costs[1]

    def test_failing_erasure_does_not_block_others_and_is_retried(self, closed_account, monkeypatch, caplog):
        plan_deletion(user=UserFactory(), removes_texts=False, now=NOW)
        real = User.delete

        def fail_for_one(self, *args, **kwargs):
            if self.pk == closed_account.pk:
                raise RuntimeError
            return real(self, *args, **kwargs)

        monkeypatch.setattr(User, "delete", fail_for_one)
        assert "1 erased of accounts.leaving" in str(tick(now=NOW + WEEK))
        assert "could not be erased" in caplog.text
        assert User.objects.filter(pk=closed_account.pk).exists()
        run = RetentionRun.objects.get(name="accounts.leaving")
        assert (run.failed_at, run.erased) == (NOW + WEEK, 1)
        monkeypatch.setattr(User, "delete", real)
        tick(now=NOW + WEEK + dt.timedelta(seconds=30))
        assert not User.objects.filter(pk=closed_account.pk).exists()
        run.refresh_from_db()
        assert (run.failed_at, run.erased) == (None, 2)


def test_code_of_another_action_is_refused(signed_in, odile):
    signed_in.post("/compte/mes-donnees/")
    code = code_sent_to(odile.email)
    signed_in.post(PAGE)
    if code != code_sent_to(odile.email):
        assert signed_in.post(CODE, {"code": code}).status_code == 422
    odile.refresh_from_db()
    assert odile.is_active
