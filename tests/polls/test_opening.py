"""Polls are drafts until opened by hand or on a date, never without a question and two choices for each."""

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
from mailing.hooks import ON_TICK
from polls.admin.dashboard import PollsToOpenPanel
from polls.errors import PollIncomplete, PollNotDraft, PollNotToClose, PollNotToWithdraw
from polls.models import Poll, Question
from polls.services.answers import answer_poll
from polls.services.opening import close_poll, open_due_polls, open_poll, withdraw_poll
from tests.bulk import confirm, submit_edit
from tests.polls.factories import DAY, NOW, choice_ids, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]


@pytest.fixture
def editor(editor_of):
    return editor_of("Animation")


def make_draft(slug="borne", **fields):
    return make_poll(slug, **{"is_draft": True, "opens_at": None, **fields})


def reasons(poll):
    with pytest.raises(PollIncomplete) as refusal:
        open_poll(poll=poll, by=None, now=NOW, shown=BY_PROGRAM)
    assert Poll.objects.get(pk=poll.pk).is_draft
    return str(refusal.value)


class TestOpening:
    def test_complete_draft_opens_at_once_and_the_log_contains_the_user(self, editor):
        draft = make_draft(opens_at=NOW + DAY, closes_at=NOW + 9 * DAY)
        opened = open_poll(poll=draft, by=editor, now=NOW, shown=BY_PROGRAM)
        assert (opened.is_draft, opened.opens_at) == (False, NOW)
        assert opened in Poll.objects.open(NOW)
        assert ModelLogEntry.objects.get(action="polls.open").user == editor

    def test_opening_without_a_question_is_refused_with_an_explanation(self):
        assert "Ajoutez une question" in reasons(make_draft(kinds=()))

    def test_opening_with_fewer_than_two_choices_is_refused_by_question(self):
        said = reasons(make_draft(choices=1, kinds=("single", "points")))
        assert "« Question 0 ? »" in said.replace("\xa0", " ")
        assert "« Question 1 ? »" in said.replace("\xa0", " ")

    def test_opening_with_a_past_end_is_refused(self):
        assert "fin plus tardive" in reasons(make_draft(closes_at=NOW))

    def test_second_opening_is_refused(self, editor):
        draft = make_draft()
        open_poll(poll=draft, by=editor, now=NOW, shown=BY_PROGRAM)
        with pytest.raises(PollNotDraft):
            open_poll(poll=draft, by=editor, now=NOW + DAY / 2, shown=BY_PROGRAM)
        assert Poll.objects.get().opens_at == NOW

    def test_users_without_permission_cannot_open_close_or_withdraw_polls(self, user):
        for step, more in ((open_poll, {"shown": BY_PROGRAM}), (close_poll, {}), (withdraw_poll, {})):
            with pytest.raises(PermissionDenied):
                step(poll=make_draft(step.__name__), by=user, now=NOW, **more)


