"""Personal data held by the digest, and the data that remains of a subscription after the account is deleted."""

import datetime as dt
import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts.exports.personal_data import export_as_json, export_of
from digests.models import (
    NEWSLETTER,
    Choices,
    ConsentLog,
    Delivery,
    Edition,
    Frequency,
    Newsletter,
    SessionReminder,
    Subscriber,
)
from digests.services.subscriptions import ask_by_mail, choose, confirm
from mailing.models import Batch, Message
from mailing.services import Draft, email_hashes, enqueue
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import SessionPageFactory, TopicPageFactory, UserFactory

MINE, OTHERS = "Canarimoi", "Canariautre"
NOW = SLOT + DAY
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def account(word):
    user = UserFactory(public_name=word, email=f"{word.lower()}@courriel.example")
    user.verify_email()
    return user


def digest_to(reader, *, kind="digest.weekly"):
    """Creates a digest pending in the outbox, with its delivery."""
    batch, _created = Batch.objects.get_or_create(kind=kind, label=kind, defaults={"created_at": NOW})
    key = f"{kind}:{reader.pk}"
    keys = enqueue(drafts=[Draft(kind=kind, to_email=reader.email, dedupe_key=key)], now=NOW, batch=batch)
    edition, _created = Edition.objects.get_or_create(
        kind=Frequency.WEEKLY,
        period_key=SLOT.date(),
        defaults={"slot_at": SLOT, "cutoff": SLOT, "expires_at": SLOT + 5 * DAY},
    )
    return Delivery.objects.create(
        edition=edition, subscriber=reader, message_id=keys[key], from_cursor=SLOT - 7 * DAY, to_cursor=SLOT
    )


def make_rows_of(word):
    """Creates a subscriber with an account and one row in each table of the digest, with `word` in each text field."""
    user = account(word)
    topic = TopicPageFactory(title=f"{word} sujet")
    choices = Choices(weekday=3, hour=18, topics=[topic.pk], only_topics=True, paused_until=dt.date(2027, 1, 1))
    reader = choose(user=user, frequency=Frequency.WEEKLY, now=NOW, choices=choices)
    digest_to(reader)
    session = SessionPageFactory(title=word, slug=word.lower(), starts_at=NOW + len(word) * DAY)
    SessionReminder.objects.create(user=user, session=session, created_at=NOW)
    Newsletter.objects.create(subject=f"{word} objet", body=[], writer=user, created_at=NOW)
    return user


def digests_of(user):
    return {kind: rows for kind, rows in export_of(user).items() if kind.startswith("digests.")}


@pytest.fixture
def user():
    make_rows_of(OTHERS)
    return make_rows_of(MINE)


class TestExport:
    def test_export_is_complete_and_has_no_data_of_other_users(self, user):
        export = digests_of(user)
        assert set(export) == {
            "digests.subscriptions",
            "digests.consents",
            "digests.deliveries",
            "digests.session_reminders",
            "digests.acts",
        }
        assert all(len(rows) == 1 for rows in export.values())
        assert OTHERS not in export_as_json(user)
        assert OTHERS.lower() not in export_as_json(user)

    def test_subscription_is_exported_with_each_choice(self, user):
        one = digests_of(user)["digests.subscriptions"][0]
        assert (one["email"], one["status"], one["frequency"]) == (user.email, "active", "weekly")
        assert (one["weekday"].label, one["hour"], one["paused_until"]) == ("jeudi", 18, dt.date(2027, 1, 1))
        assert (one["topics"], one["only_topics"]) == ([f"{MINE} sujet"], True)
        assert one["verified_at"] == NOW

    def test_log_of_consents_is_exported_in_french(self, user):
        one = digests_of(user)["digests.consents"][0]
        assert one["detail"].startswith("day 3, 18 h; subjects ")
        assert one["detail"].label.replace("\xa0", " ") == (
            f"le jeudi à 18 h, seulement ces sujets : {MINE} sujet, pause jusqu’au 1 janvier 2027"
        )
        assert one["frequency"].label == "Une fois par semaine"

    def test_delivery_is_exported_with_its_edition_and_cursor(self, user):
        one = digests_of(user)["digests.deliveries"][0]
        assert (one["edition_kind"], one["edition_period_key"]) == ("weekly", SLOT.date())
        assert one["to_cursor"] == SLOT

    def test_newsletters_of_an_editor_are_exported_as_a_count(self, user):
        assert digests_of(user)["digests.acts"] == [{"act": "messages_to_readers", "count": 1}]
        assert f"{MINE} objet" not in export_as_json(user)

    def test_subscription_without_account_is_exported_once_its_address_is_verified(self):
        ask_by_mail(email="canarimoi@courriel.example", frequency=Frequency.MONTHLY, now=NOW)
        user = UserFactory(email="canarimoi@courriel.example")
        assert digests_of(user) == {}
        user.verify_email()
        export = digests_of(user)
        assert export["digests.subscriptions"][0]["has_account"] is False
        assert [row["act"] for row in export["digests.consents"]] == ["opt_in"]


