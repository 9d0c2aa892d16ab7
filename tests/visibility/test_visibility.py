"""Visibility on every surface: no response shows a role anything that the oracle (`readers`) forbids.

A cell is an object, a role and an address. `make test` requests a fixed part of the addresses as two roles; the
second tier requests a part as each role, and all addresses as two; `make nightly` all addresses as each role.
"""

import os
import zlib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from wagtail.fields import StreamField

from tests.visibility.policies import policy_of
from tests.visibility.readers import LINES, line_of, readers_of
from tests.visibility.roles import ROLES
from tests.visibility.surfaces import Surface
from tests.visibility.world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    # Wagtail warns about a chooser that no page uses, of a model that is not searchable.
    pytest.mark.filterwarnings("ignore:.* is defined as Indexable:RuntimeWarning"),
]

LONG = bool(os.environ.get("LONG"))
# Minimum number of cells per role: a walk that shrinks proves nothing.
MIN_CELLS_OF_A_PART, MIN_CELLS_OF_ALL = 5_000, 100_000
# One address in this many belongs to the part.
PUBLIC_PART, ADMIN_PART = 10, 60
INSIDE = "/admin/"
FIRST_TIER = ("visitor", "resident")
TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, StreamField)
# Fields without a canary: not written by users (hashes, keys, kinds, figures, random file names), …
FIELDS_WITHOUT_CANARY = (
    *("*hash", "*.code_hash", "*.key", "*.voice", "*.token_nonce", "*.slug", "entry.*", "user.password"),
    *("*.counts", "surveytally.question", "nominativeanswer.answer", "restitution.figures", "accountcode.choices"),
    *("attachment.file", "customrendition.*", "delivery.items", "message.kind", "bounce.status", "heartbeat.name"),
    # Names of groups and of the code.
    "appliedrights.rights",
    *("identity.name", "retentionrun.name", "registerentry.salt", "registerentry.commitment", "registerentry.reason"),
    *(
        "indicator.measure",
        "measurement.period",
        "place.insee_code",
        "place.postal_code",
        "place.pivot",
        "place.listed_in",
    ),
    *("sheetregister.entered", "volunteer.told", "volunteer.said", "sessionreminder.said"),
    # Random file name, as `attachment.file` above.
    "undeletedfile.name",
    # Errors of the site contain a place in the code and no personal data (operations.models).
    "fault.*",
    # … or on pages that exist from the first day of a site, live and public.
    *("accessibilitypage.*", "committeepage.*", "memberspage.*", "programmepage.*", "homepage.*", "*indexpage.*"),
)
# Headers of conditional requests by browsers and proxies.
CONDITIONS = {"HTTP_IF_NONE_MATCH": "*", "HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"}


def matches_any(name: str, lines: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, one) for one in lines)


class Walk:
    """Requests addresses as one role; `faults` lists violations, `found` the canaries shown."""

    def __init__(self, world: World, role: str) -> None:
        self.world, self.role, self.browser = world, role, world.browser(role)
        self.cells = self.answers = 0
        self.faults: set[str] = set()
        self.found: set[str] = set()

    def ask(self, surface: Surface) -> None:
        answer = self.browser.get(surface.address)
        self._look(surface, answer, "GET")
        allowed = policy_of(surface.view) or set()
        if answer.status_code == 200 and self.role not in allowed:
            self.faults.add(f"{surface.view} is open to {self.role}: {surface.address}")
        if not surface.address.startswith(INSIDE):
            self._look(surface, self.browser.head(surface.address), "HEAD")
            again = self.browser.get(surface.address, **CONDITIONS)
            self._look(surface, again, "If-None-Match")
            if again.status_code == 304 and answer.status_code != 200:
                self.faults.add(f"{surface.address} is refused, but returns 304")
        self.cells += self.world.cells(surface)

    def _look(self, surface: Surface, answer, how: str) -> None:
        self.answers += 1
        revealed = self.world.revealed(answer, surface.address)
        self.found |= revealed
        self.faults |= {
            f"{name} is revealed to {self.role} by {surface.view} ({how}): {surface.address}"
            for name in revealed
            if self.role not in readers_of(name)
        }
        if answer.status_code >= 500:
            self.faults.add(f"{surface.address} answers {answer.status_code} to {self.role}")


def in_part(role: str) -> Callable[[Surface], bool]:
    """Returns a predicate for the addresses that `make test` requests as `role`; the part differs per role."""

    def chosen(surface: Surface) -> bool:
        one_in = ADMIN_PART if surface.address.startswith(INSIDE) else PUBLIC_PART
        return zlib.crc32(f"{role} {surface.address}".encode()) % one_in == 0

    return chosen


def walk(world: World, role: str, surfaces: list[Surface], note: Callable[[str, object], None]) -> Walk:
    done = Walk(world, role)
    for surface in surfaces:
        done.ask(surface)
    note("cells", done.cells)
    return done


@pytest.mark.parametrize(
    "role",
    [role if role in FIRST_TIER else pytest.param(role, marks=pytest.mark.thorough) for role in ROLES],
)
def test_sampled_addresses_reveal_no_forbidden_field(world, role, record_property):
    done = walk(world, role, list(filter(in_part(role), world.surfaces)), record_property)
    assert done.faults == set()
    assert done.cells >= MIN_CELLS_OF_A_PART


@pytest.mark.thorough
@pytest.mark.parametrize("role", ROLES if LONG else ["visitor", "inside"])
def test_all_addresses_reveal_no_forbidden_field(world, role, record_property):
    done = walk(world, role, world.surfaces, record_property)
    assert done.faults == set()
    assert done.cells >= MIN_CELLS_OF_ALL
    if role == "administrator":
        kinds = {name.partition(".")[0] for name in world.canaries.keys if role in readers_of(name)}
        missed = kinds - {name.partition(".")[0] for name in done.found}
        assert missed == set(), "control: a superuser sees canaries of every model"


def test_every_canary_has_a_line_in_the_oracle_and_vice_versa(world):
    lines = {name: line_of(name) for name in world.canaries.keys}
    assert [name for name, line in lines.items() if line is None] == []
    assert [line[0] for line in LINES if line not in lines.values()] == []


def test_every_text_field_has_a_canary_in_some_state(world):
    """New text fields get a canary if an object of their model is created; objects of new models must be added."""
    with_words = {tuple(name.split(".")[::2]) for name in world.canaries.keys}
    without = {
        f"{model._meta.model_name}.{field.name}"
        for app in apps.get_app_configs()
        if Path(app.path).parent == settings.BASE_DIR
        for model in app.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, TEXT) and not field.choices and (model._meta.model_name, field.name) not in with_words
    }
    assert {name for name in without if not matches_any(name, FIELDS_WITHOUT_CANARY)} == set()
    assert [one for one in FIELDS_WITHOUT_CANARY if not any(fnmatchcase(name, one) for name in without)] == []
