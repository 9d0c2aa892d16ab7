"""A session that was held, the one after it, and the two people who write minutes and say that they are approved."""

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
