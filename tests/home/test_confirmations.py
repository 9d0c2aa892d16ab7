"""Acts that cannot be taken back: what one person changes after another opened the page stops the act, and is shown.

Each row of `docs/confirmations.md` that is bound has a scene here, or names its own test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from participation.models import OfficialAnswer
from tests.factories import OfficialAnswerFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """A page open on the screen of somebody of `group`, and what changes meanwhile.

    `change` replaces words by others that contain « Canari »; `is_done` says whether the act took place.
    """

    group: str
    url: str
    change: Callable[[], Any]
    is_done: Callable[[], bool]
    data: dict[str, str] | None = None


def published_answer():
    """Publication of an official answer, reworded by a colleague (W1)."""
    answer = OfficialAnswerFactory(status=OfficialAnswer.Status.DRAFT)
    row = OfficialAnswer.objects.filter(pk=answer.pk)
    return Scene(
        "Services",
        reverse("answers:publish", args=[answer.pk]),
        lambda: row.update(reasons="Canari refusé."),
        lambda: row.get().is_published,
    )


def contrary_answers():
    """Publication of an answer while a colleague's answer changes the state of the proposal (W2)."""
    proposal = ProposalFactory(state="etudiee")
    answer = OfficialAnswerFactory(proposal=proposal, status=OfficialAnswer.Status.DRAFT)
    row = OfficialAnswer.objects.filter(pk=answer.pk)
    return Scene(
        "Services",
        reverse("answers:publish", args=[answer.pk]),
        lambda: type(proposal).objects.filter(pk=proposal.pk).update(title="Canari"),
        lambda: row.get().is_published,
    )


SCENES = [published_answer, contrary_answers]


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_act_stops_when_what_the_page_showed_has_changed(client, editor_of, make):
    scene = make()
    client.force_login(editor_of(scene.group))
    opened = client.get(scene.url)
    assert opened.status_code == 200
    scene.change()
    answer = client.post(scene.url, {"shown": opened.context["confirmation"].field, **(scene.data or {})})
    assert answer.status_code == 409
    assert not scene.is_done()
    assert any("Canari" in change.text for change in answer.context["confirmation"].changes)
    assert "Canari" in answer.content.decode()
    client.post(scene.url, {"shown": answer.context["confirmation"].field, **(scene.data or {})})
    assert scene.is_done(), "one press more"


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_page_opened_before_the_upgrade_is_shown_again(client, editor_of, make):
    scene = make()
    client.force_login(editor_of(scene.group))
    answer = client.post(scene.url, scene.data or {})
    assert answer.status_code == 409
    assert not scene.is_done()
    assert "Relisez" in answer.content.decode()
