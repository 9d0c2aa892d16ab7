"""Fixtures: a session that was held, the one after it, a rapporteur and a coordinator."""

import pytest

from tests.committee.minutes import Role, held, member


@pytest.fixture
def rapporteur():
    return member(Role.RAPPORTEUR)


@pytest.fixture
def coordinator():
    return member(Role.COORDINATOR)


@pytest.fixture
def session():
    return held()


@pytest.fixture
def later():
    return held(1)
