"""Reading of environment variables without Django, for the settings and for beat."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(name: str, variables: Mapping[str, str] = os.environ) -> str:
    """Returns the variable `name`: the content of the file in `NAME_FILE`, without its last line break, else its value.

    Raises KeyError if neither is set, OSError or UnicodeDecodeError if the file cannot be read.
    """
    path = variables.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").rstrip("\r\n") if path else variables[name]


def variable(name: str, default: str) -> str:
    try:
        return read(name)
    except KeyError:
        return default
