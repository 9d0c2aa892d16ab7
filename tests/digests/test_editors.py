"""The digest in the admin: preview, editorial at the top, test mail."""

import datetime as dt
import re

import pytest
import time_machine
from django.apps import apps

from digests.models import Delivery, Edition, EditorialWord, Frequency
from digests.models.tokens import subscriber_of
from digests.queries.deliveries import LAG
from digests.services import previews
from digests.services.planning import plan_due
from mailing.drain import drain
from mailing.models import Message
from tests.digests.factories import DAY, NEXT_SLOT, SLOT, SubscriberFactory
from tests.factories import (
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    NewsPageFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.mailing.fakes import FakeTransport

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
BEFORE = SLOT - HOUR
PREVIEW = "/admin/apercu-de-la-lettre/"
TOKEN = re.compile(rb"[0-9a-f.]+:[\w-]{22}(?=/)|apercu(?=/)")


def sent(now=SLOT):
    """Plans and sends at `now`; returns the sent mails by recipient."""
    plan_due(now=now)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: now, transport=transport)
    return dict(transport.taken)


def masked(raw):
    """Returns the mail without its variable parts (dates, tokens), with quoted-printable line breaks removed."""
    raw = raw.replace(b"=\r\n", b"")
    raw = re.sub(rb"(?m)^(Date|Message-ID): .*$", rb"\1", raw)
    return TOKEN.sub(b"TOKEN", raw)


