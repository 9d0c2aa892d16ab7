"""Messages of the editors to subscribers: recipients, sent once, and how they are stopped."""

import datetime as dt
import email
import email.policy
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import nested_form_data, streamfield

from common.shown import BY_PROGRAM
from digests.errors import NewsletterRefused
from digests.models import Delivery, Edition, Newsletter
from digests.models.tokens import subscriber_of
from digests.notifications.newsletter import NewsletterMail
from digests.queries.audience import audience_of
from digests.services import newsletters, previews
from digests.services.newsletters import LIFE, plan_newsletters, schedule, unschedule
from digests.services.previews import NO_TOKEN
from digests.services.subscriptions import stop
from mailing.drain import drain
from mailing.models import Batch, Message, Suppression
from mailing.services import suppress
from tests.bulk import confirm
from tests.digests.factories import DAY, MINUTE, SLOT, SubscriberFactory
from tests.digests.test_mail_lint import Page
from tests.factories import NewsPageFactory, TopicPageFactory
from tests.mailing.fakes import FakeTransport

Audience, Status, State = Newsletter.Audience, Newsletter.Status, Message.State
pytestmark = pytest.mark.django_db
NOW = SLOT + DAY
BODY = [
    ("heading", "La nouvelle salle"),
    ("text", "La séance change de salle & d’heure.\n\nElle reste <ouverte>."),
    ("points", ["le 30 novembre", "à 18 h"]),
    ("button", {"label": "Lire l’ordre du jour", "page": None, "url": "https://comite.example/seances/"}),
]


def write(**fields):
    fields = {"subject": "La séance change de salle", "created_at": NOW, "body": json_of(BODY)} | fields
    return Newsletter.objects.create(**fields)


def json_of(blocks):
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def sent(now=NOW):
    """Plans and sends at `now`; returns the sent mails by recipient."""
    plan_newsletters(now=now)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: now, transport=transport)
    mails = [(to, email.message_from_bytes(raw, policy=email.policy.default)) for to, raw in transport.taken]
    assert len(dict(mails)) == len(mails)
    return dict(mails)


def part(mail, kind):
    return mail.get_body((kind,)).get_content()


@pytest.fixture
def animation(editor_of):
    return editor_of("Animation")


class TestAudience:
    def test_audience_of_all_excludes_stopped_unconfirmed_and_paused_subscribers(self):
        reading = SubscriberFactory()
        back = SubscriberFactory(paused_until=NOW.date())
        SubscriberFactory(status="stopped")
        SubscriberFactory(status="unconfirmed", verified_at=None, started_at=None)
        SubscriberFactory(paused_until=NOW.date() + DAY)
        assert set(audience_of(write(), now=NOW)) == {reading, back}

    def test_audience_of_a_topic_is_its_followers(self):
        topic, other = TopicPageFactory(), TopicPageFactory()
        follower = SubscriberFactory()
        follower.topics.add(topic, other)
        SubscriberFactory().topics.add(other)
        assert list(audience_of(write(audience=Audience.TOPIC, topic=topic), now=NOW)) == [follower]
        # The page of the topic was deleted: no recipients, rather than everybody.
        assert not audience_of(write(audience=Audience.TOPIC), now=NOW).exists()


