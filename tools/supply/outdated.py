"""Newer releases: within our bounds (`make requirements ARGS=--upgrade` installs them), and beyond them.

    make outdated

Exit code: 0 if the package index responded, even with outdated packages; 2 if it did not.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

from tools.audit.report import table
from tools.demonstration import ROOT
from tools.supply.pins import Pin, canonical, parse_pins, read_pins

SILENCE = "NO INDEX OF PACKAGES ANSWERED: nothing is known, which is not the same as nothing being old."


class NoAnswer(Exception):
    """No response of the package index; the text is uv's output."""


@dataclass(frozen=True)
class Row:
    """Outdated package: the pinned version, the newest allowed by our bounds and those of others, the newest of all."""

    name: str
    pinned: str
    within: str
    newest: str


def uv(*arguments: str) -> str:
    """Returns the output of uv, run without its cache. Raises NoAnswer."""
    command = [sys.executable, "-m", "uv", "--no-cache", "pip", *arguments]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise NoAnswer(process.stderr.strip()[-600:])
    return process.stdout


def compare(pinned: list[Pin], within: list[Pin], newest: dict[str, str]) -> list[Row]:
    """Returns the three versions of each outdated package. With two pins, the one of the newest Python counts."""
    allowed = {pin.name: pin.version for pin in within}
    rows = [
        Row(pin.name, pin.version, allowed.get(pin.name, ""), newest.get(pin.name, allowed.get(pin.name, "")))
        for pin in {pin.name: pin for pin in pinned}.values()
    ]
    return [row for row in rows if {row.within or row.pinned, row.newest or row.pinned} != {row.pinned}]


def find() -> list[Row]:
    """Queries the index. Raises NoAnswer."""
    upgraded = ["--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--upgrade"]
    within = parse_pins(uv("compile", *upgraded, "requirements/dev.in"))
    listed = json.loads(uv("list", "--outdated", "--format", "json"))
    newest = {canonical(package["name"]): package["latest_version"] for package in listed}
    return compare(read_pins("dev"), within, newest)


def main() -> int:
    try:
        rows = find()
    except NoAnswer as problem:
        print(f"{SILENCE}\n{problem}", file=sys.stderr)
        return 2
    of_site = {pin.name for pin in read_pins("base")}
    rows.sort(key=lambda row: (row.name not in of_site, row.name))
    lines = [
        [row.name, "site" if row.name in of_site else "tool", row.pinned, row.within or "–", row.newest or "–"]
        for row in rows
    ]
    print(table(["package", "of", "pinned", "within bounds", "newest"], lines) if lines else "Nothing is old.")
    print(f"\n{len(rows)} of {len({pin.name for pin in read_pins('dev')})} packages have a newer release.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
