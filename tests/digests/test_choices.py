"""Days and hours, subjects, pauses, silence; what is followed; reminders; former letters; how often is too often."""

import base64
import datetime as dt
import email
import email.policy
import re

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from accounts.services import create_verified_user
from accounts.silence import silent_among
from cms.openings import note_openings
from committee.models import SessionPage
from digests import limits, reminders
from digests.models import ConsentLog, Delivery, Edition, Frequency, SessionReminder, Subscriber
from digests.planning import plan_due
from digests.subscriptions import Choices, ask_by_mail, choose, confirm, follow_topic
from digests.tokens import UNSUBSCRIBE_SALT, confirm_token, confirmed_by, unsubscribe_token
from mailing.drain import drain
from mailing.models import Message
from participation.models import Follow
from participation.services import set_follow
from participation.services.notices import tell_who_is_concerned
from tests.digests.factories import DAY, MINUTE, SLOT, SubscriberFactory
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.mailing.fakes import FakeTransport

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE
Status = Subscriber.Status


def sent(now=SLOT):
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: now, transport=transport)
    return {to: email.message_from_bytes(data, policy=email.policy.default) for to, data in transport.taken}


def letters(now=SLOT):
    plan_due(now=now)
    return {to: mail.get_body(("plain",)).get_content() for to, mail in sent(now).items()}


def news(**kwargs):
    kwargs.setdefault("first_published_at", SLOT - DAY)
    return NewsPageFactory(**kwargs)


@pytest.fixture
def odile(db):
    return create_verified_user(email="odile@courriel.example", public_name="Odile M.")


# --- Days and hours ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "due"),
    [
        ({"frequency": "daily", "hour": 12}, SLOT + 5 * HOUR),
        ({"frequency": "weekly", "weekday": 3, "hour": 18}, SLOT + 3 * DAY + 11 * HOUR),
        ({"frequency": "monthly", "hour": 7}, SLOT + 8 * DAY),
    ],
)
def test_a_letter_leaves_on_the_day_and_at_the_hour_that_were_chosen(choices, due):
    reader = SubscriberFactory(**choices)
    news(first_published_at=SLOT - HOUR)
    assert letters(due - MINUTE) == {}
    assert list(letters(due)) == [reader.email]
    assert letters(due + MINUTE) == {}
    assert Edition.objects.get(batch__isnull=False).slot_hour == choices["hour"]


def test_two_hours_of_one_day_are_two_editions_and_each_reader_has_one():
    early, late = SubscriberFactory(hour=7), SubscriberFactory(hour=18)
    news()
    assert list(letters(SLOT)) == [early.email]
    assert list(letters(SLOT + 11 * HOUR)) == [late.email]
    assert Edition.objects.filter(period_key=dt.date(2026, 11, 23)).count() == 2


def test_who_changes_the_frequency_does_not_get_the_letter_of_a_slot_that_is_past(odile):
    choose(user=odile, frequency="weekly", now=SLOT - 30 * DAY)
    news()
    choose(user=odile, frequency="monthly", now=SLOT - 20 * DAY)
    assert letters(SLOT - 20 * DAY + HOUR) == {}
    assert list(letters(SLOT + 8 * DAY)) == [odile.email]


def test_a_quiet_tick_costs_two_queries_however_many_rhythms_there_are(django_assert_num_queries):
    for frequency in Frequency.values:
        for hour in (7, 12, 18):
            SubscriberFactory(frequency=frequency, hour=hour)
    plan_due(now=SLOT)
    with django_assert_num_queries(2):
        plan_due(now=SLOT + MINUTE)


def test_a_pause_tells_everything_when_it_is_over_and_nothing_before(odile):
    choose(user=odile, frequency="weekly", now=SLOT - 7 * DAY)
    news(title="Avant la pause")
    plan_due(now=SLOT)
    choose(user=odile, frequency="weekly", now=SLOT, choices=Choices(paused_until=dt.date(2026, 12, 7)))
    assert Message.objects.get().state == Message.State.CANCELLED
    assert letters(SLOT + 7 * DAY) == {}
    (letter,) = letters(SLOT + 14 * DAY).values()
    assert "Avant la pause" in letter


