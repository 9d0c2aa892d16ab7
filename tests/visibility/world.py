"""Site with all kinds of non-public objects, and the responses that it gives to a role."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from accounts.models import User
from tests.visibility.pages import make_pages
from tests.visibility.roles import Browser, make_people
from tests.visibility.rows import make_rows
from tests.visibility.surfaces import Surface, Surfaces
from tests.visibility.surveys import make_surveys
from tests.visibility.texts import make_texts
from tests.visibility.trials import make_trials
from tests.visibility.words import FOUND, Canaries


@dataclass
class World:
    canaries: Canaries
    people: dict[str, User]
    surfaces: list[Surface]

    def browser(self, role: str) -> Browser:
        return Browser(self.people.get(role))

    def revealed(self, answer: Any, address: str) -> set[str]:
        """Returns the names of the fields whose canaries are in a response: in its text, headers or files."""
        words = set(FOUND.findall(text_of(answer))) - set(FOUND.findall(address.lower()))
        return {self.canaries.names[word] for word in words if word in self.canaries.names}

    @property
    def objects(self) -> dict[str, int]:
        """Names of the objects with their primary keys."""
        return {name.rpartition(".")[0]: key for name, key in self.canaries.keys.items()}

    def cells(self, surface: Surface) -> int:
        """Returns the number of objects that an address could reveal: those with its key, or all if it has none."""
        keys = self.objects.values()
        return sum(key == surface.key for key in keys) if surface.key else len(keys)


def make_world() -> World:
    canaries = Canaries()
    people = make_people(canaries)
    pages = make_pages(canaries)
    make_texts(canaries, people, pages)
    make_rows(canaries, people, pages)
    make_surveys(canaries)
    make_trials(canaries, people)
    return World(canaries, people, list(Surfaces()))


def text_of(answer: Any) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return f"{content.decode('utf-8', 'replace')} {answer.headers}".lower()
