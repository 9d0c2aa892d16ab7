"""Columns of the national schema: conversion of a cell to the value of a field, or to a reason for refusal.

An error that makes a place wrong (no name, no commune, a position outside France, an unknown code) refuses the row. An
invalid optional cell (a phone number, a URL) is left out and reported.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from common.sanitising import clean_text, html_to_text, is_seen
from common.sources import is_web_address
from inclusion.errors import RowRefused, UnusableCell
from inclusion.models import Place, codes
from inclusion.models.fields import split
from inclusion.models.hours import MAX_LENGTH, can_be_read, spans_past_midnight

# Bounds of France (south, north, west, east): the mainland, then the overseas territories.
FRANCE = (
    (41.2, 51.2, -5.3, 9.7),
    (14.3, 18.2, -63.2, -60.7),
    (2.0, 6.0, -54.7, -51.5),
    (-21.5, -20.8, 55.1, 55.9),
    (-13.1, -12.5, 44.9, 45.4),
    (46.7, 47.2, -56.5, -56.1),
    (-23.5, -8.0, -155.0, -134.0),
    (-23.5, -13.0, 157.0, 180.0),
    (-15.0, -13.0, -179.0, -176.0),
)
PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{2,28}")
CODES = {
    name: codes.by_writing(known)
    for name, known in {
        "kinds": codes.KINDS,
        "services": codes.SERVICES,
        "audiences": codes.AUDIENCES,
        "special_care": codes.SPECIAL_CARE,
        "fees": codes.FEES,
        "programmes": codes.PROGRAMMES,
        "training_labels": codes.TRAINING_LABELS,
        "itinerancy": codes.ITINERANCY,
        "access_modes": codes.ACCESS_MODES,
        "help_modes": codes.HELP_MODES,
    }.items()
}
MAX_LENGTHS = {
    name: getattr(Place._meta.get_field(name), "max_length", None) or 0
    for name in (
        "identifier",
        "name",
        "commune",
        "address",
        "address_extra",
        "summary",
        "details",
        "source",
        "parent_body",
    )
}
NEEDED = {"id": "identifier", "nom": "name", "commune": "commune", "code_postal": "postal_code"}
# A cell that is left out: its column and the reason.
Note = tuple[str, str]


def values_of(cells: dict[str, str], *, today: date) -> tuple[dict[str, Any], list[Note]]:
    """Converts the cells of a row to the fields of a place. Returns them with the cells that are left out.

    Raises `RowRefused`.
    """
    values, notes = {}, list[Note]()
    for column, name in Place.NATIONAL.items():
        cell = cells.get(column, "").strip()
        if not cell:
            values[name] = EMPTY[name]
            continue
        try:
            values[name] = READERS[name](cell, name)
        except UnusableCell as reason:
            values[name] = EMPTY[name]
            notes.append((column, str(reason)))
        except RowRefused as reason:
            raise RowRefused(_("%(column)s: %(reason)s") % {"column": column, "reason": reason}) from None
    for column, name in NEEDED.items():
        if not is_seen(values[name]):
            raise RowRefused(_("%(column)s: this cell is empty.") % {"column": column})
    _require_position(values)
    if values["updated_on"] and values["updated_on"] > today:
        values["updated_on"] = None
        notes.append(("date_maj", _("This day is to come.")))
    if values["hours"] and not can_be_read(values["hours"]):
        notes.append(("horaires", _("Only people can read these hours: they are shown as they are written.")))
    if spans := spans_past_midnight(values["hours"]):
        message = _("%(spans)s ends on the next day: the place is open at night. Check its hours.")
        notes.append(("horaires", message % {"spans": ", ".join(spans)}))
    return values, notes


def hash_of(values: dict[str, Any]) -> str:
    """Returns a hash of the values of a row, which is equal for equal values."""
    return hashlib.sha256(repr(tuple(values.items())).encode()).hexdigest()


def _text(cell: str, name: str) -> str:
    text = html_to_text(cell) if "<" in cell else cell
    if not (text.isprintable() and unicodedata.is_normalized("NFC", text)):
        text = clean_text(text)
        if name != "details":
            text = re.sub(r"[ \t\n]+", " ", text).strip()
    if len(text) > MAX_LENGTHS[name]:
        message = _("%(length)d signs are too long: %(most)d are the most.")
        raise RowRefused(message % {"length": len(text), "most": MAX_LENGTHS[name]})
    return text


def _matching(pattern: str, message: Callable[[], str]) -> Callable[[str, str], str]:
    expression = re.compile(pattern)

    def read(cell: str, name: str) -> str:
        if not expression.fullmatch(cell):
            raise RowRefused(message())
        return cell

    return read


def _pivot(cell: str, name: str) -> str:
    """Returns a SIRET or RNA number; "" for the zeros that files contain if it is unknown."""
    identifier = cell.replace(" ", "")
    if not identifier.strip("0"):
        return ""
    if not re.fullmatch(r"\d{14}|W[0-9A-Z]{9}", identifier):
        raise UnusableCell(_("This is no SIRET and no RNA number."))
    return identifier


def _degrees(cell: str, name: str) -> float | None:
    if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{1,20})?", cell):
        raise RowRefused(_("This is no position in degrees."))
    return float(cell.replace(",", "."))


@lru_cache(maxsize=4_096)
def _codes(cell: str, name: str) -> tuple[str, ...]:
    """Returns the codes of a cell. Cached, because large files repeat few distinct cells."""
    by_spelling, result = CODES[name], []
    for part in split(cell):
        code = by_spelling.get(codes.folded(part))
        if code is None:
            raise RowRefused(_("“%(word)s” is no code of the national schema.") % {"word": part[:80]})
        result.append(code)
    return tuple(dict.fromkeys(result))


def _words(cell: str, name: str) -> tuple[str, ...]:
    return split(clean_text(cell))


def _phone(cell: str, name: str) -> str:
    if not PHONE.fullmatch(cell):
        raise UnusableCell(_("This is no phone number."))
    return cell


def _checked(check: Callable[[Any], Any], parts: Iterable[str], message: str) -> tuple[str, ...]:
    values = tuple(parts)
    try:
        for value in values:
            check(value)
    except ValidationError:
        raise UnusableCell(message) from None
    return values


def _emails(cell: str, name: str) -> tuple[str, ...]:
    return _checked(validate_email, split(cell), _("This is no e-mail address."))


def _urls(cell: str, name: str) -> tuple[str, ...]:
    return _checked(_web_address, split(cell), _("This is no web address."))


def _url(cell: str, name: str) -> str:
    return "".join(_checked(_web_address, [cell], _("This is no web address.")))


def _web_address(url: str) -> None:
    is_web_address(url)
    if len(url) > 500:
        raise ValidationError("long")


def _hours(cell: str, name: str) -> str:
    text = cell if cell.isprintable() else " ".join(clean_text(cell).split())
    if len(text) > MAX_LENGTH:
        raise UnusableCell(_("These hours are too long."))
    return text


@lru_cache(maxsize=4_096)
def _day(cell: str, name: str) -> date:
    try:
        return datetime.fromisoformat(cell).date()
    except ValueError:
        pass
    try:
        return datetime.strptime(cell, "%d/%m/%Y").date()
    except ValueError:
        raise RowRefused(_("Write the day as 2026-11-28 or 28/11/2026.")) from None


def _require_position(values: dict[str, Any]) -> None:
    latitude, longitude = values["latitude"], values["longitude"]
    if (latitude is None) != (longitude is None):
        raise RowRefused(_("latitude, longitude: only one of them is filled in."))
    if latitude is None or longitude is None:
        return
    if not any(south <= latitude <= north and west <= longitude <= east for south, north, west, east in FRANCE):
        raise RowRefused(_("latitude, longitude: this position is not in France."))


EMPTY = {name: getattr(Place(), name) for name in Place.NATIONAL.values()} | {"identifier": ""}
READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(MAX_LENGTHS, _text),
    **dict.fromkeys(CODES, _codes),
    "pivot": _pivot,
    "postal_code": _matching(r"\d{5}", lambda: _("A postal code has five figures.")),
    "insee_code": _matching(r"(\d{2}|2[AB])\d{3}", lambda: _("An INSEE code has five signs.")),
    "latitude": _degrees,
    "longitude": _degrees,
    "phone": _phone,
    "emails": _emails,
    "websites": _urls,
    "hours": _hours,
    "updated_on": _day,
    "other_labels": _words,
    "accessibility_url": _url,
    "booking_url": _url,
}
