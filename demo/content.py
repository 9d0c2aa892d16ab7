"""Content of the demonstration: TOML files of `demo/texts/`, converted to objects by services."""

import tomllib
from pathlib import Path
from typing import Any

from common.markdown import french

# Entry of a file.
Text = dict[str, Any]

FOLDER = Path(__file__).with_name("texts")


def read(name: str) -> Text:
    """Returns the content of the file `name`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_folder(name: str) -> dict[str, Text]:
    """Returns the content of each file of the folder `name`, by stem, in alphabetical order."""
    return {stem: read(f"{name}/{stem}") for stem in sorted(path.stem for path in (FOLDER / name).glob("*.toml"))}


def french_lines(text: str) -> str:
    """Returns `text` with French spacing, keeping its lines."""
    return "\n".join(french(line) for line in text.strip().splitlines())


def csv_bytes(rows: str) -> bytes:
    """Returns the CSV file of `rows`, with a byte order mark that identifies UTF-8 for spreadsheets."""
    return "".join(f"{row}\r\n" for row in rows.strip().splitlines()).encode("utf-8-sig")
