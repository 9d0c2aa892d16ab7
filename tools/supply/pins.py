"""Pins of `requirements/*.txt`: which package, in which version, with which hashes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.demonstration import ROOT

FOLDER = ROOT / "requirements"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package that is installed, for some Python or for all; `hashes` are those of its files, in sha256."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


def canonical(name: str) -> str:
    """Returns a name of a package as every tool writes it: `Django_CSP` is `django-csp`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(profile: str) -> list[Pin]:
    """Returns the pins of `requirements/<profile>.txt`, whatever Python they are for."""
    return parse_pins((FOLDER / f"{profile}.txt").read_text(encoding="utf-8"))


def parse_pins(text: str) -> list[Pin]:
    """Returns the pins of a file of requirements. One package may have two, for two Pythons."""
    found = list(PIN.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [
        Pin(canonical(match[1]), match[2], tuple(HASH.findall(text[match.end() : end])))
        for match, end in zip(found, ends, strict=True)
    ]


def once_each(pins: Iterable[Pin]) -> list[list[Pin]]:
    """Deals `pins` into lists in which no package is twice: a file of requirements may not name one in two versions."""
    lists: list[dict[str, Pin]] = []
    for pin in pins:
        free = next((some for some in lists if pin.name not in some), None)
        if free is None:
            free = {}
            lists.append(free)
        free[pin.name] = pin
    return [list(some.values()) for some in lists]