class TestDate:
    def test_due_complete_polls_are_opened_and_others_remain_drafts(self):
        due, incomplete, later = (
            make_draft("due", opens_at=NOW - DAY),
            make_draft("incomplet", opens_at=NOW - DAY, kinds=()),
            make_draft("plus-tard", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY),
        )
        assert open_due_polls(now=NOW) == 1
        assert list(Poll.objects.filter(is_draft=False)) == [due]
        assert set(Poll.objects.filter(is_draft=True)) == {incomplete, later}
        due.refresh_from_db()
        assert due.opens_at == NOW, "the time of the actual opening, not the planned one"

    def test_tick_opens_due_polls(self):
        from wagtail import hooks

        make_draft(opens_at=NOW)
        assert "1 polls opened" in [job(NOW) for job in hooks.get_hooks(ON_TICK) if job.__module__.startswith("polls")]

    def test_dashboard_lists_incomplete_polls_before_and_after_their_date(self, client, editor):
        make_draft("en-retard", opens_at=NOW - DAY / 2, kinds=())
        make_draft("bientot", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY, choices=1)
        make_draft("complet", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
        make_draft("sans-date", kinds=())
        client.force_login(editor)
        panel = client.get(reverse("wagtailadmin_home")).text.partition('id="sondages-a-completer"')[2]
        panel = panel.partition('id="sondages-qui-se-terminent"')[0]
        assert "Sondage en-retard" in panel
        assert "devait s’ouvrir" in panel
        assert "Ajoutez une question" in panel
        assert "Sondage bientot" in panel
        assert "Sondage complet" not in panel
        assert "Sondage sans-date" not in panel

    def test_number_of_queries_of_the_dashboard_does_not_depend_on_the_drafts(self, editor, django_assert_num_queries):
        for number in range(3):
            make_draft(f"bientot-{number}", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY, choices=1)
        with django_assert_num_queries(3):
            assert len(PollsToOpenPanel(editor, NOW).work().tasks) == 3


class TestClosing:
    def test_closed_poll_has_public_results(self, client, editor):
        poll = make_poll()
        close_poll(poll=poll, by=editor, now=NOW)
        assert client.get(reverse("polls:results", args=[poll.slug])).context["charts"] is not None
        with pytest.raises(PollNotToClose):
            close_poll(poll=poll, by=editor, now=NOW)

    def test_refusal_to_close_a_poll_has_no_button_to_try_again(self, client, editor):
        client.force_login(editor)
        url = reverse("wagtailsnippets_polls_poll:close", args=[make_draft().pk])
        answer = client.post(url)
        assert (answer.status_code, "il ne peut pas être fermé" in answer.text) == (422, True)
        assert f'action="{url}"' not in answer.text

    def test_withdrawn_poll_is_a_draft_without_automatic_opening(self, editor):
        poll = make_poll()
        withdraw_poll(poll=poll, by=editor, now=NOW)
        assert open_due_polls(now=NOW) == 0
        assert not Poll.objects.published(NOW).exists()

    def test_answered_closed_and_draft_polls_cannot_be_withdrawn(self, editor, user):
        answered, over = make_poll(), make_poll("fini", opens_at=NOW - 2 * DAY, closes_at=NOW - DAY)
        answer_poll(
            poll=answered,
            user=user,
            answers={answered.questions.get().pk: {choice_ids(answered)[0]: 1}},
            now=NOW,
        )
        for poll in (answered, over, make_draft()):
            with pytest.raises(PollNotToWithdraw):
                withdraw_poll(poll=poll, by=editor, now=NOW)


class TestLeaks:
    """Drafts are not public, whatever their dates: public views use `published`."""

    PAGES = ("/sondages/", "/recherche/?q=cigogne", "/sitemap.xml", "/donnees-ouvertes/sondages.csv")
    OVER = {"opens_at": NOW - 9 * DAY, "closes_at": NOW - DAY}

    def shows_the_poll(self, client, url):
        response = client.get(url)
        return "cigogne/" in (response.getvalue().decode() if response.streaming else response.text)

    @pytest.mark.parametrize("url", PAGES)
    @pytest.mark.parametrize("dates", [{}, {"opens_at": NOW - DAY}, OVER, {"closes_at": NOW + 2 * DAY}])
    def test_draft_is_absent_from_public_pages_that_list_published_polls(self, client, url, dates):
        draft = make_draft("cigogne", **dates)
        assert not self.shows_the_poll(client, url)
        Poll.objects.filter(pk=draft.pk).update(is_draft=False, **self.OVER)
        cache.clear()
        assert self.shows_the_poll(client, url)

    @pytest.mark.parametrize("name", ["poll", "paper_form", "results", "results_table"])
    @pytest.mark.parametrize("group", [None, "Animation"])
    def test_pages_of_a_draft_return_404(self, client, editor_of, name, group):
        make_draft("cigogne", opens_at=NOW - DAY)
        if group:
            client.force_login(editor_of(group))
        assert client.get(reverse(f"polls:{name}", args=["cigogne"])).status_code == 404

    def test_choosers_list_published_polls_only(self, client, editor_of):
        make_draft("cigogne", opens_at=NOW - DAY)
        make_poll("bretzel")
        client.force_login(editor_of("Rédaction"))
        chooser = Poll.snippet_viewset.chooser_viewset
        for name in ("choose", "choose_results"):
            page = client.get(reverse(f"{chooser.name}:{name}")).content.decode()
            assert "bretzel" in page
            assert "Ouvert jusqu" in page
            assert "cigogne" not in page


def rows(*questions):
    """Returns form data of `questions`: for each its text and the texts of its choices."""
    data = {"questions-TOTAL_FORMS": len(questions), "questions-INITIAL_FORMS": 0}
    for number, (text, *choices) in enumerate(questions):
        prefix = f"questions-{number}"
        data |= {
            f"{prefix}-id": "",
            f"{prefix}-ORDER": number + 1,
            f"{prefix}-text": text,
            f"{prefix}-kind": "single",
            f"{prefix}-max_choices": "",
            f"{prefix}-points": 10,
            f"{prefix}-choices-TOTAL_FORMS": len(choices),
            f"{prefix}-choices-INITIAL_FORMS": 0,
        }
        data |= {f"{prefix}-choices-{index}-id": "" for index in range(len(choices))}
        data |= {f"{prefix}-choices-{index}-text": choice for index, choice in enumerate(choices)}
    return data


def form(*questions, **fields):
    return {
        "title": "Où placer la borne ?",
        "introduction": "",
        "audience": "accounts",
        "ballot": "secret",
        "results_shown": "at-end",
        "opens_at": "",
        "closes_at": "24/12/2026 08:00",
        **rows(*questions),
        **fields,
    }


class TestForm:
    add = "wagtailsnippets_polls_poll:add"

    @pytest.fixture(autouse=True)
    def _signed_in(self, client, editor):
        client.force_login(editor)

    def edit(self, poll):
        return reverse("wagtailsnippets_polls_poll:edit", args=[poll.pk])

    def test_form_creates_a_draft_with_its_questions_and_choices(self, client):
        client.post(reverse(self.add), form(("Quel lieu ?", "La mairie", "La gare"), ("Quand ?", "Lundi", "Mardi", "")))
        poll = Poll.objects.get()
        assert poll.is_draft
        assert [
            [question.text, *question.choices.values_list("text", flat=True)] for question in poll.questions.all()
        ] == [["Quel lieu ?", "La mairie", "La gare"], ["Quand ?", "Lundi", "Mardi"]]

    def test_draft_is_saved_without_a_question_and_the_page_lists_what_is_missing(self, client):
        page = client.post(reverse(self.add), form(("", "", "")), follow=True).content.decode()
        assert not Question.objects.exists()
        assert "Ajoutez une question" in page
        assert reverse("wagtailsnippets_polls_poll:open", args=[Poll.objects.get().pk]) in page

    def test_refused_form_preserves_filled_in_and_empty_rows(self, client):
        page = client.post(reverse(self.add), form(("Quel lieu ?", "", ""), ("", "", ""), closes_at="")).text
        assert "Quel lieu ?" in page
        assert not Poll.objects.exists()

    def test_choices_without_a_question_are_refused(self, client):
        response = client.post(reverse(self.add), form(("", "La mairie", "La gare")))
        assert response.status_code == 200
        assert not Poll.objects.exists()

    def test_slug_follows_the_title_until_the_opening(self, client):
        make_poll("ou-placer-la-borne")
        client.post(reverse(self.add), form(("Quel lieu ?", "La mairie", "La gare")))
        draft = Poll.objects.get(title="Où placer la borne ?")
        assert draft.slug == "ou-placer-la-borne-2"
        submit_edit(client, self.edit(draft), form(title="Quel lieu pour la borne ?"))
        draft.refresh_from_db()
        assert draft.slug == "quel-lieu-pour-la-borne"

    def test_form_of_an_open_poll_changes_its_end_only(self, client):
        poll = make_poll()
        data = form(("Autre ?", "A", "B"), audience="members", ballot="nominative", opens_at="25/11/2026 08:00")
        assert submit_edit(client, self.edit(poll), data).status_code == 409
        submit_edit(client, self.edit(poll), {"closes_at": data["closes_at"]})
        changed = Poll.objects.get()
        assert changed.title == poll.title
        assert changed.closes_at > poll.closes_at
        assert (changed.audience, changed.ballot, changed.opens_at) == (poll.audience, poll.ballot, poll.opens_at)
        assert changed.questions.get().text == "Question 0 ?"

    def test_closed_poll_cannot_be_reopened(self, client):
        poll = make_poll("fini", opens_at=NOW - 9 * DAY, closes_at=NOW - DAY)
        assert submit_edit(client, self.edit(poll), {"closes_at": "24/12/2026 08:00"}).status_code == 409
        assert Poll.objects.get().closes_at == NOW - DAY

    def test_end_before_the_opening_is_refused(self, client):
        page = client.post(reverse(self.add), form(opens_at="25/12/2026 08:00")).text
        assert "fin qui vient après le début" in page
        assert not Poll.objects.exists()

    def test_preview_shows_the_questions_of_voters(self, client):
        address = reverse("wagtailsnippets_polls_poll:preview_on_add")
        data = form(("Quel lieu ?", "La mairie", "La gare"), ("Quand ?", "Lundi", "Mardi"))
        assert client.post(address, data).json() == {"is_valid": True, "is_available": True}
        page = client.get(f"{address}?in_preview_panel=true").text
        assert page.count('type="radio"') == 4
        assert "La médiathèque" not in page
        assert "disabled" in page.partition('id="repondre"')[2][:20]
        assert not Poll.objects.exists()

    def test_list_and_form_link_to_the_available_steps(self, client):
        steps = {
            make_draft("brouillon"): ["open"],
            make_poll("ouvert"): ["close"],
            make_poll("fini", opens_at=NOW - 9 * DAY, closes_at=NOW - DAY): [],
        }
        results = reverse("polls:results", args=["fini"])
        listed = client.get(reverse("wagtailsnippets_polls_poll:list")).text
        assert results in listed
        for poll, names in steps.items():
            page = client.get(self.edit(poll)).text
            for name in names:
                step = reverse(f"wagtailsnippets_polls_poll:{name}", args=[poll.pk])
                assert step in page
                assert step in listed
        assert results in client.get(self.edit(poll)).text

    def test_each_step_requires_a_confirmation(self, client):
        poll = make_draft()
        steps = [("open", False), ("withdraw", True), ("open", False), ("close", False)]
        for hour, (name, is_draft) in enumerate(steps, 1):
            address = reverse(f"wagtailsnippets_polls_poll:{name}", args=[poll.pk])
            before = Poll.objects.values().get()
            assert 'method="post"' in client.get(address).text
            assert Poll.objects.values().get() == before
            with time_machine.travel(NOW + hour * DAY / 24, tick=False):
                assert confirm(client, address).url == self.edit(poll)
            assert Poll.objects.get().is_draft is is_draft
        assert Poll.objects.get().closes_at == NOW + 4 * DAY / 24

    def test_incomplete_draft_cannot_be_opened_and_the_page_explains_why(self, client):
        address = reverse("wagtailsnippets_polls_poll:open", args=[make_draft(kinds=()).pk])
        assert "Ajoutez une question" in client.get(address).text
        refused = client.post(address)
        assert refused.status_code == 422
        assert "Ajoutez une question" in refused.text
        assert Poll.objects.get().is_draft
