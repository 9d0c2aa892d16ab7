"""Fixtures: a past session, the next one, a rapporteur, a coordinator and the secretariat, a register."""

import datetime as dt

import pytest

from committee.models import RegisterEntry
from committee.register.services.redaction import redact
from tests.committee.minutes import NOW, Role, held, member
from tests.committee.register import VOTED, enter


@pytest.fixture
def rapporteur():
    return member(Role.RAPPORTEUR)


@pytest.fixture
def coordinator():
    return member(Role.COORDINATOR)


@pytest.fixture
def secretary(editor_of):
    """User of the secretariat."""
    return editor_of("Secrétariat")


@pytest.fixture
def secretariat(client, editor_of):
    """Client of a user of the secretariat."""
    client.force_login(editor_of("Secrétariat"))
    return client


@pytest.fixture
def session():
    return held()


@pytest.fixture
def later():
    return held(1)


@pytest.fixture
def entries(coordinator):
    """Four decisions: the text of the second is removed, only the last one records its vote."""
    entries_list = [enter(number, topic="Inclusion" if number == 3 else "", topic_number=None) for number in (1, 2, 3)]
    redact(entry=entries_list[1], actor=coordinator, reason="Demande d’une personne citée.", now=NOW)
    enter(4, due_on=dt.date(2026, 12, 1), **VOTED)
    return list(RegisterEntry.objects.all())