# --- What is told ------------------------------------------------------------------------------------------------


def test_a_page_opened_today_is_news_today_whenever_it_was_published():
    SubscriberFactory()
    page = news(title="Longtemps réservée", first_published_at=SLOT - 300 * DAY)
    restriction = page.view_restrictions.create(restriction_type="login")
    with time_machine.travel(SLOT - DAY, tick=False):
        restriction.delete()
    (letter,) = letters().values()
    assert "Longtemps réservée" in letter


def test_a_restriction_above_opens_all_that_lies_below_and_a_page_that_goes_opens_nothing():
    index = news(title="Une").get_parent()
    hidden = news(title="Cachée")
    hidden.view_restrictions.create(restriction_type="login")
    assert note_openings(below=index, now=SLOT) == 2
    hidden.delete()


def test_a_page_that_moves_from_under_a_restriction_is_opened():
    from cms.models import PageOpening, StandardPage
    from home.models import HomePage

    home = HomePage.objects.first()
    closed = home.add_child(instance=StandardPage(title="Réservé", slug="reserve"))
    closed.view_restrictions.create(restriction_type="login")
    page = closed.add_child(instance=StandardPage(title="Dedans", slug="dedans"))
    page.move(home, pos="last-child")
    assert PageOpening.objects.filter(page=page).exists()


def test_a_change_is_told_from_the_first_state_to_the_last_and_the_comments_by_number(odile):
    SubscriberFactory(user=odile)
    mine = ProposalFactory(
        title="La mienne", author=odile, state="acceptee", created_at=SLOT - 5 * DAY, state_changed_at=SLOT - DAY
    )
    place = DiscussionFactory(proposal=mine)
    for number in range(4):
        author = UserFactory(public_name="Ali B.")
        CommentFactory(discussion=place, author=author, body=f"Mot {number}", created_at=SLOT - 2 * DAY + number * HOUR)
    (letter,) = letters().values()
    assert letter.count("La mienne") == 1
    line = letter[letter.index("La mienne") :]
    assert "Reçue → Acceptée · 4 nouveaux commentaires" in line
    assert "Ali B." in line
    assert "Mot 3" in line
    assert "Mot 2" not in line


def test_a_state_that_came_back_is_not_told(odile):
    SubscriberFactory(user=odile)
    mine = ProposalFactory(author=odile, state="acceptee", created_at=SLOT - 60 * DAY, state_changed_at=SLOT - 50 * DAY)
    for before, after, at in (("acceptee", "etudiee", 2 * DAY), ("etudiee", "acceptee", DAY)):
        mine.steps.create(from_state=before, to_state=after, at=SLOT - at, role="equipe")
    assert letters() == {}


def test_what_is_followed_says_why_and_an_answer_that_was_mailed_stays_short(odile):
    SubscriberFactory(user=odile)
    SubscriberFactory(email="autre@courriel.example")
    answered = OfficialAnswerFactory(
        proposal=ProposalFactory(created_at=SLOT - 40 * DAY), reasons="Trop cher.", published_at=SLOT - DAY
    )
    set_follow(user=odile, discussion=DiscussionFactory(proposal=answered.proposal), following=True)
    found = letters()
    assert "Trop cher." not in found[odile.email]
    assert "Vous l’avez demandé." in found[odile.email]
    assert "Trop cher." in found["autre@courriel.example"]


def test_what_is_stopped_after_planning_is_left_out(odile):
    SubscriberFactory(user=odile)
    place = DiscussionFactory(proposal=ProposalFactory(title="Suivie", created_at=SLOT - 40 * DAY))
    set_follow(user=odile, discussion=place, following=True)
    CommentFactory(discussion=place, created_at=SLOT - DAY)
    news()
    plan_due(now=SLOT)
    set_follow(user=odile, discussion=place, following=False)
    (mail,) = sent().values()
    assert "Suivie" not in mail.get_body(("plain",)).get_content()


