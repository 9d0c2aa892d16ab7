"""Online link of a session: visible to members in office only."""

import base64
import datetime as dt
import uuid
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError

from committee.convocations.services import convene
from committee.models import Mandate, SessionPage
from common.shown import BY_PROGRAM
from common.templatetags.dates import CITY_ZONE
from digests.services import reminders
from mailing.models import Message
from tests.factories import MandateFactory, SessionPageFactory, UserFactory
from tests.tables import assert_table

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

LINK = "https://visio.example/salle-tres-secrete"
SECRET = "salle-tres-secrete"
STARTS = dt.datetime(2026, 11, 26, 18, tzinfo=CITY_ZONE)
DAY = dt.timedelta(days=1)
NOW = STARTS - 3 * DAY


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    page = SessionPageFactory(starts_at=STARTS, ends_at=STARTS + dt.timedelta(hours=2), title="Les démarches")
    page.online_link = LINK
    page.save_revision().publish()
    return page


@pytest.fixture
def sitting_user():
    return MandateFactory(member__user=UserFactory()).member.user


def content_of(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return content_of(response)


PUBLIC = (
    "/",
    "/le-comite/",
    "/le-comite/seances/",
    "/le-comite/seances/2026-11-26/",
    "/le-comite/seances/2026-11-26/seance.ics",
    "/le-comite/seances/2026-11-26/rappel/",
    "/le-comite/seances/calendrier.ics",
    "/recherche/?q=secrete",
    "/recherche/?q=visio",
    "/recherche/?q=démarches",
    "/sitemap.xml",
    "/plan-du-site/",
    "/donnees-ouvertes/seances.json",
    "/donnees-ouvertes/seances.csv",
)


def test_link_is_not_on_public_pages(client, session):
    results = {}
    for name, user in (("visitor", None), ("account", UserFactory())):
        if user:
            client.force_login(user)
        for address in PUBLIC:
            response = client.get(address, follow=True)
            results[name, address] = response.status_code, SECRET in content_of(response)
    assert_table(results, dict.fromkeys(product(("visitor", "account"), PUBLIC), (200, False)))


def test_sitting_member_sees_the_link_until_the_session_ends(client, session, sitting_user, clock):
    client.force_login(sitting_user)
    response = client.get(session.url)
    assert LINK in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert SECRET not in read(client, f"{session.url}seance.ics")
    clock.move_to(session.ends_at + dt.timedelta(minutes=1))
    assert SECRET not in read(client, session.url)


def test_link_is_hidden_after_the_mandate_and_for_a_cancelled_session(client, session, sitting_user):
    SessionPage.objects.filter(pk=session.pk).update(status="cancelled")
    client.force_login(sitting_user)
    assert SECRET not in read(client, session.url)
    SessionPage.objects.filter(pk=session.pk).update(status="scheduled")
    Mandate.objects.update(ends_on=NOW.date() - DAY)
    assert SECRET not in read(client, session.url)


def test_reminder_of_a_member_has_the_link_but_not_in_its_calendar(session, sitting_user):
    other = UserFactory()
    for user in (sitting_user, other):
        reminders.set_reminder(user=user, session=session, is_wanted=True, now=NOW)
    assert reminders.send_reminders(now=STARTS - DAY) == 2
    mails = {message.to_email: message.payload for message in Message.objects.all()}
    assert LINK in mails[sitting_user.email]["text"]
    assert LINK in mails[sitting_user.email]["html"]
    assert SECRET not in str(mails[other.email])
    for mail in mails.values():
        assert SECRET not in base64.b64decode(mail["attachments"][0]["data"]).decode()


def test_a_changed_link_notifies_members_only(session, sitting_user):
    other = UserFactory()
    for user in (sitting_user, other):
        reminders.set_reminder(user=user, session=session, is_wanted=True, now=NOW)
    reminders.send_reminders(now=STARTS - DAY)
    SessionPage.objects.filter(pk=session.pk).update(online_link="https://visio.example/autre")
    assert reminders.send_reminders(now=STARTS - DAY / 2) == 1
    latest = Message.objects.order_by("-pk").first()
    assert latest.to_email == sitting_user.email
    assert "le lien a changé" in latest.payload["text"]


def test_link_without_https_is_refused():
    with pytest.raises(ValidationError, match="https"):
        SessionPage(online_link="http://visio.example/").clean_fields(
            exclude=[field.name for field in SessionPage._meta.fields if field.name != "online_link"]
        )


def test_copy_of_a_session_has_no_link(session):
    copy = session.copy(
        update_attrs={"slug": "2026-12-24", "starts_at": STARTS + 28 * DAY, "ends_at": session.ends_at + 28 * DAY}
    )
    assert copy.online_link == ""


def test_link_is_used_only_by_session_page_reminder_and_convocation():
    """Digests, their archive, feeds, cards and data use other templates and modules: none has the link.

    A convocation has its own link, for its recipients only.
    """
    root = Path(settings.BASE_DIR)
    templates = {path.relative_to(root).as_posix() for path in (root / "templates").rglob("*.*") if has_link(path)}
    assert templates == {
        "templates/committee/admin/convocation.html",
        "templates/committee/area/convocations.html",
        "templates/committee/session_page.html",
        "templates/emails/convocation.html",
        "templates/emails/convocation.txt",
        "templates/emails/session_reminder.html",
        "templates/emails/session_reminder.txt",
    }
    apps = (
        "accounts",
        "cms",
        "committee",
        "common",
        "demo",
        "digests",
        "home",
        "mailing",
        "participation",
        "polls",
        "veille",
    )
    modules = {
        path.relative_to(root).as_posix() for app in apps for path in (root / app).rglob("*.py") if has_link(path)
    }
    assert {name for name in modules if "/migrations/" not in name} == {
        "committee/convocations/forms.py",
        "committee/convocations/admin.py",
        "committee/convocations/queries/calls.py",
        "committee/convocations/views.py",
        "committee/convocations/services.py",
        "committee/admin/dashboard.py",
        "committee/models/convocations.py",
        "committee/models/sessions.py",
        "digests/notifications/session_reminder.py",
        "digests/services/reminders.py",
        "demo/services/members_area.py",
    }


def has_link(path):
    text = path.read_text(encoding="utf-8")
    return "online_link" in text or "members_link" in text


def test_page_of_a_session_without_link_has_that_of_the_convocation(client, sitting_user):
    page = SessionPageFactory(starts_at=STARTS, ends_at=STARTS + dt.timedelta(hours=2))
    convene(session=page, words="", online_link=LINK, sender=UserFactory(), key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW)
    assert SECRET not in content_of(client.get(page.url))
    client.force_login(UserFactory())
    assert SECRET not in content_of(client.get(page.url))
    client.force_login(sitting_user)
    assert SECRET in content_of(client.get(page.url))
