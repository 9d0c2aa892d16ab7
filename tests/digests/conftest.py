"""Fixtures: recipients of the digest."""

import pytest

from accounts.services.accounts import create_verified_user


@pytest.fixture
def odile(db):
    return create_verified_user(email="odile@courriel.example", public_name="Odile M.")
