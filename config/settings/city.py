"""Settings that come from the file of the city."""

import tomllib
from pathlib import Path


def time_zone_of(path: Path) -> str:
    """Returns the `time_zone` of the city file, "Europe/Paris" by default.

    `common.city` reports an unreadable file.
    """
    try:
        zone: str = tomllib.loads(path.read_text(encoding="utf-8")).get("time_zone", "Europe/Paris")
    except (OSError, tomllib.TOMLDecodeError):
        return "Europe/Paris"
    return zone
