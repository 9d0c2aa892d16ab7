"""The audit log records each kind of act, and no text of any user."""

import json

import pytest

from auditlog.models import Entry, EntryKind
from common.audit import Act
from tests.auditlog.conftest import CANARY
from tests.auditlog.journeys import JOURNEYS, People
from tests.polls.factories import NOW

pytestmark = pytest.mark.django_db

REFUSED = {
    Act.WRONG_PASSWORD,
    Act.WRONG_CODE,
    Act.WRONG_FACTOR,
    Act.NOT_PROVED,
    Act.WRONG_CONFIRMATION,
    Act.LIMIT_REACHED,
}
# Done by anonymous visitors: the user is unknown.
ANONYMOUS = {Act.WRONG_PASSWORD, Act.WRONG_CODE, Act.WRONG_FACTOR, Act.NOT_PROVED, Act.LIMIT_REACHED, Act.CREATED}
# Done by the tick, without a request.
SCHEDULED = {Act.ERASED}


@pytest.fixture(autouse=True)
def set_up(time_machine, settings):
    time_machine.move_to(NOW, tick=False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def people():
    return People()


@pytest.mark.parametrize("action", JOURNEYS)
def test_act_is_stored_and_logged_as_a_line(action, people, lines, django_capture_on_commit_callbacks):
    kind, journey = JOURNEYS[action]
    before = list(Entry.objects.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        journey(people)
    made = Entry.objects.exclude(pk__in=before)
    entry = made.filter(action=action).last()
    assert entry is not None, list(made.values_list("action", flat=True))
    assert (entry.kind, entry.at) == (kind, NOW)
    assert entry.network == ("" if action in SCHEDULED else "127.0.0.0/24")
    assert (entry.result == "refused") is (action in REFUSED)
    assert (entry.actor is None) is (action in ANONYMOUS | SCHEDULED)
    # Each entry was logged as one line with the same content.
    written = {line["entry"]: line for line in lines()}
    assert set(written) == set(made.values_list("pk", flat=True))
    log_line = written[entry.pk]
    assert (log_line["action"], log_line["actor"], log_line["object_id"]) == (action, entry.actor, entry.object_id)
    # No text of any user: neither names nor what they wrote.
    stored = json.dumps([list(Entry.objects.values()), lines()], default=str).lower()
    assert CANARY not in stored
    assert "@" not in stored
    assert str(people.resident.public_name).lower() not in stored


def test_each_act_and_each_kind_has_a_journey():
    assert set(Act) <= set(JOURNEYS)
    assert {kind for kind, _journey in JOURNEYS.values()} == set(EntryKind)
