"""Files of places for tests, in the layouts supported by the importer."""

import csv
import io
import json

from inclusion.models import Place

HEADER = [*Place.NATIONAL]
LIKE_ALL = {
    "pivot": "00000000000000",
    "commune": "Strasbourg",
    "code_postal": "67000",
    "code_insee": "67482",
    "adresse": "1 rue de l’Exemple",
    "latitude": "48.58",
    "longitude": "7.75",
    "typologie": "ASSO|TIERS_LIEUX",
    "telephone": "+33300000000",
    "courriels": "accueil@lieu.example",
    "site_web": "https://lieu.example/",
    "horaires": "Mo-Fr 09:00-12:00,14:00-17:00",
    "presentation_resume": "On y apprend à se servir d’un ordinateur.",
    "source": "Exemple",
    "itinerance": "Fixe",
    "date_maj": "2019-01-14",
    "services": "Aide aux démarches administratives|Utilisation sécurisée du numérique",
    "frais_a_charge": "Gratuit",
    "modalites_acces": "Se présenter|Téléphoner",
}
FRANCE_SERVICES = [
    *(
        "id_fs",
        "lib_fs",
        "adresse",
        "insee_com",
        "code_postal",
        "lib_com",
        "latitude",
        "longitude",
        "mail",
        "telephone",
    ),
    *("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi", "commentaire", "itinerance"),
]


def national_row(number, **cells):
    return {"id": f"lieu-{number}", "nom": f"Lieu {number}", **LIKE_ALL, **cells}


def written(rows, header=HEADER, *, delimiter=",", encoding="utf-8", start=""):
    """Returns a CSV file of `rows`: dictionaries by column, or strings inserted unchanged."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in rows:
        if isinstance(row, str):
            out.write(row)
        else:
            writer.writerow([row.get(name, "") for name in header])
    return io.BytesIO((start + out.getvalue()).encode(encoding))


def as_json(value):
    return io.BytesIO(json.dumps(value).encode())
