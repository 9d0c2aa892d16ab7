"""Number of queries of the committee's pages: the same for twelve rows as for two."""

import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committee.models import (
    Attendance,
    Convened,
    Convocation,
    Deliverable,
    PartnerBodyPage,
    Priority,
    Referral,
    SessionAction,
    SessionDecision,
    SessionPage,
    TopicPage,
    WorkProgramme,
)
from indicators.models import Restitution, Survey, SurveyTally
from indicators.representativeness.queries.population import QUESTIONS
from tests.committee.minutes import DAY, NOW, Role, approved, signed_in
from tests.committee.minutes import member as sitting
from tests.committee.register import enter
from tests.factories import MandateFactory, MemberFactory, SessionPageFactory, TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW + DAY, tick=False)]


@pytest.fixture
def session():
    return approved()


@pytest.fixture
def topic(session):
    new_topic = TopicPageFactory(number=9000)
    programme = WorkProgramme.objects.create(year=2026, adopted_at=NOW)
    Priority.objects.create(programme=programme, topic=new_topic, sort_order=0)
    Survey.objects.create(year=2025, opens_on=NOW.date() - 9 * DAY, closes_on=NOW.date() - 5 * DAY)
    return new_topic


def grow(number, session, topic):
    """Adds one of each object that these pages list; members with and without consent."""
    sitting = MandateFactory(member=MemberFactory(is_named=bool(number % 2), user=UserFactory())).member
    Deliverable.objects.create(topic=topic, title=f"Livrable {number}", owner=sitting.name)
    other = TopicPageFactory(pilot=sitting)
    late = {"due_on": NOW.date() - DAY}
    Deliverable.objects.create(topic=other, title=f"Tard {number}", owner=sitting.name, **late)
    SessionDecision.objects.create(session=session, text=f"Décidé {number}", responsible=sitting.name, topic=topic)
    SessionAction.objects.create(session=session, text=f"À faire {number}", member=sitting, topic=topic, **late)
    enter(number, text=f"Décidé {number}", responsible=sitting.name, topic=topic.title, topic_number=topic.number)
    body = PartnerBodyPage.objects.get(slug="comite-partenarial")
    Referral.objects.create(page=body, text=f"Apporté {number}", brought_on=NOW.date())
    past = SessionPageFactory(starts_at=NOW - (40 + number) * DAY, ends_at=NOW - (40 + number) * DAY + DAY / 12)
    SessionAction.objects.create(session=past, text=f"Ailleurs {number}", member=sitting, topic=topic, **late)
    seat = sitting.mandates.get().seat
    Attendance.objects.create(
        session=session, seat=seat, member=sitting, state="present", how="sheet", recorded_at=NOW
    )  # fmt: skip
    convocation = Convocation.objects.create(key=uuid.uuid4(), session=past, sent_at=NOW)
    Convened.objects.create(convocation=convocation, member=sitting, by_mail=True)
    figure = {"section": f"Partie {number}", "label": "F", "definition": "D", "query": "Q", "value": "1"}
    figures = [{**figure, "measured_at": NOW.isoformat()} for _one in range(number)]
    Restitution.objects.create(year=2000 + number, figures=figures, built_at=NOW, published_at=NOW)
    Restitution.objects.filter(year=2001).update(figures=figures)
    tally = {"who": "membres", "question": QUESTIONS[number % len(QUESTIONS)].key}
    if not SurveyTally.objects.filter(**tally).exists():
        SurveyTally.objects.create(survey=Survey.objects.get(), counts={"x": 10}, **tally)


PUBLIC_PAGES = {
    "topic": lambda session, topic: topic.url,
    "board": lambda session, topic: "/le-comite/programme/",
    "programme of a year": lambda session, topic: "/le-comite/programme/2026/",
    "session": lambda session, topic: session.url,
    "sessions": lambda session, topic: "/le-comite/seances/",
    "register": lambda session, topic: "/le-comite/decisions/",
    "register of a topic": lambda session, topic: f"/le-comite/decisions/?sujet={topic.number}",
    "register as a file": lambda session, topic: "/le-comite/decisions/registre.json",
    "calendar": lambda session, topic: "/le-comite/seances/calendrier.ics",
    "members": lambda session, topic: "/le-comite/membres/",
    "partner body": lambda session, topic: "/le-comite/comite-partenarial/",
    "reports": lambda session, topic: reverse("indicators:restitutions"),
    "report": lambda session, topic: reverse("indicators:restitution", args=[2001]),
    "figures": lambda session, topic: reverse("indicators:restitution_table", args=[2001]),
    "who takes part": lambda session, topic: reverse("indicators:representativeness"),
}
MEMBER_PAGES = {
    "area": lambda session, topic: reverse("committee:area"),
    "directory": lambda session, topic: reverse("committee:directory"),
    "file of the directory": lambda session, topic: reverse("committee:directory_file"),
    "convocations": lambda session, topic: reverse("committee:convocations"),
    "minutes": lambda session, topic: reverse("committee:minutes_list"),
    "minutes of a session": lambda session, topic: reverse("committee:minutes", args=[session.slug]),
    "sheet": lambda session, topic: reverse("committee:attendance_sheet", args=[session.slug]),
}
ADMIN_PAGES = {
    "dashboard": lambda session, topic: reverse("wagtailadmin_home"),
    "members in the admin": lambda session, topic: reverse("wagtailsnippets_committee_member:list"),
    "seats in the admin": lambda session, topic: reverse("wagtailsnippets_committee_seat:list"),
    "attendance by seat": lambda session, topic: reverse("committee_attendance:list"),
    "sessions in the admin": lambda session, topic: reverse("committee_sessions:list"),
    "convocations in the admin": lambda session, topic: reverse("convocations:index"),
}


def queries_for(client, url):
    client.get(url)
    caches["local"].delete("committee-hidden-names")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert answer.status_code == 200
    return len(queries), [query["sql"] for query in queries]


@pytest.mark.parametrize("pages", [PUBLIC_PAGES, MEMBER_PAGES, ADMIN_PAGES], ids=["anyone", "members", "office"])
def test_queries_of_pages_do_not_grow_with_rows(client, editor_of, session, topic, pages):
    if pages is MEMBER_PAGES:
        client = signed_in(sitting(Role.RAPPORTEUR))
    elif pages is ADMIN_PAGES:
        client = signed_in(editor_of("Secrétariat"))
    for number in (1, 2):
        grow(number, session, topic)
    session, topic = SessionPage.objects.get(pk=session.pk), TopicPage.objects.get(pk=topic.pk)
    urls = {name: url(session, topic) for name, url in pages.items()}
    few = {name: queries_for(client, url)[0] for name, url in urls.items()}
    for number in range(3, 7):
        grow(number, session, topic)
    dearer = {}
    for name, url in urls.items():
        many, sql = queries_for(client, url)
        if many > few[name]:
            dearer[name] = "\n".join(sql)
    assert dearer == {}