def test_a_letter_has_twelve_lines_and_says_how_many_more_each_section_has():
    SubscriberFactory()
    for number in range(40):
        ProposalFactory(title=f"Idée {number}", created_at=SLOT - DAY)
    for number in range(5):
        news(title=f"Actualité {number}")
        CallPageFactory(title=f"Appel {number}", first_published_at=SLOT - DAY)
        VeilleEntryPageFactory(title=f"Exemple {number}", first_published_at=SLOT - DAY)
    (letter,) = letters().values()
    assert len(re.findall(r"^- (Idée|Actualité|Appel|Exemple)", letter, re.MULTILINE)) == 12
    assert "Et 35 autres" in letter


def test_proposals_that_many_people_discuss_come_first_and_one_person_counts_once():
    SubscriberFactory()
    ProposalFactory(title="Calme", created_at=SLOT - DAY)
    loud = DiscussionFactory(proposal=ProposalFactory(title="Bavarde", created_at=SLOT - DAY))
    talked = DiscussionFactory(proposal=ProposalFactory(title="Discutée", created_at=SLOT - DAY))
    person = UserFactory()
    for _ in range(5):
        CommentFactory(discussion=loud, author=person)
    CommentFactory.create_batch(2, discussion=talked)
    (letter,) = letters().values()
    assert letter.index("Discutée") < letter.index("Bavarde") < letter.index("Calme")


def test_subjects_come_first_and_alone_if_that_is_wanted():
    mine, other = TopicPageFactory(title="Le mien"), TopicPageFactory(title="Autre")
    everything, narrow = SubscriberFactory(), SubscriberFactory(only_topics=True)
    for reader in (everything, narrow):
        follow_topic(subscriber=reader, topic=mine, following=True, now=SLOT - 8 * DAY)
    ProposalFactory(title="Sur mon sujet", topic=mine, created_at=SLOT - DAY)
    ProposalFactory(title="Sur un autre", topic=other, created_at=SLOT - DAY)
    news(title="Actualité")
    found = letters()
    wide, short = found[everything.email], found[narrow.email]
    assert wide.index("CE QUE VOUS SUIVEZ") < wide.index("Sur mon sujet") < wide.index("Sur un autre")
    assert "Vous suivez ce sujet." in wide
    assert "Sur un autre" not in short
    assert "Actualité" in short


# --- The pages ---------------------------------------------------------------------------------------------------

PREFERENCES = "/compte/notifications/"


def test_a_person_chooses_everything_on_one_page_and_each_change_is_logged(client, odile):
    topic = TopicPageFactory()
    client.force_login(odile)
    chosen = {"frequency": "weekly", "weekday": 2, "hour": 18, "topics": [topic.pk], "only_topics": "on"}
    with time_machine.travel(SLOT, tick=False):
        page = client.post(PREFERENCES, chosen | {"paused_until": "2026-12-24"}, follow=True).content.decode()
        client.post(PREFERENCES, chosen | {"paused_until": "2026-12-24"})
        reader = Subscriber.objects.get()
        assert (reader.weekday, reader.hour, reader.only_topics) == (2, 18, True)
        assert (reader.paused_until, list(reader.topics.all())) == (dt.date(2026, 12, 24), [topic])
        assert "mercredi 30\xa0décembre 2026" in page
        client.post(PREFERENCES, chosen)
    details = list(ConsentLog.objects.order_by("pk").values_list("act", "detail"))
    assert [act for act, _detail in details] == ["opt_in", "change"]
    assert details[0][1] == f"day 2, 18 h; subjects {topic.pk} only; pause until 2026-12-24"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"only_topics": "on"}, "Choisissez au moins un sujet"),
        ({"paused_until": "demain"}, "Écrivez un jour"),
        ({"paused_until": "2030-01-01"}, "dans l’année"),
        ({"frequency": ""}, "Choisissez combien"),
    ],
)
def test_a_choice_that_is_not_right_says_what_to_do(client, odile, data, words):
    client.force_login(odile)
    page = client.post(PREFERENCES, {"frequency": "weekly", "weekday": 0, "hour": 7, **data}).content.decode()
    assert words in page
    assert not Subscriber.objects.exists()


