"""Fixtures: an open call, and users in every role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from participation.models import CallPage
from tests.factories import CallPageFactory, UserFactory


@pytest.fixture
def call(db):
    """Call that takes proposals."""
    return CallPageFactory(title="Quelles démarches simplifier ?", phase=CallPage.Phase.PROPOSALS)


@pytest.fixture
def moderator(editor_of):
    return editor_of("Modération")


@pytest.fixture
def agent(editor_of):
    return editor_of("Services")


@pytest.fixture
def people(editor_of):
    """Returns one user per role."""
    return {
        "anonymous": AnonymousUser(),
        "resident": UserFactory(),
        "writer": editor_of("Rédaction"),
        "moderator": editor_of("Modération"),
        "service": editor_of("Services"),
        "organiser": editor_of("Animation"),
    }