def all_rows():
    """Returns every row of every table."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label != "sessions"
    }


def write_editorial(**fields):
    fields = {"body": "Bonjour à tous.\n\nVenez !", "signature": "Odile M.", "until": dt.date(2026, 12, 31)} | fields
    editorial = EditorialWord.objects.create(**fields, live=False)
    editorial.save_revision().publish()
    editorial.refresh_from_db()
    return editorial


def make_entries():
    topic = TopicPageFactory()
    author = UserFactory(public_name="Odile M.")
    proposal = ProposalFactory(author=author, created_at=SLOT - 20 * DAY)
    CommentFactory(discussion=DiscussionFactory(proposal=proposal), created_at=SLOT - DAY, body="Très bonne idée.")
    NewsPageFactory(title="Une nouvelle", first_published_at=SLOT - DAY)
    VeilleEntryPageFactory(title="Ailleurs", topic=topic, first_published_at=SLOT - DAY)
    return topic, author, proposal


# --- The preview ---------------------------------------------------------------------------------------------------


class TestPreview:
    @pytest.fixture(autouse=True)
    def _words(self):
        write_editorial()

    def test_preview_for_a_subscriber_equals_the_sent_mail(self):
        _topic, author, proposal = make_entries()
        follower = SubscriberFactory(user=UserFactory())
        FollowFactory(user=follower.user, discussion=proposal.discussion)
        readers = [SubscriberFactory(), SubscriberFactory(user=author), follower]
        sources = {one.email: previews.for_reader(one, now=BEFORE).source for one in readers}
        mails = sent()
        assert set(mails) == set(sources)
        assert len({masked(raw) for raw in mails.values()}) == 3
        for email, raw in mails.items():
            assert masked(sources[email]) == masked(raw)

    def test_preview_for_a_subscriber_with_a_pause_is_the_first_digest_after_it(self):
        make_entries()
        reader = SubscriberFactory(paused_until=SLOT.date() + DAY)
        assert previews.for_reader(reader, now=BEFORE).slot_at == NEXT_SLOT
        assert sent() == {}
        assert list(sent(NEXT_SLOT)) == [reader.email]

    def test_preview_for_a_visitor_or_a_topic_equals_the_mail_of_such_subscribers(self):
        topic, _author, _proposal = make_entries()
        start = SLOT - 7 * DAY - LAG
        visitor = SubscriberFactory(started_at=start)
        follower = SubscriberFactory(started_at=start, only_topics=True)
        follower.topics.add(topic)
        reader_previews = [
            previews.for_visitor(Frequency.WEEKLY, now=BEFORE),
            previews.for_visitor(Frequency.WEEKLY, now=BEFORE, topic=topic),
        ]
        mails = sent()
        for preview, reader in zip(reader_previews, (visitor, follower), strict=True):
            raw = preview.source.replace(preview.to.encode(), reader.email.encode())
            assert masked(raw) == masked(mails[reader.email])
        assert masked(reader_previews[0].source) != masked(reader_previews[1].source)

    def test_preview_for_an_account_greets_the_user_and_lists_own_proposals(self):
        _topic, author, _proposal = make_entries()
        text = previews.for_account(author, Frequency.WEEKLY, now=BEFORE).content.text
        assert "Bonjour Odile," in text
        assert "VOS PROPOSITIONS" in text
        reader = SubscriberFactory(user=author)
        mine = previews.for_account(author, Frequency.WEEKLY, now=BEFORE)
        assert masked(mine.source) == masked(sent()[reader.email])

    def test_preview_without_entries_has_no_content(self):
        assert previews.for_visitor(Frequency.WEEKLY, now=BEFORE).content is None
        assert sent() == {}

    def test_preview_has_no_valid_token_and_writes_nothing(self, client, editor_of, settings):
        settings.MAIL_UNSUBSCRIBE_ADDRESS = "stop+{token}@comite.example"
        _topic, author, _proposal = make_entries()
        SubscriberFactory(user=author)
        animation = editor_of("Animation")
        client.force_login(animation)
        with time_machine.travel(BEFORE, tick=False):
            client.get(PREVIEW)
            before = all_rows()
            for viewer in ("visiteur", "compte", "personne"):
                query = {"frequency": "weekly", "viewer": viewer, "email": author.email}
                for part in ("", "html", "source"):
                    answer = client.get(PREVIEW, query | {"partie": part})
                    assert answer.status_code == 200
                    assert b"apercu" in answer.content
                    raw = answer.content.replace(b"=\r\n", b"").decode()
                    for token in re.findall(r"/desinscription/([^/\s\"<>]+)/", raw):
                        assert subscriber_of(token) is None
                    assert not re.search(r"[\w-]{10,}:[\w-]{6}:[\w-]{43}", raw)
            assert all_rows() == before

    def test_preview_has_two_sandboxed_frames_and_the_text(self, client, editor_of):
        make_entries()
        client.force_login(editor_of("Rédaction"))
        with time_machine.travel(BEFORE, tick=False):
            html = client.get(PREVIEW, {"frequency": "weekly", "viewer": "visiteur"}).content.decode()
            frame = client.get(PREVIEW, {"frequency": "weekly", "viewer": "visiteur", "partie": "html"})
        assert re.findall(r'<iframe[^>]* sandbox="allow-popups"[^>]* width="(\d+)"', html) == ["680", "360"]
        assert "Une nouvelle" in html
        assert frame.content.startswith(b"<!doctype html>")
        policy = frame["Content-Security-Policy"]
        assert "sandbox allow-popups" in policy
        assert "script-src" not in policy

    def test_preview_for_a_subscriber_needs_permission_and_a_known_address(self, client, editor_of):
        reader = SubscriberFactory()
        query = {"frequency": "weekly", "viewer": "personne", "email": reader.email}
        client.force_login(editor_of("Rédaction"))
        answer = client.get(PREVIEW, query)
        assert answer.context["preview"] is None
        assert "personne" not in dict(answer.context["form"].fields["viewer"].choices)
        client.force_login(editor_of("Animation"))
        assert client.get(PREVIEW, query).context["preview"].to == reader.email
        unknown = client.get(PREVIEW, query | {"email": "nobody@courriel.example"})
        assert unknown.context["form"].errors["email"]
        assert client.get(PREVIEW, query | {"email": "nobody@courriel.example", "partie": "html"}).status_code == 404

    @pytest.mark.parametrize("group", ["Secrétariat", "Modération", "Services", "Accueil"])
    def test_preview_is_refused_to_other_groups(self, client, editor_of, group):
        client.force_login(editor_of(group))
        assert client.get(PREVIEW).status_code in (302, 403)
        assert client.post(PREVIEW).status_code in (302, 403)
        assert not Message.objects.exists()


# --- The editorial ---------------------------------------------------------------------------------------------------


class TestEditorials:
    def test_editorial_is_once_at_the_top_of_both_parts_and_of_the_archive(self, client):
        write_editorial(body="Deux mots <b>de</b> nous.")
        reader = SubscriberFactory()
        NewsPageFactory(title="Une nouvelle", first_published_at=SLOT - DAY)
        preview = previews.for_reader(reader, now=BEFORE)
        sent()
        edition = Edition.objects.get(kind=Frequency.WEEKLY)
        assert edition.word.body == "Deux mots <b>de</b> nous."
        for part, sentence in (
            (preview.content.text, "Deux mots <b>de</b> nous."),
            (preview.content.html, "Deux mots &lt;b&gt;de&lt;/b&gt; nous."),
            (client.get("/lettre/archives/2026-11-23/").content.decode(), "Deux mots &lt;b&gt;de&lt;/b&gt; nous."),
        ):
            assert part.count(sentence) == 1
            assert part.index(sentence) < part.index("Odile M.") < part.rindex("Une nouvelle")

    def test_editorial_is_sent_once_to_each_subscriber(self):
        editorial = write_editorial(body="Une fois.")
        SubscriberFactory(email="a@courriel.example")
        NewsPageFactory(first_published_at=SLOT - DAY)
        assert b"Une fois." in sent()["a@courriel.example"]
        SubscriberFactory(email="b@courriel.example", started_at=SLOT + DAY)
        NewsPageFactory(first_published_at=SLOT + 2 * DAY)
        mails = sent(NEXT_SLOT)
        assert {to: b"Une fois." in raw for to, raw in mails.items()} == {
            "a@courriel.example": False,
            "b@courriel.example": True,
        }
        assert Edition.objects.filter(word=editorial).count() == 2

    def test_latest_current_editorial_of_the_frequency_is_used(self):
        write_editorial(body="Mensuel.", kind=Frequency.MONTHLY)
        write_editorial(body="Trop tard.", until=SLOT.date() - DAY)
        EditorialWord.objects.create(body="Brouillon.", signature="x", until=SLOT.date(), live=False)
        assert previews.coming_edition(Frequency.WEEKLY, now=BEFORE).word is None
        write_editorial(body="Ancien.", until=SLOT.date())
        latest = write_editorial(body="Nouveau.", until=SLOT.date())
        assert previews.coming_edition(Frequency.WEEKLY, now=BEFORE).word == latest
        assert previews.coming_edition(Frequency.MONTHLY, now=BEFORE).word.body == "Mensuel."

    def test_editorial_alone_is_not_sent(self):
        write_editorial()
        SubscriberFactory()
        assert sent() == {}

    def test_withdrawn_editorial_is_neither_sent_nor_archived(self, client):
        editorial = write_editorial(body="Une erreur.")
        SubscriberFactory()
        NewsPageFactory(first_published_at=SLOT - DAY)
        plan_due(now=SLOT)
        editorial.refresh_from_db()
        editorial.unpublish()
        (raw,) = sent().values()
        assert b"Une erreur." not in raw
        assert "Une erreur." not in client.get("/lettre/archives/2026-11-23/").content.decode()

    def test_editorials_cost_one_query_per_slice(self, django_assert_num_queries):
        from digests.queries.editorials import editorials_for

        write_editorial()
        NewsPageFactory(first_published_at=SLOT - DAY)
        SubscriberFactory.create_batch(12)
        plan_due(now=SLOT)
        rows = list(Delivery.objects.select_related("edition__word"))
        for some in (rows[:2], rows):
            with django_assert_num_queries(1):
                assert all(editorials_for(some))

    def test_editors_draft_preview_and_publish_an_editorial(self, client, editor_of):
        NewsPageFactory(title="Une nouvelle", first_published_at=SLOT - DAY)
        writer = editor_of("Rédaction")
        client.force_login(writer)
        add = "/admin/mots-de-la-redaction/add/"
        data = {"body": "Venez tous.", "signature": "Odile M.", "kind": "", "until": "2026-12-31"}
        with time_machine.travel(BEFORE, tick=False):
            assert client.post(add, data).status_code == 302
            editorial = EditorialWord.objects.get()
            assert (editorial.live, previews.coming_edition(Frequency.WEEKLY, now=BEFORE).word) == (False, None)
            for mode in ("html", "text"):
                answer = editorial.make_preview_request(preview_mode=mode)
                assert "Venez tous." in answer.content.decode()
                assert "Une nouvelle" in answer.content.decode()
            edit = f"/admin/mots-de-la-redaction/edit/{editorial.pk}/"
            assert client.post(edit, data | {"action-publish": "1"}).status_code == 302
        editorial.refresh_from_db()
        assert editorial.live
        assert editorial.latest_revision.user == writer


# --- The test mail ---------------------------------------------------------------------------------------------------


class TestTrial:
    def ask(self, client, user):
        client.force_login(user)
        with time_machine.travel(BEFORE, tick=False):
            return client.post(f"{PREVIEW}?frequency=weekly&viewer=visiteur")

    def test_trial_mail_is_sent_to_the_editor_only_and_creates_no_delivery(self, client, editor_of):
        SubscriberFactory()
        NewsPageFactory(title="Une nouvelle", first_published_at=SLOT - DAY)
        editor = editor_of("Rédaction")
        assert self.ask(client, editor).status_code == 302
        (message,) = Message.objects.all()
        assert (message.to_email, message.kind, message.batch) == (editor.email, "digest.trial", None)
        assert message.payload["subject"].startswith("[")
        assert "Une nouvelle" in message.payload["text"]
        assert not message.payload["unsubscribe_url"]
        assert not message.payload["headers"]
        assert (Delivery.objects.count(), Edition.objects.count()) == (0, 0)
        transport = FakeTransport()
        drain(max_seconds=60, clock=lambda: BEFORE, transport=transport)
        assert [to for to, _raw in transport.taken] == [editor.email]
        assert len(sent()) == 1

    def test_trial_mails_are_rate_limited(self, client, editor_of):
        NewsPageFactory(first_published_at=SLOT - DAY)
        editor = editor_of("Rédaction")
        for _again in range(previews.TRIALS_PER_HOUR + 2):
            self.ask(client, editor)
        assert Message.objects.count() == previews.TRIALS_PER_HOUR
        self.ask(client, editor_of("Rédaction"))
        assert Message.objects.count() == previews.TRIALS_PER_HOUR + 1

    def test_trial_of_an_empty_digest_sends_no_mail(self, client, editor_of):
        self.ask(client, editor_of("Rédaction"))
        assert not Message.objects.exists()