def test_none_is_silence_about_what_concerns_a_person_and_can_be_taken_back(client, odile):
    client.force_login(odile)
    client.post(PREFERENCES, {"frequency": "never"})
    assert silent_among([odile.pk]) == {odile.pk}
    place = DiscussionFactory()
    first = CommentFactory(discussion=place, author=odile)
    tell_who_is_concerned(CommentFactory(discussion=place, parent=first), answered=True)
    assert not Message.objects.exists()
    client.post(PREFERENCES, {"frequency": "concerned"})
    assert silent_among([odile.pk]) == set()
    assert list(ConsentLog.objects.order_by("pk").values_list("detail", flat=True)) == [
        "day 0, 7 h; nothing at once",
        "day 0, 7 h",
    ]


def test_no_form_about_the_account_touches_what_was_agreed_to(client, odile):
    choose(user=odile, frequency="weekly", now=SLOT)
    before = list(Subscriber.objects.values()), list(ConsentLog.objects.values())
    client.force_login(odile)
    client.post("/compte/nom/", {"public_name": "Odile N.", "frequency": "never", "immediate": ""})
    assert (list(Subscriber.objects.values()), list(ConsentLog.objects.values())) == before


def test_what_is_followed_is_shown_with_its_reason_and_a_button_that_stops_it(client, odile):
    place = DiscussionFactory(proposal=ProposalFactory(title="Suivie"))
    follow = Follow.objects.create(user=odile, discussion=place, source="supported")
    other = Follow.objects.create(user=UserFactory(), discussion=place, source="chosen")
    client.force_login(odile)
    page = client.get(PREFERENCES).content.decode()
    assert "Suivie" in page
    assert follow.get_source_display() in page.replace("\xa0", " ")
    for number in (follow.pk, follow.pk, other.pk, "x"):
        assert client.post(PREFERENCES, {"arreter": number}).status_code == 302
    follow.refresh_from_db(), other.refresh_from_db()
    assert (follow.muted, other.muted) == (True, False)
    assert "Suivie" not in client.get(PREFERENCES).content.decode().partition('id="suivi"')[2]


def test_a_subject_is_followed_from_its_page(client, odile):
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


def test_a_subject_chosen_by_a_visitor_is_followed_once_the_address_is_confirmed():
    topic = TopicPageFactory()
    reader = ask_by_mail(email="odile@courriel.example", frequency="monthly", now=SLOT, topics=[topic.pk, 10**6])
    with time_machine.travel(SLOT, tick=False):
        _reader, frequency, topics = confirmed_by(confirm_token(reader, "monthly", [topic.pk, 10**6]))
    confirm(subscriber=reader, frequency=frequency, now=SLOT, topics=topics)
    assert list(reader.topics.all()) == [topic]


def test_everything_is_chosen_by_the_link_of_a_mail_without_signing_in(client):
    reader = SubscriberFactory()
    topic = TopicPageFactory()
    address = reverse("digests:less_often", args=[unsubscribe_token(reader)])
    response = client.post(address, {"frequency": "daily", "hour": 12, "weekday": 0, "topics": [topic.pk]})
    assert (response.status_code, bool(response.cookies)) == (200, False)
    reader.refresh_from_db()
    assert (reader.frequency, reader.hour, list(reader.topics.all())) == ("daily", 12, [topic])
    assert ConsentLog.objects.get().act == "change"


# --- How often, and who looks at links (T12) ----------------------------------------------------------------------


def test_asking_is_limited_by_network_and_by_address(client, monkeypatch):
    monkeypatch.setattr(limits, "ASKED_PER_NETWORK_AND_HOUR", 3)
    monkeypatch.setattr(limits, "ASKED_PER_ADDRESS_AND_DAY", 2)

    def ask(address):
        return client.post("/lettre/inscription/", {"email": address, "frequency": "monthly"})

    with time_machine.travel(SLOT, tick=False):
        assert [ask("a@courriel.example").status_code for _ in range(3)] == [302, 302, 429]
        response = ask("b@courriel.example")
        assert response.status_code == 429
        assert "b@courriel.example" in response.content.decode()
    with time_machine.travel(SLOT + HOUR, tick=False):
        assert ask("b@courriel.example").status_code == 302
        assert ask("a@courriel.example").status_code == 429