class TestErasure:
    def test_deleting_an_account_deletes_its_subscription_and_cancels_mails(self, user):
        reader = user.subscriber
        digest, message = Message.objects.get(delivery__subscriber=reader), message_to(reader)
        user.delete()
        assert not Subscriber.objects.filter(email=reader.email).exists()
        assert not Delivery.objects.filter(subscriber=reader.pk).exists()
        assert set(Message.objects.filter(pk__in=[digest.pk, message.pk]).values_list("state", flat=True)) == {
            "cancelled"
        }
        assert not SessionReminder.objects.filter(user=user.pk).exists()
        assert Message.objects.filter(delivery__subscriber__user__public_name=OTHERS, state="pending").exists()

    def test_log_of_a_deleted_account_has_the_opt_out_and_no_address(self, user):
        user.delete()
        acts = ConsentLog.objects.filter(subscriber_hash=email_hashes(user.email)[0]).order_by("pk")
        assert list(acts.values_list("act", "channel")) == [("opt_in", "account"), ("opt_out", "account")]
        assert user.email not in json.dumps(list(acts.values()), cls=DjangoJSONEncoder)

    def test_subscription_made_without_the_account_remains(self):
        request = ask_by_mail(email="canarimoi@courriel.example", frequency=Frequency.WEEKLY, now=NOW)
        confirm(request, now=NOW)
        reader = request.subscriber
        user = account(MINE)
        digest = digest_to(reader)
        user.delete()
        reader.refresh_from_db()
        assert reader.is_reading
        assert Message.objects.get(pk=digest.message_id).state == Message.State.PENDING

    def test_subscription_confirmed_with_the_account_is_deleted_with_it(self):
        user = account(MINE)
        request = ask_by_mail(email=user.email, frequency=Frequency.WEEKLY, now=NOW)
        confirm(request, now=NOW)
        user.delete()
        assert not Subscriber.objects.filter(pk=request.subscriber.pk).exists()

    def test_subscription_changed_in_the_account_is_deleted_with_it(self):
        reader = SubscriberFactory(email="canarimoi@courriel.example")
        user = account(MINE)
        choose(user=user, frequency=Frequency.WEEKLY, now=NOW)
        user.delete()
        assert not Subscriber.objects.filter(pk=reader.pk).exists()


def message_to(reader):
    """Creates an editors' message pending for `reader`."""
    batch = Batch.objects.create(kind=NEWSLETTER, label="Message", created_at=NOW)
    draft = Draft(kind=NEWSLETTER, to_email=reader.email, dedupe_key=f"{NEWSLETTER}:1:{reader.pk}")
    return Message.objects.get(pk=enqueue(drafts=[draft], now=NOW, batch=batch)[draft.dedupe_key])
