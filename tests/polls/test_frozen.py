"""Votes are immutable once begun: in forms, in lists and in the database."""

import pytest
import time_machine
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from common.origins import Origin
from common.shown import BY_PROGRAM
from polls.admin import viewsets
from polls.errors import PollNotOpen
from polls.models import (
    AgentEntry,
    Choice,
    NominativeAnswer,
    Participation,
    Poll,
    Question,
    SecretTally,
    SecretTexts,
)
from polls.services.agent_entries import answer_for, change_answer_for
from polls.services.answers import answer_poll, count_sheet
from polls.services.opening import close_poll, open_poll, withdraw_poll
from tests.bulk import submit_edit
from tests.factories import UserFactory
from tests.guards import guarded_by
from tests.polls.factories import DAY, NOW, choice_ids, make_poll
from tests.tables import assert_table, undone

pytestmark = pytest.mark.django_db
NAME = "wagtailsnippets_polls_poll"
shut = guarded_by("polls_vote_switch")


def make_answered_poll(slug="programme", **fields):
    poll = make_poll(slug, **fields)
    user = UserFactory()
    user.verify_email()
    answers = {poll.questions.get().pk: {choice_ids(poll)[0]: 1}}
    answer_poll(poll=poll, user=user, answers=answers, now=timezone.now())
    return poll


def end(poll):
    """Moves the end of `poll` into the past, by a margin larger than any offset of the database clock."""
    Poll.objects.filter(pk=poll.pk).update(opens_at=NOW - 999 * DAY, closes_at=NOW - 998 * DAY)
    poll.refresh_from_db()