def test_the_button_of_one_link_is_limited_and_nobody_elses(client, monkeypatch):
    monkeypatch.setattr(limits, "POSTS_PER_READER_AND_HOUR", 1)
    first, second = SubscriberFactory.create_batch(2)
    with time_machine.travel(SLOT, tick=False):
        client.post(reverse("digests:unsubscribe", args=[unsubscribe_token(first)]))
        client.post(reverse("digests:resubscribe", args=[unsubscribe_token(first)]))
        client.post(reverse("digests:unsubscribe", args=[unsubscribe_token(second)]))
    assert list(Subscriber.objects.order_by("pk").values_list("status", flat=True)) == ["stopped", "stopped"]


def test_links_that_nobody_made_are_refused_and_soon_counted(client, monkeypatch):
    from django.core import signing

    monkeypatch.setattr(limits, "FORGED_PER_NETWORK_AND_HOUR", 150)
    reader = SubscriberFactory()
    good = unsubscribe_token(reader)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:"
    forged = {good[:at] + letter + good[at + 1 :] for at in range(len(good)) for letter in (alphabet[at % 65], "~")}
    forged |= {signing.dumps({"s": reader.pk, "n": str(number)}, salt=UNSUBSCRIBE_SALT) for number in range(50)}
    forged = sorted(forged - {good})[:200]
    assert len(forged) == 200
    before = list(Subscriber.objects.values())
    with time_machine.travel(SLOT, tick=False):
        answers = [
            client.post(reverse("digests:unsubscribe", args=[token]), {"List-Unsubscribe": "One-Click"}).status_code
            for token in forged
        ]
    assert answers == [404] * 150 + [429] * 50
    assert list(Subscriber.objects.values()) == before


def test_programs_that_open_every_link_of_fifty_letters_change_nothing(client):
    SubscriberFactory.create_batch(50)
    news()
    plan_due(now=SLOT)
    links = set()
    for mail in sent().values():
        links |= set(re.findall(r"http://testserver(/\S*)", mail.get_body(("plain",)).get_content()))
    assert len(links) >= 101

    def everything():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Subscriber, ConsentLog, Message, Delivery, Edition, SessionReminder)
        ]

    before = everything()
    for link in sorted(links):
        for method in (client.get, client.head):
            assert method(link).status_code in (200, 302), link
        assert client.options(link).status_code in (200, 405), link
    assert everything() == before


# --- Reminders ---------------------------------------------------------------------------------------------------

# Thursday 26 November, 18:00 in Paris; its reminder leaves on Wednesday at 9:00.
STARTS = SLOT + 3 * DAY + 11 * HOUR
DUE = SLOT + 2 * DAY + 2 * HOUR


@pytest.fixture
def session(db):
    return SessionPageFactory(
        title="Séance de novembre", starts_at=STARTS, ends_at=STARTS + 2 * HOUR, place="Salle 3", access="Ascenseur"
    )


def move(session, **fields):
    SessionPage.objects.filter(pk=session.pk).update(**fields)


def test_a_reminder_leaves_the_day_before_once_with_the_facts_in_words_and_in_a_file(odile, session):
    for _ in range(2):
        reminders.set_reminder(user=odile, session=session, wanted=True, now=SLOT)
    assert reminders.send_reminders(now=DUE - MINUTE) == 0
    assert reminders.send_reminders(now=DUE) == 1
    assert reminders.send_reminders(now=DUE + MINUTE) == 0
    (mail,) = sent(DUE).values()
    assert mail["Subject"] == "Rappel\xa0: séance du 26\xa0novembre 2026"
    assert mail.get_content_type() == "multipart/mixed"
    text = mail.get_body(("plain",)).get_content()
    for words in ("jeudi 26\xa0novembre 2026", "de 18\xa0h à 20\xa0h", "Salle 3", "Ascenseur", "/rappel/"):
        assert words in text
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "seance-2026-11-26.ics")
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event.decoded("dtstart") == STARTS
    assert b"\r\r\n" not in file.get_payload(decode=True)