class TestSending:
    def test_each_subscriber_gets_one_mail_in_one_batch(self, animation):
        readers = SubscriberFactory.create_batch(3)
        newsletter = schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        assert set(sent()) == {one.email for one in readers}
        newsletter.refresh_from_db()
        assert newsletter.status == Status.PLANNED
        assert set(Message.objects.values_list("batch", "state")) == {(newsletter.batch_id, State.SENT)}
        # Status lost, as when a planner is killed: no recipient gets it twice.
        Newsletter.objects.update(status=Status.SCHEDULED)
        assert sent(NOW + MINUTE) == {}
        assert (Batch.objects.count(), Message.objects.count()) == (1, 3)
        assert (Delivery.objects.count(), Edition.objects.count()) == (0, 0)

    def test_planning_is_resumed_after_a_crash(self, animation, monkeypatch):
        monkeypatch.setattr(newsletters, "PAGE", 2)
        SubscriberFactory.create_batch(5)
        newsletter = schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        calls = []

        def plan(recipients, **kwargs):
            calls.append(len(recipients))
            if len(calls) == 2:
                raise RuntimeError("killed")
            return real(recipients, **kwargs)

        real = NewsletterMail.plan
        monkeypatch.setattr(NewsletterMail, "plan", plan)
        with pytest.raises(RuntimeError):
            plan_newsletters(now=NOW)
        assert Message.objects.count() == 2
        plan_newsletters(now=NOW)
        newsletter.refresh_from_db()
        assert (Message.objects.count(), Batch.objects.count(), newsletter.status) == (5, 1, Status.PLANNED)

    def test_newsletter_is_sent_at_its_date_and_cancelled_if_too_late(self, client, animation):
        SubscriberFactory()
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW, send_at=NOW + DAY)
        assert sent(NOW + DAY - MINUTE) == {}
        assert len(sent(NOW + DAY)) == 1
        late = schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW, send_at=NOW + DAY)
        assert sent(NOW + DAY + LIFE) == {}
        late.refresh_from_db()
        assert (late.status, late.status_reason) == (Status.CANCELLED, "late")
        client.force_login(animation)
        assert "Trop tard" in client.get(f"/admin/messages-aux-lecteurs/inspect/{late.pk}/").content.decode()

    def test_subscribers_who_stopped_at_any_time_get_nothing(self, animation):
        before, between, after = (SubscriberFactory() for _ in range(3))
        stop(subscriber=before, channel="mail", now=NOW)
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        stop(subscriber=between, channel="mail", now=NOW)
        plan_newsletters(now=NOW)
        assert Message.objects.get().to_email == after.email
        stop(subscriber=after, channel="mail", now=NOW)
        # Cancelled in the transaction of the unsubscription, so it does not depend on the fence.
        assert Message.objects.get().state == State.CANCELLED
        assert sent() == {}

    def test_unfollowing_or_erased_subscribers_get_nothing_after_planning(self, animation):
        topic = TopicPageFactory()
        readers = SubscriberFactory.create_batch(3)
        for one in readers:
            one.topics.add(topic)
        schedule(newsletter=write(audience=Audience.TOPIC, topic=topic), actor=animation, shown=BY_PROGRAM, now=NOW)
        plan_newsletters(now=NOW)
        readers[0].topics.clear()
        readers[1].delete()
        assert list(sent()) == [readers[2].email]

    def test_suppressed_address_gets_nothing(self, animation):
        reader = SubscriberFactory()
        suppress(email=reader.email, reason=Suppression.Reason.COMPLAINT, now=NOW)
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        assert sent() == {}
        assert (Message.objects.get().state, Message.objects.get().last_error) == ("cancelled", "suppressed address")

    def test_mails_differ_by_their_tokens_only(self, animation):
        readers = SubscriberFactory.create_batch(3)
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        mails = sent()
        texts = set()
        for one in readers:
            mail = mails[one.email]
            [token] = set(
                re.findall(r"/desinscription/([^/\s>]+)/", str(mail["List-Unsubscribe"]) + part(mail, "plain"))
            )
            assert subscriber_of(token) == one
            texts.add(part(mail, "plain").replace(token, ""))
        assert len(texts) == 1

    def test_each_mail_costs_two_queries(self, animation):
        """Two queries per mail (fence and record): newsletter and linked pages are read once per slice."""
        page = NewsPageFactory()
        body = [*BODY, ("button", {"label": "Lire", "page": page.pk, "url": ""})]
        counts = []
        for readers in (1, 1, 5):
            SubscriberFactory.create_batch(readers)
            schedule(newsletter=write(body=json_of(body)), actor=animation, shown=BY_PROGRAM, now=NOW)
            with CaptureQueriesContext(connection) as queries:
                mails = sent()
            assert mails
            assert all("Lire" in part(mail, "plain") for mail in mails.values())
            counts.append((len(mails), len(queries)))
        _first, (few, fewer), (many, more) = counts
        assert more - fewer == 2 * (many - few)

    def test_query_count_of_a_slice_is_constant(self, animation, django_assert_num_queries):
        SubscriberFactory.create_batch(12)
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        plan_newsletters(now=NOW)
        rows = list(Message.objects.all())
        for some in (rows[:2], rows):
            with django_assert_num_queries(2):
                NewsletterMail.writer(some, now=NOW)


