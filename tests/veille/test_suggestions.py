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
TOLD = {"url": URL, "title": "Gand ouvre ses données", "place": "Gand", "note": "Tout le monde les lit."}


def told_by(user, **changes):
    return suggest(author=user, now=NOW, **({**TOLD, "thanks_by_name": False} | changes))


def published(item, **changes):
    """Creates a published example from `item`, as an editor does."""
    entry = VeilleEntryPageFactory(source_url=item.url, live=False)
    ReadingItem.objects.filter(pk=item.pk).update(state=ReadingItem.State.ENTRY, entry=entry, decided_at=NOW, **changes)
    entry.save_revision().publish()
    return entry


def test_a_resident_suggests_an_example_and_sees_where_it_stands(client, user):
    assert FORM in client.get("/veille/").content.decode()
    assert 'name="email"' in client.get(FORM).content.decode()
    client.force_login(user)
    sent = client.post(FORM, TOLD | {"thanks_by_name": "on"})
    assert sent.headers["Location"] == OWN
    assert "Merci. L’équipe lit votre exemple" in client.get(OWN).content.decode()
    item = ReadingItem.objects.get()
    assert (item.suggested_by, item.state, item.is_suggestion) == (user, ReadingItem.State.NEW, True)
    assert (item.url, item.title, item.place, item.thanks_by_name) == (URL, TOLD["title"], "Gand", True)
    assert "En attente de lecture" in client.get(OWN).content.decode()
    assert OWN in client.get(reverse("accounts:home")).content.decode()
    client.force_login(UserFactory())
    assert TOLD["title"] not in client.get(OWN).content.decode()


def test_who_is_not_signed_in_sends_nothing(client):
    assert client.post(FORM, TOLD).status_code == 200
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
def test_what_is_missing_or_wrong_is_said_at_its_field(client, user, field, value):
    client.force_login(user)
    assert field in client.post(FORM, TOLD | {field: value}).context["form"].errors
    assert not ReadingItem.objects.exists()


@pytest.mark.parametrize(
    "url", [URL, f"{URL}/", URL.replace("https", "http"), f"{URL}#haut", URL.replace("www", "WWW")]
)
def test_the_source_of_an_example_is_told_with_the_way_to_it(client, user, url):
    entry = VeilleEntryPageFactory(title="Gand", source_url=URL)
    client.force_login(user)
    page = client.post(FORM, TOLD | {"url": url})
    assert "Nous avons déjà cet exemple." in page.content.decode()
    assert f'href="{entry.url}"' in page.content.decode()
    assert not ReadingItem.objects.exists()


def test_a_draft_of_an_example_is_told_without_its_name(client, user):
    VeilleEntryPageFactory(title="Brouillon secret", source_url=URL, live=False)
    client.force_login(user)
    page = client.post(FORM, TOLD).content.decode()
    assert "Cette page nous a déjà été signalée." in page
    assert "Brouillon secret" not in page


def test_the_same_page_is_stored_once(client, user):
    first = told_by(user)
    assert told_by(user, url=f"{URL}#bas", title="Encore") == first
    client.force_login(UserFactory())
    assert "Cette page nous a déjà été signalée." in client.post(FORM, TOLD).content.decode()
    assert ReadingItem.objects.count() == 1


def test_one_person_suggests_so_many_a_day(client, user):
    for number in range(SUGGESTIONS_PER_DAY):
        told_by(user, url=f"{URL}/{number}")
    client.force_login(user)
    assert "envoyez-le demain" in client.post(FORM, TOLD).content.decode()
    ReadingItem.objects.update(found_at=NOW - dt.timedelta(days=2))
    assert client.post(FORM, TOLD).status_code == 302


def mails():
    sent = Message.objects.filter(kind="veille.suggestion-answered")
    return [(message.to_email, message.payload["subject"]) for message in sent]


def test_one_mail_says_that_the_example_is_published(client, user):
    item = told_by(user)
    entry = published(item)
    assert mails() == [(user.email, "L’exemple que vous avez proposé est publié")]
    entry.save_revision().publish()
    assert len(mails()) == 1
    client.force_login(user)
    assert entry.url in client.get(OWN).content.decode()


def test_one_mail_says_why_it_was_set_aside_and_none_follows(client, user):
    item, editor = told_by(user), UserFactory()
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
    assert "La page vend quelque chose." not in client.get(OWN).content.decode()


@pytest.mark.parametrize("agreed", [True, False])
def test_the_example_thanks_by_name_who_agreed(client, user, agreed):
    entry = published(told_by(user, thanks_by_name=agreed))
    assert (user.public_name in client.get(entry.url).content.decode()) is agreed


def test_the_person_gets_it_with_her_data_and_it_goes_with_her_account(client, user):
    waiting, made = told_by(user), told_by(user, url=f"{URL}/2", thanks_by_name=True)
    entry = published(made)
    assert TOLD["note"] in export_as_json(user)
    lines = " ".join(str(line.text) for line in erasure_summary_of(user))
    assert "1 exemple que vous avez proposé" in lines
    assert "1 exemple tiré de votre proposition" in lines
    erase_declared(user, NOW)
    assert not ReadingItem.objects.filter(pk=waiting.pk).exists()
    assert ReadingItem.objects.get(pk=made.pk).note == ""
    assert user.public_name not in client.get(entry.url).content.decode()


def test_who_suggested_is_forgotten_a_year_after_the_decision_unless_the_example_thanks(user):
    old = NOW - dt.timedelta(days=366)
    waiting, aside, thanked = (told_by(user, url=f"{URL}/{number}") for number in range(3))
    published(thanked, thanks_by_name=True)
    ReadingItem.objects.filter(pk=aside.pk).update(state=ReadingItem.State.SET_ASIDE)
    ReadingItem.objects.update(found_at=old)
    ReadingItem.objects.exclude(pk=waiting.pk).update(decided_at=old)
    assert [forget_suggesters(now=NOW), forget_suggesters(now=NOW)] == [1, 0]
    with_author = ReadingItem.objects.exclude(suggested_by=None)
    assert {item.pk for item in with_author} == {waiting.pk, thanked.pk}
