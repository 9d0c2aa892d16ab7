"""List « À lire » and sources in the admin: decisions of editors and their effects."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from common.retention import erase_due
from mailing.models import Message
from tests.bulk import press, shown, submit_edit
from tests.factories import ReadingItemFactory, SourceFactory, ThemeFactory
from tests.hostile import TEXTS
from tests.veille.test_outlines import opml
from veille.errors import ItemDecided
from veille.models import ReadingItem, Source, VeilleEntryPage
from veille.personal_data import PERSONAL_DATA
from veille.services.items import keep, set_aside

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]
LIST, SOURCES = "/admin/a-lire/", "/admin/sources/"
DECIDE = "/admin/bulk/veille/readingitem/{}/?id={}"
NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def editor(client, editor_of):
    user = editor_of("Rédaction")
    client.force_login(user)
    return user


def values(**more):
    return {
        "title": "Un guichet à Gand",
        "place": "Gand",
        "year": 2024,
        "lesson": "Une idée.",
        "introduction": "Un guichet.",
        **more,
    }


def test_list_is_filtered_by_state_and_searched(client, editor):
    waiting = ReadingItemFactory(title="Un guichet à Gand", text="Avec des bénévoles")
    ReadingItemFactory(title="Un budget", state=ReadingItem.State.SET_ASIDE)
    page = client.get(f"{LIST}?state=new").content.decode()
    assert "Un guichet à Gand" in page
    assert "Un budget" not in page
    assert waiting.title in client.get(f"{LIST}?q=bénévoles").content.decode()
    assert "Un budget" in client.get(f"{LIST}?state=set_aside").content.decode()


@pytest.mark.parametrize("group", ["Modération", "Services", "Accueil", "Secrétariat"])
def test_other_groups_have_no_access(client, editor_of, group):
    item = ReadingItemFactory()
    client.force_login(editor_of(group))
    for url in (LIST, SOURCES, DECIDE.format("keep", item.pk), f"/admin/a-lire/exemple/{item.pk}/"):
        answer = client.get(url)
        assert answer.status_code in (302, 403, 404), url
        assert item.title not in answer.content.decode()
    assert client.post(DECIDE.format("keep", item.pk)).status_code in (302, 403, 404)
    item.refresh_from_db()
    assert item.state == "new"


def test_items_are_kept_or_set_aside_in_bulk(client, editor):
    first, second, third = ReadingItemFactory.create_batch(3)
    press(client, DECIDE.format("keep", first.pk) + f"&id={second.pk}")
    press(client, DECIDE.format("set_aside", third.pk))
    assert list(ReadingItem.objects.order_by("pk").values_list("state", "decided_by")) == [
        ("kept", editor.pk),
        ("kept", editor.pk),
        ("set_aside", editor.pk),
    ]


def test_item_that_arrives_while_all_are_selected_is_not_decided_unread(client, editor):
    first = ReadingItemFactory()
    url = DECIDE.format("set_aside", "all")
    opened = client.get(url)
    late = ReadingItemFactory(title="Canari")
    answer = client.post(url, {"shown": shown(opened)})
    assert answer.status_code == 409
    assert "Canari" in answer.content.decode()
    assert set(ReadingItem.objects.values_list("state", flat=True)) == {"new"}
    client.post(url, {"shown": shown(answer)})
    assert set(ReadingItem.objects.filter(pk__in=[first.pk, late.pk]).values_list("state", flat=True)) == {"set_aside"}


def test_bulk_action_lists_items_that_were_already_decided(client, editor, monkeypatch):
    mine, decided, raced = (ReadingItemFactory(title=title) for title in ("Un", "Deux", "Trois"))
    ReadingItem.objects.filter(pk=decided.pk).update(state="set_aside")

    def set_aside_after_another(*, item, **decision):
        if item == raced:
            ReadingItem.objects.filter(pk=raced.pk).update(state="set_aside")
        set_aside(item=item, **decision)

    monkeypatch.setattr("veille.admin.decisions.set_aside", set_aside_after_another)
    url = DECIDE.format("set_aside", mine.pk) + f"&id={decided.pk}&id={raced.pk}&next={LIST}"
    sentences = [str(one) for one in press(client, url, follow=True).context["messages"]]
    assert "1 élément est écarté." in sentences[0]
    assert "2 éléments" in sentences[1]
    assert "Deux" in sentences[1]
    assert "Trois" in sentences[1]
    assert "«\xa0Un\xa0»" not in sentences[1]
    sentences = [str(one) for one in press(client, url, follow=True).context["messages"]]
    assert "3 éléments" in " ".join(sentences), "nothing was left to decide about"


def test_setting_a_suggestion_aside_needs_a_reason_and_sends_a_mail(client, editor, user):
    item = ReadingItemFactory(source=None, suggested_by=user)
    url = DECIDE.format("set_aside", item.pk)
    assert 'name="reason"' in client.get(url).content.decode()
    press(client, url)
    item.refresh_from_db()
    assert item.state == "new"
    press(client, url, {"reason": "advertising"})
    item.refresh_from_db()
    assert (item.state, item.reason) == ("set_aside", "advertising")
    assert Message.objects.filter(to_email=user.email).count() == 1


def test_concurrent_decision_raises_item_decided(editor):
    item = ReadingItemFactory()
    same = ReadingItem.objects.get(pk=item.pk)
    keep(item=item, by=editor, now=NOW)
    with pytest.raises(ItemDecided):
        keep(item=same, by=editor, now=NOW)


def test_draft_of_an_example_is_prefilled_from_the_item(client, editor):
    theme = ThemeFactory()
    source = SourceFactory(theme=theme)
    item = ReadingItemFactory(source=source, language="nl", place="Gand", dated_at=NOW, title="Een loket")
    page = client.get(f"/admin/a-lire/exemple/{item.pk}/").content.decode()
    assert all(f'value="{value}"' in page for value in ("Een loket", "Gand"))
    assert 'value="2026"' not in page, "the year of the text is not the one in which it began"
    answer = client.post(f"/admin/a-lire/exemple/{item.pk}/", values(theme=theme.pk, lesson="", place=""))
    entry = VeilleEntryPage.objects.get()
    assert answer.url == f"/admin/pages/{entry.pk}/edit/"
    assert (entry.live, entry.source_url, entry.source_title) == (False, item.url, "Een loket")
    assert (entry.source_language, entry.source_seen_on, entry.theme) == ("nl", timezone.localdate(), theme)
    assert (entry.lesson, entry.owner) == ("", editor)
    item.refresh_from_db()
    assert (item.state, item.entry) == ("entry", entry)
    client.post(f"/admin/a-lire/exemple/{item.pk}/", values(theme=theme.pk))
    assert VeilleEntryPage.objects.count() == 1


def test_example_is_published_only_if_complete(client, editor):
    theme = ThemeFactory()
    item = ReadingItemFactory()
    url = f"/admin/a-lire/exemple/{item.pk}/"
    answer = client.post(url, values(theme=theme.pk, lesson="", publish="1"))
    assert answer.status_code == 422
    assert not VeilleEntryPage.objects.exists()
    answer = client.post(url, values(theme=theme.pk, publish="1"), follow=True)
    assert VeilleEntryPage.objects.published().get().reading_items.get() == item
    text = answer.text
    assert "n’a pas encore de fait" in text, "neither what was done nor what it changes is asked here"
    assert VeilleEntryPage.objects.get().url in text


def test_item_without_url_cannot_be_published(client, editor):
    item = ReadingItemFactory(url="")
    theme = ThemeFactory()
    answer = client.post(f"/admin/a-lire/exemple/{item.pk}/", values(theme=theme.pk, publish="1"))
    assert answer.status_code == 422
    assert not VeilleEntryPage.objects.exists()
    item.refresh_from_db()
    assert item.state == "new"


def test_item_whose_draft_was_deleted_can_become_a_draft_again(client, editor):
    item = ReadingItemFactory(state=ReadingItem.State.ENTRY)
    theme = ThemeFactory()
    client.post(f"/admin/a-lire/exemple/{item.pk}/", values(theme=theme.pk))
    item.refresh_from_db()
    assert item.entry


def test_texts_of_feeds_are_escaped_in_the_admin(client, editor):
    for text in TEXTS.values():
        text = text.replace("\0", "").replace("\ufffe", "").replace("\uffff", "")
        ReadingItemFactory(title=text[:300], text=text, source__error=text[:500], source__name=text[:120])
    item = ReadingItem.objects.get(title=TEXTS["end of an element"])
    details = [f"{LIST}inspect/{item.pk}/", f"/admin/a-lire/exemple/{item.pk}/", DECIDE.format("keep", item.pk)]
    for url in (LIST, SOURCES, *details):
        page = client.get(url).content
        assert b"svg onload=alert" in page
        assert b"<script>alert" not in page
        assert b"<svg onload" not in page


def test_texts_set_aside_are_erased_after_90_days_and_keys_remain():
    old = ReadingItemFactory(state="set_aside", text="Texte", decided_at=NOW - dt.timedelta(days=91))
    recent = ReadingItemFactory(state="set_aside", text="Texte", decided_at=NOW - dt.timedelta(days=89))
    kept_item = ReadingItemFactory(state="kept", text="Texte", decided_at=NOW - dt.timedelta(days=91))
    assert erase_due(PERSONAL_DATA, now=NOW)["veille.texts"] == 1
    texts = dict(ReadingItem.objects.values_list("pk", "text"))
    assert texts == {old.pk: "", recent.pk: "Texte", kept_item.pk: "Texte"}
    assert ReadingItem.objects.get(pk=old.pk).key == old.key


def test_source_is_read_by_the_worker_only(client, editor, monkeypatch, outside):
    rung = []
    monkeypatch.setattr("veille.services.sources.ring_on_commit", rung.append)
    source = SourceFactory(next_reading_at=NOW + dt.timedelta(days=900))
    client.post(f"/admin/sources/lire/{source.pk}/")
    source.refresh_from_db()
    assert source.next_reading_at <= timezone.now()
    assert rung == ["veille.tasks.read"]
    assert outside.asked == []
    client.post(f"/admin/sources/suspendre/{source.pk}/")
    assert not Source.objects.due(timezone.now()).exists()
    Source.objects.update(failures=5, error="Panne", failing_since=NOW)
    client.post(f"/admin/sources/reprendre/{source.pk}/")
    assert Source.objects.due(timezone.now()).get().failures == 0
    assert client.get(f"/admin/sources/nimporte/{source.pk}/").status_code == 404


def test_changing_the_url_resets_the_state_of_the_source(client, editor):
    source = SourceFactory(etag='"v1"', failures=3, error="Panne", failing_since=NOW)
    submit_edit(client, f"/admin/sources/edit/{source.pk}/", {"name": "Gand", "feed_url": "https://gand.example/flux"})
    source.refresh_from_db()
    assert (source.feed_url, source.etag, source.failures, source.error) == ("https://gand.example/flux", "", 0, "")


def test_adding_a_source_starts_reading_and_shows_a_message(client, editor, monkeypatch):
    rung = []
    monkeypatch.setattr("veille.admin.sources.ring_on_commit", rung.append)
    data = {"name": "Gand", "feed_url": "https://gand.example/flux", "is_public": "on"}
    page = client.post("/admin/sources/add/", data, follow=True).content.decode()
    assert Source.objects.get().feed_url == "https://gand.example/flux"
    assert rung == ["veille.tasks.read"]
    assert "La source est ajoutée. Le site la lit dans la minute" in page


def test_import_of_a_file_is_previewed(client, editor, monkeypatch):
    monkeypatch.setattr("veille.admin.sources.ring_on_commit", lambda task: None)
    SourceFactory(feed_url="https://une.example/flux")
    content = opml("https://une.example/flux", "https://deux.example/flux", "javascript:alert(1)")
    page = client.post("/admin/sources/fichier/", {"file": SimpleUploadedFile("s.opml", content)}).content.decode()
    assert "https://deux.example/flux" in page
    assert "https:// ou http://" in page
    assert Source.objects.count() == 1
    client.post("/admin/sources/fichier/", {"content": content.decode()})
    assert Source.objects.count() == 2
    page = client.post("/admin/sources/fichier/", {"file": SimpleUploadedFile("s.opml", b"%PDF")}).content.decode()
    assert "aucun flux" in page