class TestMail:
    @pytest.fixture
    def reader(self):
        return SubscriberFactory()

    @pytest.fixture
    def mail(self, reader, animation):
        schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        return sent()[reader.email]

    def test_text_and_html_have_the_same_content(self, mail):
        text, html = part(mail, "plain"), part(mail, "html")
        assert "change de salle & d’heure" in text
        assert "Elle reste <ouverte>." in text
        assert "&lt;ouverte&gt;" in html
        html_text = " ".join("".join(Page(html).words).split())
        for line in ("LA NOUVELLE SALLE", "- le 30 novembre", "https://comite.example/seances/"):
            assert line in text
        assert "le 30 novembre" in html_text
        links = [link for link in Page(html).links if not link.startswith("tel:")]
        assert [link for link in links if link not in text] == []
        assert [tag for tag, _attributes in Page(html).tags].count("h1") == 1

    def test_mail_has_the_unsubscribe_link_of_its_recipient(self, mail, reader):
        https = re.match(r"<(http\S+)>", mail["List-Unsubscribe"])[1]
        token = https.rstrip("/").rpartition("/")[2]
        assert subscriber_of(token) == reader
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Id"]
        for kind in ("plain", "html"):
            assert https in part(mail, kind)
            assert "xxxxxx" not in part(mail, kind)

    def test_one_click_post_unsubscribes_and_get_does_not(self, client, reader, mail):
        https = re.match(r"<(http\S+)>", mail["List-Unsubscribe"])[1]
        path = https.partition("testserver")[2]
        assert client.get(path).status_code == 200
        reader.refresh_from_db()
        assert reader.is_reading
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        reader.refresh_from_db()
        assert not reader.is_reading

    def test_button_to_an_unpublished_page_is_left_out(self):
        news = NewsPageFactory(title="Une nouvelle")
        newsletter = write(body=json_of([("button", {"label": "Lire la nouvelle", "page": news.pk, "url": ""})]))
        assert news.slug in previews.for_newsletter(newsletter).content.text
        news.unpublish()
        assert "Lire la nouvelle" not in previews.for_newsletter(Newsletter.objects.get()).content.text

    def test_mail_equals_its_preview(self, mail):
        preview = previews.for_newsletter(Newsletter.objects.get())
        # The token of the mail: a new one could differ by its second.
        token = re.search(r"/([^/]+)/>", mail["List-Unsubscribe"])[1]
        for kind, expected in (("plain", preview.content.text), ("html", preview.content.html)):
            assert part(mail, kind).replace("\r\n", "\n").replace(token, NO_TOKEN).strip() == expected.strip()
        assert mail["Subject"] == preview.content.subject


class TestScheduling:
    def test_scheduling_is_logged_once_and_needs_subscribers(self, animation):
        newsletter = write()
        with pytest.raises(NewsletterRefused):
            schedule(newsletter=newsletter, actor=animation, shown=BY_PROGRAM, now=NOW)
        SubscriberFactory()
        schedule(newsletter=newsletter, actor=animation, shown=BY_PROGRAM, now=NOW, send_at=NOW + DAY)
        with pytest.raises(NewsletterRefused):
            schedule(newsletter=newsletter, actor=animation, shown=BY_PROGRAM, now=NOW)
        entry = ModelLogEntry.objects.for_instance(newsletter).get()
        assert (entry.action, entry.user) == ("digests.schedule", animation)
        assert entry.data["audience"] == "readers"
        assert entry.data["send_at"].startswith("2026-11-25")

    def test_newsletter_can_be_unscheduled_until_it_is_planned(self, animation):
        SubscriberFactory()
        newsletter = schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW, send_at=NOW + DAY)
        assert unschedule(newsletter=newsletter, actor=animation).is_draft
        assert ModelLogEntry.objects.filter(action="digests.unschedule", user=animation).exists()
        assert sent(NOW + DAY) == {}
        schedule(newsletter=newsletter, actor=animation, shown=BY_PROGRAM, now=NOW)
        plan_newsletters(now=NOW)
        with pytest.raises(NewsletterRefused):
            unschedule(newsletter=newsletter, actor=animation)


