"""Pins of `requirements/*.txt`: package, version, hashes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.demonstration import ROOT

FOLDER = ROOT / "requirements"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """Pinned package, for some Python versions or for all; `hashes` are the sha256 digests of its files."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


def canonical(name: str) -> str:
    """Returns the normalised name of a package: `Django_CSP` is `django-csp`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(profile: str) -> list[Pin]:
    """Returns the pins of `requirements/<profile>.txt` for all Python versions."""
    return parse_pins((FOLDER / f"{profile}.txt").read_text(encoding="utf-8"))


def parse_pins(text: str) -> list[Pin]:
    """Parses a requirements file. A package may have two pins, for two Python versions."""
    matches = list(PIN.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    return [
        Pin(canonical(match[1]), match[2], tuple(HASH.findall(text[match.end() : end])))
        for match, end in zip(matches, ends, strict=True)
    ]


def once_each(pins: Iterable[Pin]) -> list[list[Pin]]:
    """Splits `pins` into lists without duplicate packages: a requirements file may not have two versions of one."""
    lists: list[dict[str, Pin]] = []
    for pin in pins:
        free = next((some for some in lists if pin.name not in some), None)
        if free is None:
            free = {}
            lists.append(free)
        free[pin.name] = pin
    return [list(some.values()) for some in lists]
