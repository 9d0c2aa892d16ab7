"""Before submitting a page, its author sees the mail to the second readers, and its recipients."""

import pytest
from wagtail.models import TaskState
from wagtail.users.models import UserProfile

from cms.models import NewsPage
from tests.cms.page_forms import add_url, news_form
from tests.cms.second_readings import fresh, read_url, send_url, submitted, text_of
from tests.cms.test_requirements import FAULTS, change, messages_of
from tests.factories import NewsPageFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


def test_mail_is_shown_with_its_recipients_before_it_is_sent(client, people, news, reading_required):
    author, reader, _coordinator = people
    client.force_login(author)
    shown = client.post(add_url(NewsPage, news), {**news_form(), "action-submit": "1"}, follow=True)
    page = NewsPage.objects.get(slug="trois-ateliers")
    words = text_of(shown)
    assert f"1 personne reçoit cet e-mail : {reader}" in words
    assert "À relire avant publication : « Trois ateliers gratuits »" in words
    assert (page.workflow_in_progress, list(outbox)) == (False, [])
    client.post(send_url(page), {"version": page.latest_revision_id})
    (mail_to_reader,) = outbox
    assert " ".join(mail_to_reader.body.replace("\xa0", " ").split()) in words


def test_page_shows_that_the_mail_has_no_recipients(client, people, news, reading_required):
    author, reader, _coordinator = people
    UserProfile.objects.create(user=reader, submitted_notifications=False)
    client.force_login(author)
    assert "Personne ne reçoit cet e-mail" in text_of(
        client.post(add_url(NewsPage, news), {**news_form(), "action-submit": "1"}, follow=True)
    )


def test_invalid_page_is_not_submitted(client, people, reading_required):
    author = people[0]
    page = NewsPageFactory(live=False, introduction="")
    change(page, [FAULTS["« »"]()])
    client.force_login(author)
    screen = client.get(send_url(page))
    assert "Rien n’est envoyé" in text_of(screen)
    client.post(send_url(page), {"version": fresh(page).latest_revision_id})
    assert not fresh(page).workflow_in_progress
    assert list(outbox) == []


def test_page_changed_after_the_mail_was_shown_is_not_submitted(client, people, reading_required):
    author = people[0]
    page = NewsPageFactory(live=False)
    seen = page.save_revision(user=author).pk
    page.save_revision(user=author)
    client.force_login(author)
    answer = client.post(send_url(page), {"version": seen}, follow=True)
    assert any("entre-temps" in words for _level, words in messages_of(answer))
    assert not fresh(page).workflow_in_progress


def test_pending_page_is_not_submitted_twice(client, people, reading_required):
    author = people[0]
    page = submitted(author)
    client.force_login(author)
    assert client.get(send_url(page)).url == read_url(page)
    client.post(send_url(page), {"version": page.latest_revision_id})
    assert TaskState.objects.count() == len(outbox) == 1


def test_screen_returns_404_without_permission_to_edit(client, reading_required, editor_of):
    client.force_login(editor_of("Accueil"))
    assert client.get(send_url(NewsPageFactory(live=False))).status_code == 404
