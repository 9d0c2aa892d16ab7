"""Suggestions of examples by residents: accepted, already known, messages to the user, retention."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.exports.personal_data import erasure_summary_of, export_as_json
from accounts.services.erasure import erase_declared
from mailing.models import Message
from tests.factories import UserFactory, VeilleEntryPageFactory
from veille.errors import ReasonMissing
from veille.models import ReadingItem
from veille.services.items import keep, set_aside
from veille.services.suggestions import SUGGESTIONS_PER_DAY, forget_suggesters, suggest

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
FORM, OWN = reverse("veille:suggest"), reverse("veille:suggestions")
URL = "https://www.gent.be/donnees"
SUGGESTION = {"url": URL, "title": "Gand ouvre ses données", "place": "Gand", "note": "Tout le monde les lit."}


def suggest_as(user, **changes):
    return suggest(author=user, now=NOW, **({**SUGGESTION, "thanks_by_name": False} | changes))


def published(item, **changes):
    """Creates a published example from `item`, as an editor does."""
    entry = VeilleEntryPageFactory(source_url=item.url, live=False)
    ReadingItem.objects.filter(pk=item.pk).update(state=ReadingItem.State.ENTRY, entry=entry, decided_at=NOW, **changes)
    entry.save_revision().publish()
    return entry


def test_user_suggests_an_example_and_sees_its_state(client, user):
    assert FORM in client.get("/veille/").content.decode()
    assert 'name="email"' in client.get(FORM).content.decode()
    client.force_login(user)
    sent = client.post(FORM, SUGGESTION | {"thanks_by_name": "on"})
    assert sent.headers["Location"] == OWN
    assert "Merci. L’équipe lit votre exemple" in client.get(OWN).content.decode()
    item = ReadingItem.objects.get()
    assert (item.suggested_by, item.state, item.is_suggestion) == (user, ReadingItem.State.NEW, True)
    assert (item.url, item.title, item.place, item.thanks_by_name) == (URL, SUGGESTION["title"], "Gand", True)
    assert "En attente de lecture" in client.get(OWN).content.decode()
    assert OWN in client.get(reverse("accounts:home")).content.decode()
    client.force_login(UserFactory())
    assert SUGGESTION["title"] not in client.get(OWN).content.decode()


def test_anonymous_suggestion_is_not_saved(client):
    assert client.post(FORM, SUGGESTION).status_code == 200
    assert not ReadingItem.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", ""),
        ("url", "javascript:alert(1)"),
        ("url", "ftp://exemple.example/"),
        ("title", " "),
        ("note", ""),
        ("note", "x" * 501),
        ("website", "x"),
    ],
)
def test_invalid_field_shows_an_error(client, user, field, value):
    client.force_login(user)
    assert field in client.post(FORM, SUGGESTION | {field: value}).context["form"].errors
    assert not ReadingItem.objects.exists()


@pytest.mark.parametrize(
    "url", [URL, f"{URL}/", URL.replace("https", "http"), f"{URL}#haut", URL.replace("www", "WWW")]
)
def test_url_of_a_published_example_is_refused_with_a_link_to_it(client, user, url):
    entry = VeilleEntryPageFactory(title="Gand", source_url=URL)
    client.force_login(user)
    page = client.post(FORM, SUGGESTION | {"url": url})
    assert "Nous avons déjà cet exemple." in page.content.decode()
    assert f'href="{entry.url}"' in page.content.decode()
    assert not ReadingItem.objects.exists()


def test_url_of_a_draft_is_refused_without_its_title(client, user):
    VeilleEntryPageFactory(title="Brouillon secret", source_url=URL, live=False)
    client.force_login(user)
    page = client.post(FORM, SUGGESTION).content.decode()
    assert "Cette page nous a déjà été signalée." in page
    assert "Brouillon secret" not in page


def test_same_url_is_stored_once(client, user):
    first = suggest_as(user)
    assert suggest_as(user, url=f"{URL}#bas", title="Encore") == first
    client.force_login(UserFactory())
    assert "Cette page nous a déjà été signalée." in client.post(FORM, SUGGESTION).content.decode()
    assert ReadingItem.objects.count() == 1


def test_another_note_about_the_same_page_is_refused_and_remains(client, user):
    client.force_login(user)
    for _twice in range(2):
        assert client.post(FORM, SUGGESTION).status_code == 302
    page = client.post(FORM, SUGGESTION | {"note": "Un avis précieux"}).content.decode()
    assert "Cette page nous a déjà été signalée." in page
    assert "Un avis précieux" in page
    assert ReadingItem.objects.get().note == SUGGESTION["note"]


def test_suggestions_are_limited_per_day(client, user):
    for number in range(SUGGESTIONS_PER_DAY):
        suggest_as(user, url=f"{URL}/{number}")
    client.force_login(user)
    assert "envoyez-le demain" in client.post(FORM, SUGGESTION).content.decode()
    ReadingItem.objects.update(found_at=NOW - dt.timedelta(days=2))
    assert client.post(FORM, SUGGESTION).status_code == 302


def mails():
    sent = Message.objects.filter(kind="veille.suggestion-answered")
    return [(message.to_email, message.payload["subject"]) for message in sent]


def test_publication_is_mailed_once_to_the_suggester(client, user):
    item = suggest_as(user)
    entry = published(item)
    assert mails() == [(user.email, "L’exemple que vous avez proposé est publié")]
    entry.save_revision().publish()
    assert len(mails()) == 1
    client.force_login(user)
    assert entry.url in client.get(OWN).content.decode()


def test_setting_aside_is_mailed_once_with_its_reason(client, user):
    item, editor = suggest_as(user), UserFactory()
    with pytest.raises(ReasonMissing):
        set_aside(item=item, by=editor, now=NOW)
    set_aside(item=item, by=editor, now=NOW, reason=ReadingItem.Reason.ADVERTISING)
    keep(item=item, by=editor, now=NOW)
    set_aside(item=item, by=editor, now=NOW, reason=ReadingItem.Reason.KNOWN)
    (message,) = Message.objects.filter(kind="veille.suggestion-answered")
    assert "La page vend quelque chose." in message.payload["text"]
    published(item)
    assert len(mails()) == 1
    client.force_login(user)
    page = client.get(OWN).content.decode()
    assert URL in page
    assert "La page vend quelque chose." not in page


@pytest.mark.parametrize("agreed", [True, False])
def test_example_thanks_by_name_only_if_agreed(client, user, agreed):
    entry = published(suggest_as(user, thanks_by_name=agreed))
    assert (user.public_name in client.get(entry.url).content.decode()) is agreed


def test_suggestions_are_exported_and_erased_with_the_account(client, user):
    waiting, made = suggest_as(user), suggest_as(user, url=f"{URL}/2", thanks_by_name=True)
    entry = published(made)
    assert SUGGESTION["note"] in export_as_json(user)
    lines = " ".join(str(line.text) for line in erasure_summary_of(user))
    assert "1 exemple que vous avez proposé" in lines
    assert "1 exemple tiré de votre proposition" in lines
    erase_declared(user, NOW)
    assert not ReadingItem.objects.filter(pk=waiting.pk).exists()
    assert ReadingItem.objects.get(pk=made.pk).note == ""
    assert user.public_name not in client.get(entry.url).content.decode()


def test_suggesters_are_removed_after_a_year_unless_thanked(user):
    old = NOW - dt.timedelta(days=366)
    waiting, aside, thanked = (suggest_as(user, url=f"{URL}/{number}") for number in range(3))
    published(thanked, thanks_by_name=True)
    ReadingItem.objects.filter(pk=aside.pk).update(state=ReadingItem.State.SET_ASIDE)
    ReadingItem.objects.update(found_at=old)
    ReadingItem.objects.exclude(pk=waiting.pk).update(decided_at=old)
    assert [forget_suggesters(now=NOW), forget_suggesters(now=NOW)] == [1, 0]
    with_author = ReadingItem.objects.exclude(suggested_by=None)
    assert {item.pk for item in with_author} == {waiting.pk, thanked.pk}
