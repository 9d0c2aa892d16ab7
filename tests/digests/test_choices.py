"""Days and hours, pauses, stopping; followed things; the pages where subscribers set them."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import signing
from django.urls import reverse

from accounts.hooks import opted_out
from accounts.services.emails import change_email
from digests.models import Choices, ConsentLog, Edition, Frequency, Subscriber
from digests.models.tokens import UNSUBSCRIBE_SALT, DigestRequest, confirm_token, confirmed_by, unsubscribe_token
from digests.services.planning import plan_due
from digests.services.subscriptions import ask_by_mail, choose, confirm
from mailing.models import Message
from participation.notifications.replies import notify_concerned_users
from tests.bulk import submit_edit
from tests.digests.factories import DAY, MINUTE, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests
from tests.factories import (
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.notices import notice_after
from tests.races import run_together

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE
PREFERENCES = "/compte/notifications/"


@pytest.mark.parametrize(
    ("choices", "due"),
    [
        ({"frequency": "daily", "hour": 12}, SLOT + 5 * HOUR),
        ({"frequency": "weekly", "weekday": 3, "hour": 18}, SLOT + 3 * DAY + 11 * HOUR),
        ({"frequency": "monthly", "hour": 7}, SLOT + 8 * DAY),
    ],
)
def test_digest_is_sent_at_the_chosen_day_and_hour(choices, due):
    reader = SubscriberFactory(**choices)
    news(first_published_at=SLOT - HOUR)
    assert read_digests(due - MINUTE) == {}
    assert list(read_digests(due)) == [reader.email]
    assert read_digests(due + MINUTE) == {}
    assert Edition.objects.get(batch__isnull=False).slot_hour == choices["hour"]


def test_two_hours_of_a_day_are_two_editions_with_separate_subscribers():
    early, late = SubscriberFactory(hour=7), SubscriberFactory(hour=18)
    news()
    assert list(read_digests(SLOT)) == [early.email]
    assert list(read_digests(SLOT + 11 * HOUR)) == [late.email]
    assert Edition.objects.filter(period_key=dt.date(2026, 11, 23)).count() == 2


def test_changing_the_frequency_sends_no_digest_of_a_past_slot(odile):
    choose(user=odile, frequency="weekly", now=SLOT - 30 * DAY)
    news()
    choose(user=odile, frequency="monthly", now=SLOT - 20 * DAY)
    assert read_digests(SLOT - 20 * DAY + HOUR) == {}
    assert list(read_digests(SLOT + 8 * DAY)) == [odile.email]


def test_tick_without_due_digests_costs_two_queries(django_assert_num_queries):
    for frequency in Frequency.values:
        for hour in (7, 12, 18):
            SubscriberFactory(frequency=frequency, hour=hour)
    plan_due(now=SLOT)
    with django_assert_num_queries(2):
        plan_due(now=SLOT + MINUTE)


def test_digest_after_a_pause_covers_the_whole_pause(odile):
    choose(user=odile, frequency="weekly", now=SLOT - 7 * DAY)
    news(title="Avant la pause")
    plan_due(now=SLOT)
    choose(user=odile, frequency="weekly", now=SLOT, choices=Choices(paused_until=dt.date(2026, 12, 7)))
    assert Message.objects.get().state == Message.State.CANCELLED
    assert read_digests(SLOT + 7 * DAY) == {}
    (digest,) = read_digests(SLOT + 14 * DAY).values()
    assert "Avant la pause" in digest


def test_all_preferences_are_saved_on_one_page_and_changes_are_logged(client, odile):
    topic = TopicPageFactory()
    client.force_login(odile)
    chosen = {"frequency": "weekly", "weekday": 2, "hour": 18, "topics": [topic.pk], "only_topics": "on"}
    with time_machine.travel(SLOT, tick=False):
        page = submit_edit(client, PREFERENCES, chosen | {"paused_until": "2026-12-24"}, follow=True).content.decode()
        submit_edit(client, PREFERENCES, chosen | {"paused_until": "2026-12-24"})
        reader = Subscriber.objects.get()
        assert (reader.weekday, reader.hour, reader.only_topics) == (2, 18, True)
        assert (reader.paused_until, list(reader.topics.all())) == (dt.date(2026, 12, 24), [topic])
        assert "mercredi 30\xa0décembre 2026" in page
        submit_edit(client, PREFERENCES, chosen)
    details = list(ConsentLog.objects.order_by("pk").values_list("act", "detail"))
    assert [act for act, _detail in details] == ["opt_in", "change"]
    assert details[0][1] == f"day 2, 18 h; subjects {topic.pk} only; pause until 2026-12-24"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"only_topics": "on"}, "Choisissez au moins un sujet"),
        ({"paused_until": "demain"}, "Écrivez la date ainsi"),
        ({"paused_until": "2030-01-01"}, "dans l’année"),
        ({"frequency": ""}, "Choisissez combien"),
    ],
)
def test_invalid_preferences_show_an_error(client, odile, data, message):
    client.force_login(odile)
    page = submit_edit(client, PREFERENCES, {"frequency": "weekly", "weekday": 0, "hour": 7, **data}).content.decode()
    assert message in page
    assert not Subscriber.objects.exists()


def test_opting_out_of_notifications_can_be_reverted(client, odile):
    client.force_login(odile)
    submit_edit(client, PREFERENCES, {"frequency": "never"})
    assert opted_out([odile.pk]) == {odile.pk}
    place = DiscussionFactory()
    first = CommentFactory(discussion=place, author=odile)
    notify_concerned_users(CommentFactory(discussion=place, parent=first), answered=True, now=SLOT)
    assert not Message.objects.exists()
    submit_edit(client, PREFERENCES, {"frequency": "concerned"})
    assert opted_out([odile.pk]) == set()
    assert list(ConsentLog.objects.order_by("pk").values_list("detail", flat=True)) == [
        "day 0, 7 h; nothing at once",
        "day 0, 7 h",
    ]


def test_subjects_are_saved_without_a_digest(client, odile):
    """A follower without a digest gets the decisions at once, by a mail that links to this page."""
    topic, other = TopicPageFactory(), TopicPageFactory()
    client.force_login(odile)
    for chosen in ([topic.pk], [topic.pk, other.pk], []):
        submit_edit(client, PREFERENCES, {"frequency": "concerned", "topics": chosen})
        reader = Subscriber.objects.get()
        assert sorted(reader.topics.values_list("pk", flat=True)) == sorted(chosen)
        assert not reader.is_reading
    assert list(ConsentLog.objects.values_list("act", flat=True)) == ["change"] * 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_first_choice_sent_twice_at_the_same_moment_is_saved_once():
    user = UserFactory()
    readers = run_together([lambda: choose(user=user, frequency="weekly", now=SLOT)] * 4)
    assert readers == [Subscriber.objects.get()] * 4
    assert ConsentLog.objects.get().act == "opt_in"


def test_forms_of_the_account_do_not_change_the_subscription(client, odile):
    choose(user=odile, frequency="weekly", now=SLOT)
    before = list(Subscriber.objects.values()), list(ConsentLog.objects.values())
    client.force_login(odile)
    client.post("/compte/nom/", {"public_name": "Odile N.", "frequency": "never", "immediate": ""})
    assert (list(Subscriber.objects.values()), list(ConsentLog.objects.values())) == before


def test_followed_discussions_are_listed_with_a_reason_and_a_stop_button(client, odile):
    place = DiscussionFactory(proposal=ProposalFactory(title="Suivie"))
    follow = FollowFactory(user=odile, discussion=place, source="supported")
    other = FollowFactory(discussion=place)
    client.force_login(odile)
    page = client.get(PREFERENCES).content.decode()
    assert "Suivie" in page
    assert follow.get_source_display() in page.replace("\xa0", " ")
    assert "Suivie" in notice_after(client, client.post(PREFERENCES, {"arreter": follow.pk}))
    for value in (follow.pk, other.pk, "x"):
        assert client.post(PREFERENCES, {"arreter": value}).status_code == 302
    follow.refresh_from_db(), other.refresh_from_db()
    assert (follow.muted, other.muted) == (True, False)
    assert "Suivie" not in client.get(PREFERENCES).content.decode().partition('id="suivi"')[2]


def test_unpublished_subject_stays_followed_when_other_choices_are_saved(client, odile):
    shown, other, unpublished = TopicPageFactory(), TopicPageFactory(), TopicPageFactory()
    choose(user=odile, frequency="weekly", now=SLOT, choices=Choices(topics=[shown.pk, unpublished.pk]))
    unpublished.unpublish()
    client.force_login(odile)
    submit_edit(client, PREFERENCES, {"frequency": "daily", "weekday": "0", "hour": "7", "topics": [other.pk]})
    subscriber = Subscriber.objects.get()
    assert subscriber.frequency == "daily"
    assert set(subscriber.topics.values_list("pk", flat=True)) == {other.pk, unpublished.pk}


def test_topic_is_followed_from_its_page(client, odile):
    topic = TopicPageFactory(title="Le numérique", slug="numerique")
    address = reverse("digests:follow_topic", args=["numerique"])
    assert address in client.get(topic.url).content.decode()
    assert client.get(address)["Location"] == "/lettre/inscription/?sujet=numerique"
    form = client.get("/lettre/inscription/?sujet=numerique").content.decode()
    assert f'value="{topic.pk}"' in form
    choose(user=odile, frequency="monthly", now=SLOT)
    client.force_login(odile)
    for _ in range(2):
        client.post(address, {"action": "suivre"})
    assert list(Subscriber.objects.get().topics.all()) == [topic]
    assert "Vous suivez ce sujet" in client.get(address).content.decode()
    client.post(address, {"action": "arreter"})
    assert not Subscriber.objects.get().topics.exists()
    assert ConsentLog.objects.filter(act="change").count() == 2


def test_topic_chosen_by_a_visitor_is_followed_after_confirmation():
    topic = TopicPageFactory()
    request = ask_by_mail(email="odile@courriel.example", frequency="monthly", now=SLOT, topics=[topic.pk, 10**6])
    with time_machine.travel(SLOT, tick=False):
        confirm(confirmed_by(confirm_token(request)), now=SLOT)
    assert list(request.subscriber.topics.all()) == [topic]


@pytest.mark.time_machine(SLOT, tick=False)
def test_choices_of_an_account_with_an_unverified_address_apply_after_confirmation(client):
    topic, unpublished = TopicPageFactory(), TopicPageFactory()
    topics = {"topics": [topic.pk, unpublished.pk], "only_topics": "on"}
    client.force_login(UserFactory())
    submit_edit(
        client, PREFERENCES, {"frequency": "weekly", "weekday": 3, "hour": 18, "paused_until": "31/12/2026", **topics}
    )
    (link,) = re.findall(r"/lettre/confirmer/\S+/", Message.objects.get().payload["text"])
    unpublished.unpublish()
    reader = Subscriber.objects.get()
    assert (reader.weekday, reader.paused_until, reader.only_topics) == (0, None, False)
    assert client.post(link).status_code == 200
    reader.refresh_from_db()
    assert (reader.weekday, reader.hour, reader.paused_until) == (3, 18, dt.date(2026, 12, 31))
    assert (reader.only_topics, list(reader.topics.all())) == (True, [topic])


def test_preferences_are_changed_by_the_link_of_a_mail_without_signing_in(client):
    reader = SubscriberFactory()
    topic = TopicPageFactory()
    address = reverse("digests:less_often", args=[unsubscribe_token(reader)])
    response = submit_edit(client, address, {"frequency": "daily", "hour": 12, "weekday": 0, "topics": [topic.pk]})
    assert (response.status_code, bool(response.cookies)) == (200, False)
    reader.refresh_from_db()
    assert (reader.frequency, reader.hour, list(reader.topics.all())) == ("daily", 12, [topic])
    assert ConsentLog.objects.get().act == "change"


def link(name, token):
    return reverse(f"digests:{name}", args=[token])


@pytest.mark.time_machine(SLOT, tick=False)
def test_links_from_before_a_change_of_address_only_stop_the_letter(client):
    """Attack: who reads the former mailbox sees the new address, and starts a letter that its owner stopped."""
    user = UserFactory(email="ancienne@courriel.example")
    reader = SubscriberFactory(email=user.email, user=user)
    token = unsubscribe_token(reader)
    confirmation = link("confirm", confirm_token(DigestRequest(reader, Frequency.WEEKLY, SLOT)))
    named = int(token.partition(".")[0])
    unmarked = signing.dumps({"s": named, "n": reader.token_nonce}, salt=UNSUBSCRIBE_SALT)
    change_email(user=user, email="nouvelle@courriel.example", now=SLOT)
    for former in (token, unmarked):
        Subscriber.objects.update(status=Subscriber.Status.ACTIVE)
        pages = [client.get(link("unsubscribe", former)), client.get(link("less_often", former), follow=True)]
        pages.append(client.post(link("unsubscribe", former)))
        assert Subscriber.objects.get().status == Subscriber.Status.STOPPED
        pages.append(client.post(link("resubscribe", former)))
        pages += [
            client.post(confirmation),
            client.post(link("less_often", former), {"frequency": "daily"}, follow=True),
        ]
        assert Subscriber.objects.get().status == Subscriber.Status.STOPPED
        assert [page.status_code for page in pages] == [200, 200, 200, 200, 404, 200]
        assert not [page for page in pages if "courriel.example" in page.content.decode()]
    new = Subscriber.objects.get()
    client.post(link("resubscribe", unsubscribe_token(new)))
    assert Subscriber.objects.get().status == Subscriber.Status.ACTIVE
