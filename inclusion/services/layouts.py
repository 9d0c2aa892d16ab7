"""Layouts of files of places: the national schema, the list of France services, the counsellors of a metropolis.

Each converts its rows to cells of the national schema, so that they are all validated in one place (`columns`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.communes import COMMUNES
from common.tables import FileRefused
from inclusion.services.columns import NEEDED, Note

Cells = dict[str, str]
# Span of hours, as in « 08:00 - 12:00 / 13:00 - 17:00 ».
PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d) - ([01]\d|2[0-3]|24):([0-5]\d)")
WEEK = {"h_lundi": "Mo", "h_mardi": "Tu", "h_mercredi": "We", "h_jeudi": "Th", "h_vendredi": "Fr", "h_samedi": "Sa"}
ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Layout:
    """Layout of a file: the list that it belongs to, its required columns, and the conversion of a row."""

    listed_in: str
    needed: frozenset[str]
    convert: Callable[[Cells], tuple[Cells, list[Note]]]


def layout_of(columns: frozenset[str]) -> Layout:
    """Returns the layout of a file with `columns`. Raises `FileRefused`, naming the missing columns."""
    for layout in LAYOUTS:
        if layout.needed <= columns:
            return layout
    missing = [name for name in NEEDED if name not in columns]
    raise FileRefused(
        _("This is no list of places that we know. The national schema needs these columns too: %(names)s.")
        % {"names": ", ".join(missing)}
    )


def _national(cells: Cells) -> tuple[Cells, list[Note]]:
    return cells, []


def _france_services(cells: Cells) -> tuple[Cells, list[Note]]:
    """Converts a row. The services common to all France services by their charter are added: free help, a computer."""
    hours, notes = hours_of_week({day: cells.get(column, "") for column, day in WEEK.items()})
    identifier, phone, mail = (cells.get(name, "").strip() for name in ("id_fs", "telephone", "mail"))
    access_modes = ["Se présenter", *(["Téléphoner"] if phone else []), *(["Contacter par mail"] if mail else [])]
    converted = {
        "id": f"france-services-{identifier}" if identifier else "",
        "nom": cells.get("lib_fs", ""),
        "commune": cells.get("lib_com", ""),
        "code_postal": cells.get("code_postal", ""),
        "code_insee": cells.get("insee_com", ""),
        "adresse": cells.get("adresse", ""),
        "complement_adresse": cells.get("complement_adresse", ""),
        "latitude": cells.get("latitude", ""),
        "longitude": cells.get("longitude", ""),
        "typologie": "RFS",
        "telephone": phone,
        "courriels": mail,
        "horaires": hours,
        "presentation_detail": unescaped(cells.get("commentaire", "")),
        "source": "France services",
        "itinerance": "Itinérant" if cells.get("itinerance", "").strip().lower() == "oui" else "Fixe",
        "structure_parente": cells.get("groupe", ""),
        "services": "Aide aux démarches administratives|Accès internet et matériel informatique",
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "France Services",
        "modalites_acces": "|".join(access_modes),
        "modalites_accompagnement": "Accompagnement individuel",
    }
    return converted, notes


def _counsellors(cells: Cells) -> tuple[Cells, list[Note]]:
    """Converts a row: a body with digital counsellors paid by the State, by commune, without address or names."""
    code, siret = cells.get("Code commune Insee", "").strip(), cells.get("Siret", "").strip()
    posts = cells.get("Nb de conseillers attribués", "").strip()
    converted = {
        "id": f"conseillers-numeriques-{siret}" if siret else "",
        "nom": cells.get("nom", ""),
        "pivot": siret,
        "commune": COMMUNES.get(code, ""),
        "code_postal": cells.get("Code postal", "").strip(),
        "code_insee": code,
        "source": "Conseillers numériques",
        "presentation_resume": f"Postes de conseiller numérique\u00a0: {posts}." if posts.isdigit() else "",
        "services": "Aide aux démarches administratives|Maîtrise des outils numériques du quotidien",
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "Conseillers numériques",
    }
    return converted, []


LAYOUTS = (
    Layout("france-services", frozenset({"id_fs", "lib_fs", "insee_com", "h_lundi"}), _france_services),
    Layout("conseillers-numeriques", frozenset({"nom", "Siret", "Code commune Insee"}), _counsellors),
    Layout("mediation-numerique", frozenset(NEEDED), _national),
)


def hours_of_week(cells: dict[str, str]) -> tuple[str, list[Note]]:
    """Returns the hours of Monday to Saturday in OpenStreetMap syntax, and the parts that are left out.

    `cells` are keyed by the day in that syntax; consecutive equal days are grouped: « Mo-Th 08:00-12:00 ».
    """
    days, notes = {}, []
    for column, day in WEEK.items():
        days[day], faults = _periods(cells.get(day, ""))
        notes += [(column, fault) for fault in faults]
    rules: list[tuple[str, str, str]] = []
    for day, times in days.items():
        if rules and rules[-1][2] == times:
            rules[-1] = (rules[-1][0], day, times)
        else:
            rules.append((day, day, times))
    written = (f"{first if first == last else f'{first}-{last}'} {times}" for first, last, times in rules if times)
    return "; ".join(written), notes


def _periods(cell: str) -> tuple[str, list[str]]:
    """Returns the hours of a day, and the reason for each part that is left out."""
    spans, faults = list[tuple[str, str]](), []
    for text in filter(None, (part.strip() for part in cell.split("/"))):
        times = PERIOD.fullmatch(text)
        start, end = (f"{times[1]}:{times[2]}", f"{times[3]}:{times[4]}") if times else ("", "")
        if not start or start >= end or end > "24:00":
            faults.append(_("“%(text)s” is no time of opening: it is left out.") % {"text": text[:60]})
        elif spans and start < spans[-1][1]:
            faults.append(_("“%(text)s” overlaps the hours before it: it is left out.") % {"text": text[:60]})
        else:
            spans.append((start, end))
    return ",".join(f"{start}-{end}" for start, end in spans), faults


def unescaped(text: str) -> str:
    r"""Returns `text` with its escapes such as "\xE9" decoded (Latin-1)."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
