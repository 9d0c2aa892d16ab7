"""Content of the demonstration: the TOML files of `demo/texts/`, which services turn into objects."""

import tomllib
from pathlib import Path
from typing import Any

from common.markdown import french

# One entry of a file.
Text = dict[str, Any]

FOLDER = Path(__file__).with_name("texts")


def read(name: str) -> Text:
    """Returns the content of the file `name`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_folder(name: str) -> dict[str, Text]:
    """Returns the content of each file of the folder `name`, by its name without the ending, in alphabetical order."""
    return {stem: read(f"{name}/{stem}") for stem in sorted(path.stem for path in (FOLDER / name).glob("*.toml"))}


def french_lines(text: str) -> str:
    """Returns `text` with the spaces of French, its lines kept."""
    return "\n".join(french(line) for line in text.strip().splitlines())


def csv_bytes(rows: str) -> bytes:
    """Returns the CSV file of `rows`, with the mark that tells spreadsheets that its letters are UTF-8."""
    return "".join(f"{row}\r\n" for row in rows.strip().splitlines()).encode("utf-8-sig")
