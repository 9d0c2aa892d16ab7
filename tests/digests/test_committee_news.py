"""Committee news in the digest: minutes, decisions, programme, arrivals and departures of members; each listed once."""

import datetime as dt

import pytest
import time_machine

from committee.models import Mandate, Priority, WorkProgramme
from digests.models import Frequency
from digests.queries.archives import archived
from digests.services import previews
from indicators.models import Restitution
from tests.committee import minutes
from tests.digests.factories import DAY, NEXT_SLOT, SLOT, SubscriberFactory
from tests.digests.mails import read_digests
from tests.factories import MandateFactory, SeatFactory, TopicPageFactory, UserFactory
from tests.hidden_pages import each_way_to_hide

pytestmark = pytest.mark.django_db
Role = Mandate.Role


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(minutes.NOW, tick=False) as traveller:
        yield traveller


def reader(**fields):
    return SubscriberFactory(started_at=SLOT, verified_at=SLOT, **fields)


def make_mandate(name, *, seat=None, role=Role.MEMBER, is_named=True, **days):
    return MandateFactory(member__name=name, member__is_named=is_named, seat=seat or SeatFactory(), role=role, **days)


def make_news(topic):
    """Approves minutes on the 25th with two decisions, adopts a programme; one member arrives, two leave."""
    first, second = minutes.DECISIONS
    session = minutes.approved(decisions=[{**first, "topic": topic}, second])
    programme = WorkProgramme.objects.create(year=2027)
    Priority.objects.create(programme=programme, topic=topic)
    WorkProgramme.objects.update(adopted_at=minutes.NOW + DAY)
    Restitution.objects.create(year=2025, built_at=minutes.NOW, published_at=minutes.NOW + DAY)
    day = dt.date(2026, 11, 25)
    seat = SeatFactory()
    make_mandate("Bernard F.", seat=seat, starts_on=dt.date(2020, 1, 1), ends_on=day)
    make_mandate("Fatou D.", seat=seat, starts_on=day + DAY)
    make_mandate("Secrète", is_named=False, starts_on=dt.date(2020, 1, 1), ends_on=day - DAY)
    # A second mandate directly after the first is neither a departure nor an arrival.
    stays = make_mandate("Renouvelée", starts_on=dt.date(2020, 1, 1), ends_on=day)
    Mandate.objects.create(member=stays.member, seat=stays.seat, role=Role.MEMBER, starts_on=day + DAY)
    # A mandate as an officer is not a seat.
    make_mandate("Titulaire", starts_on=dt.date(2020, 1, 1)).member.mandates.create(role=Role.RAPPORTEUR, starts_on=day)
    return session


LINES = (
    "Le bilan de 2025 est publié",
    "Compte rendu de la séance du 14 novembre 2026",
    "Le comité demande un guide.",
    "Le comité demande un téléphone.",
    "Programme de travail 2027",
    "Fatou D. rejoint le comité",
    "Bernard F. quitte le comité",
    "Une personne quitte le comité",
)


def plain(text):
    return " ".join(text.replace("\u00a0", " ").split())


def test_each_news_is_listed_once_in_the_mail_the_preview_and_the_archive():
    topic = TopicPageFactory(title="Mobilité")
    one = reader()
    assert previews.for_visitor(Frequency.WEEKLY, now=minutes.NOW).content is None
    make_news(topic)
    preview = previews.for_visitor(Frequency.WEEKLY, now=minutes.NOW + 4 * DAY).content
    text = plain(read_digests(now=NEXT_SLOT)[one.email])
    _edition, sections = archived(NEXT_SLOT.date(), now=NEXT_SLOT)
    titles = {plain(line.title) for section in sections for line in section.lines}
    assert "Et 3 autres nouvelles du comité" in text
    assert titles == {*LINES}
    # The mail has five lines; the linked page lists the others.
    for surface in (text, plain(preview.text)):
        assert [surface.count(phrase) for phrase in LINES] == [1] * 5 + [0] * 3
    for hidden in ("Secrète", "Renouvelée", "Titulaire"):
        assert hidden not in text + "".join(titles)
    assert one.email not in read_digests(now=NEXT_SLOT + 7 * DAY)


@each_way_to_hide
def test_programme_names_its_public_topics_only(hide):
    one = reader()
    programme = WorkProgramme.objects.create(year=2027)
    topics = [TopicPageFactory(title=title) for title in ("Mobilité", "Perroquet")]
    for topic in topics:
        Priority.objects.create(programme=programme, topic=topic)
    hide(topics[1])
    WorkProgramme.objects.update(adopted_at=minutes.NOW + DAY)
    text = plain(read_digests(now=NEXT_SLOT)[one.email])
    assert "Programme de travail 2027" in text
    assert ("Mobilité" in text, "Perroquet" in text) == (True, False)


def test_decisions_are_filtered_by_the_topics_of_the_subscriber():
    topic, other = TopicPageFactory(title="Mobilité"), TopicPageFactory(title="Écrans")
    readers = {name: reader(only_topics=name.endswith("only")) for name in ("follows", "only", "other-only")}
    for name, one in readers.items():
        one.topics.add(other if name == "other-only" else topic)
    first, second = minutes.DECISIONS
    minutes.approved(decisions=[{**first, "topic": topic}, second])
    digests = {to: plain(text) for to, text in read_digests(now=NEXT_SLOT).items()}
    results = {
        name: [
            "Vous suivez ce sujet" in digests[one.email],
            *(decision["text"] in digests[one.email] for decision in (first, second)),
        ]
        for name, one in readers.items()
    }
    assert results == {
        "follows": [True, True, True],
        "only": [True, True, False],
        "other-only": [False, False, False],
    }


def test_new_member_is_announced_the_day_after_to_everyone_else():
    fatou, karim = (SubscriberFactory(user=UserFactory(), frequency="daily", started_at=SLOT) for _ in range(2))
    day = dt.date(2026, 11, 25)
    morning = SLOT + 2 * DAY
    assert read_digests(now=morning) == {}
    MandateFactory(member__name="Fatou D.", member__is_named=True, member__user=fatou.user, starts_on=day)
    digests = read_digests(now=morning + DAY)
    assert set(digests) == {karim.email}
    assert "Fatou D. rejoint le comité" in plain(digests[karim.email])
    assert read_digests(now=morning + 2 * DAY) == {}