def test_a_session_that_moves_or_is_cancelled_after_the_reminder_is_told_at_once(odile, session):
    reminders.set_reminder(user=odile, session=session, wanted=True, now=SLOT)
    reminders.send_reminders(now=DUE)
    move(session, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    assert reminders.send_reminders(now=DUE + MINUTE) == 1
    move(session, starts_at=STARTS, ends_at=STARTS + 2 * HOUR)
    assert reminders.send_reminders(now=DUE + 2 * MINUTE) == 1
    move(session, status="cancelled")
    assert reminders.send_reminders(now=DUE + 3 * MINUTE) == 1
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: DUE + HOUR, transport=transport)
    subjects = [
        str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"]) for _to, raw in transport.taken
    ]
    assert subjects == [
        "Rappel\xa0: séance du 26\xa0novembre 2026",
        "Changement\xa0: séance du 26\xa0novembre 2026",
        "Changement\xa0: séance du 26\xa0novembre 2026",
        "La séance du 26\xa0novembre 2026 est annulée",
    ]


def test_no_reminder_of_what_is_over_hidden_or_not_wanted_any_more(odile, session):
    other = UserFactory()
    for person in (odile, other):
        reminders.set_reminder(user=person, session=session, wanted=True, now=SLOT)
    reminders.set_reminder(user=other, session=session, wanted=False, now=SLOT)
    restriction = session.view_restrictions.create(restriction_type="login")
    assert reminders.send_reminders(now=DUE) == 0
    restriction.delete()
    assert reminders.send_reminders(now=STARTS + MINUTE) == 0
    assert reminders.send_reminders(now=DUE + HOUR) == 1


def test_a_tick_without_reminders_costs_one_query(session, odile, django_assert_num_queries):
    with django_assert_num_queries(1):
        reminders.send_reminders(now=DUE)


def test_a_reminder_is_asked_on_the_page_of_the_session(client, odile, session):
    address = reverse("digests:session_reminder", args=[session.slug])
    with time_machine.travel(SLOT, tick=False):
        assert address in client.get(session.url).content.decode()
        assert "Se connecter" in client.get(address).content.decode()
        client.post(address, {"action": "suivre"})
        assert not SessionReminder.objects.exists()
        client.force_login(odile)
        client.post(address, {"action": "suivre"})
        assert SessionReminder.objects.get().user == odile
        assert "la veille" in client.get(address).content.decode()
        assert address in client.get(PREFERENCES).content.decode()
        client.post(address, {"action": "arreter"})
        assert not SessionReminder.objects.exists()


# --- Former letters ----------------------------------------------------------------------------------------------


def test_a_former_letter_shows_what_it_told_everybody_and_may_still_be_read(client, odile):
    SubscriberFactory(user=odile)
    shown, hidden = news(title="Toujours là"), news(title="Cachée depuis")
    place = DiscussionFactory(proposal=ProposalFactory(author=odile, created_at=SLOT - 40 * DAY))
    CommentFactory(discussion=place, body="Pour Odile seule", created_at=SLOT - DAY)
    (letter,) = letters().values()
    assert "http://testserver/lettre/archives/2026-11-23/" in letter
    news(title="Plus tard", first_published_at=SLOT + DAY)
    hidden.view_restrictions.create(restriction_type="login")
    response = client.get("/lettre/archives/2026-11-23/")
    page = response.content.decode()
    assert shown.title in page
    for words in ("Cachée depuis", "Pour Odile seule", "Plus tard", "Odile M."):
        assert words not in page
    assert not response.cookies
    assert "/lettre/archives/2026-11-23/" in client.get("/lettre/archives/").content.decode()


def test_a_day_without_a_letter_is_not_there(client):
    SubscriberFactory()
    plan_due(now=SLOT)
    assert client.get("/lettre/archives/2026-11-23/").status_code == 404
    assert client.get("/lettre/archives/2026-13-40/").status_code == 404
    assert "Aucune lettre" in client.get("/lettre/archives/").content.decode()


def test_the_mail_of_a_reminder_can_be_kept_in_a_row(session):
    content = reminders.reminder_of(session, changed=False)
    assert base64.b64decode(content.attachments[0].data).startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.to_payload()["attachments"][0]["mimetype"] == "text/calendar"