@pytest.mark.time_machine(NOW, tick=False)
class TestScreens:
    BASE = "/admin/messages-aux-lecteurs"

    def data(self, **fields):
        body = streamfield([("text", "Bonjour à tous.")])
        return nested_form_data({"subject": "Un message", "body": body, "audience": "readers", "topic": ""} | fields)

    def test_writers_can_write_preview_and_try_but_not_send(self, client, editor_of):
        SubscriberFactory()
        writer = editor_of("Rédaction")
        client.force_login(writer)
        answer = client.post(f"{self.BASE}/add/", self.data())
        newsletter = Newsletter.objects.get()
        preview = f"{self.BASE}/apercu/{newsletter.pk}/"
        assert answer.url == preview
        assert (newsletter.writer, newsletter.created_at, newsletter.status) == (writer, NOW, Status.DRAFT)
        html = client.get(preview).content.decode()
        assert "Bonjour à tous." in html
        assert "/envoyer/" not in html
        assert client.get(preview, {"partie": "html"}).content.startswith(b"<!doctype html>")
        client.post(preview)
        trial = Message.objects.get()
        assert (trial.to_email, trial.kind) == (writer.email, "digest.trial")
        assert client.post(f"{self.BASE}/envoyer/{newsletter.pk}/").status_code in (302, 403)
        newsletter.refresh_from_db()
        assert newsletter.is_draft

    def test_coordinators_schedule_in_paris_time_and_unschedule(self, client, animation):
        SubscriberFactory()
        newsletter = write()
        client.force_login(animation)
        send = f"{self.BASE}/envoyer/{newsletter.pk}/"
        assert client.get(send).context["count"] == 1
        newsletter.refresh_from_db()
        assert newsletter.is_draft
        # A date with another button, or the other way round, is no guess of ours.
        for unclear in ({"act": "now", "send_at": "2026-11-30 18:00"}, {"act": "date"}):
            assert "send_at" in client.post(send, unclear).context["form"].errors
        assert confirm(client, send, {"act": "date", "send_at": "2026-11-30 18:00"}).status_code == 302
        newsletter.refresh_from_db()
        assert newsletter.send_at == dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)
        edit = f"{self.BASE}/edit/{newsletter.pk}/"
        assert client.post(edit, self.data(subject="Autre")).url == f"{self.BASE}/inspect/{newsletter.pk}/"
        assert client.post(f"{self.BASE}/delete/{newsletter.pk}/").status_code == 302
        newsletter.refresh_from_db()
        assert newsletter.subject == "La séance change de salle"
        client.post(send, {"act": "unschedule"})
        newsletter.refresh_from_db()
        assert newsletter.is_draft

    def test_newsletters_cannot_be_deleted_in_bulk(self, client, editor_of):
        """The bulk action would name, and delete, messages to an audience for which the user does not write."""
        newsletter = write(audience=Newsletter.Audience.MEMBERS, subject="Aux membres seulement")
        client.force_login(editor_of("Rédaction"))
        bulk = reverse("wagtail_bulk_action", args=["digests", "newsletter", "delete"])
        for query in (f"id={newsletter.pk}", "id=all"):
            answer = client.get(f"{bulk}?{query}")
            assert (answer.status_code, newsletter.subject in answer.text) == (404, False)
            assert client.post(f"{bulk}?{query}").status_code == 404
        assert Newsletter.objects.get() == newsletter

    @pytest.mark.parametrize(("group", "may_send"), [("Animation", True), ("Rédaction", False)])
    def test_next_step_is_linked_from_the_list_and_the_form(self, client, editor_of, group, may_send):
        newsletter = write()
        client.force_login(editor_of(group))
        saved = client.post(f"{self.BASE}/edit/{newsletter.pk}/", self.data(), follow=True)
        for page in (saved, client.get(f"{self.BASE}/"), client.get(f"{self.BASE}/edit/{newsletter.pk}/")):
            html = page.content.decode()
            assert (f'href="{self.BASE}/envoyer/{newsletter.pk}/"' in html) is may_send
        assert f'href="{self.BASE}/apercu/{newsletter.pk}/"' in html

    def test_newsletter_without_recipients_is_refused_with_an_error(self, client, animation):
        newsletter = write()
        client.force_login(animation)
        answer = confirm(client, f"{self.BASE}/envoyer/{newsletter.pk}/")
        assert answer.context["form"].non_field_errors()

    def test_topic_is_required_for_the_audience_of_a_topic(self, client, editor_of):
        client.force_login(editor_of("Rédaction"))
        answer = client.post(f"{self.BASE}/add/", self.data(audience="topic"))
        assert "topic" in answer.context["form"].errors
        assert not Newsletter.objects.exists()

    def test_pages_of_scheduled_and_planned_newsletters_return_200(self, client, animation):
        SubscriberFactory()
        newsletter = schedule(newsletter=write(), actor=animation, shown=BY_PROGRAM, now=NOW)
        client.force_login(animation)
        page = f"{self.BASE}/inspect/{newsletter.pk}/"
        assert f"/envoyer/{newsletter.pk}/" in client.get(page).content.decode()
        assert client.get(f"{self.BASE}/envoyer/{newsletter.pk}/").status_code == 200
        plan_newsletters(now=NOW)
        newsletter.refresh_from_db()
        assert f"/admin/lots/inspect/{newsletter.batch_id}/" in client.get(page).content.decode()
        assert client.get(f"{self.BASE}/envoyer/{newsletter.pk}/").status_code == 200
        assert client.get(f"{self.BASE}/").status_code == 200