class TestAdmin:
    @pytest.fixture(autouse=True)
    def _clock(self):
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.fixture(autouse=True)
    def editor(self, client, editor_of):
        editor = editor_of("Animation")
        client.force_login(editor)
        return editor

    def edit(self, client, poll, **fields):
        data = {"closes_at": "25/11/2026 13:00", **fields}
        return submit_edit(client, reverse(f"{NAME}:edit", args=[poll.pk]), data, follow=True)

    @pytest.mark.parametrize("bulk", [False, True])
    def test_answered_poll_cannot_be_deleted_and_the_page_explains_why(self, client, bulk):
        poll, other = make_answered_poll(), make_poll("sans-reponse")
        address = (
            f"{reverse('wagtail_bulk_action', args=['polls', 'poll', 'delete'])}?id={poll.pk}&id={other.pk}"
            if bulk
            else reverse(f"{NAME}:delete", args=[poll.pk])
        )
        for ask in (client.get, client.post):
            page = ask(address, follow=True)
            assert page.status_code == 200
            assert "le vote est gardé" in page.text
            assert Poll.objects.count() == 2

    def test_poll_without_answers_can_be_deleted(self, client):
        client.post(reverse(f"{NAME}:delete", args=[make_poll().pk]))
        assert not Poll.objects.exists()

    def test_texts_of_an_open_poll_cannot_be_changed_and_stay_in_the_refused_form(self, client):
        for poll in (make_poll("libre"), make_answered_poll()):
            page = self.edit(client, poll, title="Autre", introduction="Un autre sens")
            assert page.status_code == 409
            assert "Un autre sens" in page.text
            poll.refresh_from_db()
            assert (poll.title, poll.introduction) == (f"Sondage {poll.slug}", "")

    def test_end_of_an_answered_poll_cannot_be_moved_into_the_past(self, client):
        poll = make_answered_poll()
        page = self.edit(client, poll, closes_at="24/11/2026 09:00").text
        assert "fin à venir" in page
        assert Poll.objects.get().closes_at == NOW + DAY

    def test_form_loaded_before_the_opening_is_refused_after_it(self, client, monkeypatch, editor):
        """The poll opens and is answered between loading and saving the form."""
        poll = make_poll(is_draft=True, opens_at=None)
        send = viewsets.PollEditView.dispatch

        def meanwhile(view, request, *args, **kwargs):
            if request.method == "POST":
                open_poll(poll=poll, by=editor, now=NOW, shown=BY_PROGRAM)
                Participation.objects.create(poll=poll, user=UserFactory())
            return send(view, request, *args, **kwargs)

        monkeypatch.setattr(viewsets.PollEditView, "dispatch", meanwhile)
        question = poll.questions.get()
        data = {
            **{"audience": "members", "ballot": "nominative", "results_shown": "at-end", "quorum": "1"},
            **{"questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 1, "questions-0-id": question.pk},
            "questions-0-DELETE": "on",
        }
        page = self.edit(client, poll, title="Un titre plus clair", **data)
        assert page.status_code == 409
        assert "entre-temps" in page.text
        assert "Un titre plus clair" in page.text
        after = Poll.objects.get()
        assert (after.is_draft, after.audience, after.quorum) == (False, "accounts", None)
        assert after.questions.exists()

    def test_log_contains_old_and_new_value_of_each_change(self, client, editor):
        poll = make_poll()
        self.edit(client, poll, closes_at="26/11/2026 13:00")
        close_poll(poll=poll, by=editor, now=NOW)
        entry, closing = ModelLogEntry.objects.filter(action__in=["polls.change", "polls.close"]).order_by(
            "timestamp", "pk"
        )
        assert not ModelLogEntry.objects.filter(action="wagtail.edit").exists(), (
            "that entry would be the same change without its values"
        )
        assert entry.user == editor
        assert entry.data["changes"] == {"closes_at": ["2026-11-25T12:00:00Z", "2026-11-26T12:00:00Z"]}
        assert closing.data["changes"] == {"closes_at": ["2026-11-26T12:00:00Z", "2026-11-24T12:00:00Z"]}
        history = client.get(reverse(f"{NAME}:history", args=[poll.pk])).text
        assert "25/11/2026 13:00 → 26/11/2026 13:00" in history

    def test_log_contains_changes_of_opening_and_withdrawal(self, editor):
        poll = make_poll(is_draft=True, opens_at=None)
        open_poll(poll=poll, by=editor, now=NOW, shown=BY_PROGRAM)
        withdraw_poll(poll=poll, by=editor, now=NOW)
        opened, withdrawn = ModelLogEntry.objects.filter(action__startswith="polls.").order_by("timestamp", "pk")
        there = {"is_draft": [True, False], "opens_at": [None, "2026-11-24T12:00:00Z"]}
        assert opened.data["changes"] == there
        assert withdrawn.data["changes"] == {name: values[::-1] for name, values in there.items()}


ATTACKS = {
    "quorum": lambda poll: Poll.objects.update(quorum=1),
    "share": lambda poll: Poll.objects.update(required_share=1),
    "title": lambda poll: Poll.objects.update(title="Autre chose ?"),
    "draft": lambda poll: Poll.objects.update(is_draft=True),
    "ballot": lambda poll: Poll.objects.update(ballot="nominative"),
    "poll": lambda poll: Poll.objects.filter(pk=poll.pk)._raw_delete("default"),
    "participation": lambda poll: Participation.objects.all().delete(),
    "participation moved": lambda poll: Participation.objects.update(poll=make_poll("autre")),
    "participation given": lambda poll: Participation.objects.update(user=UserFactory()),
    "seat": lambda poll: Participation.objects.update(voice="siege-1"),
    "question": lambda poll: Question.objects.filter(poll=poll)._raw_delete("default"),
    "question text": lambda poll: Question.objects.update(text="Autre chose ?"),
    "question moved": lambda poll: Question.objects.update(poll=make_poll("autre", kinds=())),
    "question added": lambda poll: Question.objects.create(poll=poll, text="Encore ?"),
    "choice": lambda poll: Choice.objects.order_by("pk").first().delete(),
    "choice text": lambda poll: Choice.objects.update(text="Autre chose"),
    "choice added": lambda poll: Choice.objects.create(question=poll.questions.get(), text="Encore"),
    "tally": lambda poll: SecretTally.objects.all().delete(),
}


class TestDatabase:
    """Database guard of votes. Uses `timezone.now()`, because the database clock is not stopped by the tests."""

    REFUSED = "A vote that has begun"

    def running(self, **fields):
        now = timezone.now()
        return make_answered_poll(opens_at=now - DAY, closes_at=now + DAY, **fields)

    def errors_of_attacks(self, poll):
        """Returns the error of the database for each attack on `poll`; each is rolled back before the next one."""
        found = {}
        for name, attack in ATTACKS.items():
            with undone():
                found[name] = shut(lambda attack=attack: attack(Poll.objects.get(pk=poll.pk)))
        return found

    def test_changes_are_refused_after_the_first_answer(self):
        found = {name: self.REFUSED in said for name, said in self.errors_of_attacks(self.running()).items()}
        assert_table(found, dict.fromkeys(ATTACKS, True))

    def test_changes_are_allowed_before_the_first_answer(self):
        now = timezone.now()
        found = self.errors_of_attacks(make_poll(opens_at=now - DAY, closes_at=now + DAY))
        found = {name: said for name, said in found.items() if name not in ("poll", "question")}
        assert_table(found, dict.fromkeys({*ATTACKS} - {"poll", "question"}, ""))

    def test_closed_poll_cannot_be_reopened(self):
        poll = self.running()
        later = timezone.now() + 2 * DAY
        assert shut(lambda: Poll.objects.update(closes_at=later)) == ""
        end(poll)
        assert self.REFUSED in shut(lambda: Poll.objects.update(closes_at=later))

    @pytest.mark.parametrize(("ballot", "kept"), [("secret", SecretTally), ("nominative", NominativeAnswer)])
    def test_answers_cannot_be_changed_or_deleted_after_the_end(self, ballot, kept):
        poll = self.running(ballot=ballot)
        name, value = {"secret": ("counts", {}), "nominative": ("answer", "1=1")}[ballot]
        assert shut(lambda: kept.objects.update(**{name: value})) == ""
        end(poll)
        assert self.REFUSED in shut(lambda: kept.objects.update(**{name: value}))
        assert self.REFUSED in shut(lambda: kept.objects.all().delete())

    def test_answers_cannot_be_added_after_the_end(self):
        """Turnout and quorum stay final, and so do agents' entries, which are not part of them."""
        now = timezone.now()
        poll, secret = (
            make_poll(ballot, ballot=ballot, opens_at=now - DAY, closes_at=now + DAY)
            for ballot in ("nominative", "secret")
        )
        first, second = (Participation.objects.create(poll=poll) for _ in range(2))
        question, secret_question = poll.questions.get(), secret.questions.get()

        def enter(number):
            return AgentEntry.objects.create(participation=first, poll=poll, key=str(number), origin="guichet")

        added = [
            lambda: Participation.objects.create(poll=poll),
            lambda: Participation.objects.bulk_create([Participation(poll=poll, user=UserFactory())]),
            lambda: NominativeAnswer.objects.create(participation=first, question=question, answer="1=1"),
            lambda: SecretTally.objects.create(question=secret_question),
            lambda: SecretTexts.objects.create(question=secret_question),
            lambda: enter(1),
        ]
        for add in added:
            with transaction.atomic():
                assert shut(add) == ""
                transaction.set_rollback(True)
        entry = AgentEntry.objects.create(participation=second, poll=poll, key="2", origin="guichet")
        end(poll)
        end(secret)
        moved = [entry.delete, lambda: AgentEntry.objects.update(participation=first)]
        for add in (*added, *moved):
            assert self.REFUSED in shut(add)

    @pytest.mark.parametrize("audience", ["accounts", "people-met"])
    def test_answer_refused_by_the_database_at_the_end_raises_poll_not_open(self, audience):
        """The poll is still open for the site but closed for the database, as if time passed between the two checks."""
        now = timezone.now()
        poll = make_poll(opens_at=now - 2 * DAY, closes_at=now - DAY, audience=audience)
        user = UserFactory(date_joined=now - 9 * DAY)
        user.verify_email()
        answers = {poll.questions.get().pk: {choice_ids(poll)[0]: 1}}
        earlier = {"poll": poll, "answers": answers, "now": now - 1.5 * DAY}

        def send():
            with pytest.raises(PollNotOpen):
                answer_poll(user=user, **earlier) if audience == "accounts" else count_sheet(**earlier)

        assert shut(send) == ""
        assert not Participation.objects.exists()

    def test_changed_entry_refused_by_the_database_at_the_end_raises_poll_not_open(self, editor_of):
        now = timezone.now()
        poll = make_poll(ballot="nominative", opens_at=now - 2 * DAY, closes_at=now - DAY)
        answers = {poll.questions.get().pk: {choice_ids(poll)[0]: 1}}
        earlier = {"agent": editor_of("Accueil"), "answers": answers, "now": now - 1.5 * DAY}
        entry = answer_for(poll=poll, name="Odile Martin", origin=Origin.DESK, **earlier)

        def change():
            with pytest.raises(PollNotOpen):
                change_answer_for(entry=entry, **earlier)

        assert shut(change) == ""

    def test_models_raise_protected_error_on_deletion(self):
        poll = self.running()
        with pytest.raises(ProtectedError):
            poll.delete()
        with pytest.raises(ProtectedError):
            poll.questions.get().delete()

    def test_users_can_answer_change_their_answer_and_delete_their_account(self):
        now = timezone.now()
        poll = make_poll(ballot="nominative", opens_at=now - DAY, closes_at=now + DAY)
        first, second, *_ = choice_ids(poll)
        user = UserFactory()
        user.verify_email()
        question = poll.questions.get().pk

        def journey():
            answer_poll(poll=poll, user=user, answers={question: {first: 1}}, now=timezone.now())
            answer_poll(poll=poll, user=user, answers={question: {second: 1}}, now=timezone.now())
            user.delete()
            close_poll(poll=poll, by=editor, now=timezone.now())

        editor = UserFactory(is_superuser=True)
        assert shut(journey) == ""
        assert Participation.objects.get().user is None
        assert NominativeAnswer.objects.get().answer == f"{second}=1"
