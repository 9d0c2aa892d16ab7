"""Codes of the national schema of places of digital mediation, in French, as spelled in its files.

Source: schema « lieux de médiation numérique » of La MedNum, and the enumerations of the State's services that fill
it, as of 2026. They are data, not interface: they are shown untranslated.
"""

import unicodedata
from collections.abc import Iterable

SERVICES = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)
AUDIENCES = ("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes")
SPECIAL_CARE = (
    "Surdité",
    "Handicaps moteurs",
    "Handicaps mentaux",
    "Illettrisme",
    "Langues étrangères (anglais)",
    "Langues étrangères (autres)",
    "Déficience visuelle",
)
FREE, FREE_FOR_SOME, TO_PAY = FEES = ("Gratuit", "Gratuit sous condition", "Payant")
PROGRAMMES = (
    "Aidants Connect",
    "Bibliothèques numérique de référence",
    "Certification PIX",
    "Conseillers numériques",
    "Emmaüs Connect",
    "France Services",
    "Grande école du numérique",
    "La Croix Rouge",
    "Point d'accès numérique CAF",
    "Promeneurs du net",
    "Relais numérique (Emmaüs Connect)",
)
TRAINING_LABELS = (
    "Formé à « Mon Espace Santé »",
    "Formé à « DUPLEX » (illettrisme)",
    "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
    "Collectif ressources et acteurs réemploi (Normandie)",
    "Fabriques de Territoire",
    "Les Éclaireurs du numérique (Drôme)",
    "Mes Papiers (Métropole de Lyon)",
    "ORDI 3.0",
    "SUD LABS (PACA)",
)
FIXED, MOVING = "Fixe", "Itinérant"
ITINERANCY = (MOVING, FIXED)
ACCESS_MODES = (
    "Se présenter",
    "Téléphoner",
    "Contacter par mail",
    "Prendre un RDV en ligne",
    "Ce lieu n’accueille pas de public",
    "Envoyer un mail avec une fiche de prescription",
)
HELP_MODES = ("En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance")
# Labels of the kinds that residents know.
KIND_NAMES = {
    "ASSO": "Association",
    "BIB": "Bibliothèque ou médiathèque",
    "CAF": "Caisse d’allocations familiales",
    "CCAS": "Centre communal d’action sociale",
    "CPAM": "Assurance maladie",
    "CS": "Centre social",
    "CSC": "Centre socioculturel",
    "EPCI": "Intercommunalité",
    "EPN": "Espace public numérique",
    "ESS": "Économie sociale et solidaire",
    "EVS": "Espace de vie sociale",
    "FABLAB": "Fablab",
    "FT": "France Travail",
    "LA_POSTE": "La Poste",
    "MDS": "Maison des solidarités",
    "MJC": "Maison des jeunes et de la culture",
    "ML": "Mission locale",
    "MQ": "Maison de quartier",
    "MUNI": "Mairie",
    "OF": "Organisme de formation",
    "PIJ_BIJ": "Information jeunesse",
    "PIMMS": "Point d’information médiation multiservices",
    "PREF": "Préfecture",
    "RESSOURCERIE": "Ressourcerie",
    "RFS": "France services",
    "TIERS_LIEUX": "Tiers-lieu",
    "UDAF": "Union des associations familiales",
}
# Labels of the other kinds, for the form only.
OTHER_KIND_NAMES = {
    "ACI": "Atelier ou chantier d’insertion",
    "ACIPHC": "Atelier ou chantier d’insertion, premières heures en chantier",
    "AFPA": "Agence nationale pour la formation professionnelle des adultes",
    "AI": "Association intermédiaire",
    "ASE": "Aide sociale à l’enfance",
    "ASSO_CHOMEUR": "Association de chômeurs",
    "Autre": "Autre",
    "AVIP": "Crèche à vocation d’insertion professionnelle",
    "CAARUD": "Centre de réduction des risques pour usagers de drogues",
    "CADA": "Centre d’accueil de demandeurs d’asile",
    "CAP_EMPLOI": "Cap emploi",
    "CAVA": "Centre d’adaptation à la vie active",
    "CC": "Communauté de communes",
    "CCONS": "Chambre consulaire",
    "CD": "Conseil départemental",
    "CDAS": "Centre départemental d’action sociale",
    "CFP": "Centre des finances publiques",
    "CHRS": "Centre d’hébergement et de réinsertion sociale",
    "CHU": "Centre d’hébergement d’urgence",
    "CIAS": "Centre intercommunal d’action sociale",
    "CIDFF": "Centre d’information sur les droits des femmes et des familles",
    "CITMET": "Cité des métiers",
    "CMP": "Centre médico-psychologique",
    "CMS": "Centre médico-social",
    "CPH": "Centre provisoire d’hébergement",
    "CSAPA": "Centre de soins et de prévention en addictologie",
    "DEETS": "Direction de l’emploi, du travail et des solidarités",
    "DEPT": "Service social du conseil départemental",
    "DIPLP": "Délégation à la lutte contre la pauvreté",
    "E2C": "École de la deuxième chance",
    "EA": "Entreprise adaptée",
    "EATT": "Entreprise adaptée de travail temporaire",
    "EI": "Entreprise d’insertion",
    "EITI": "Entreprise d’insertion par le travail indépendant",
    "ENM": "Espace numérique mobile",
    "EPI": "Espace public internet",
    "EPIDE": "Établissement pour l’insertion dans l’emploi",
    "ES": "Épicerie solidaire",
    "ESAT": "Établissement et service d’aide par le travail",
    "ETTI": "Entreprise de travail temporaire d’insertion",
    "FABRIQUE": "Fabrique de territoire",
    "FAIS": "Fédération de l’insertion et de la solidarité",
    "GEIQ": "Groupement d’employeurs pour l’insertion et la qualification",
    "HUDA": "Hébergement d’urgence pour demandeurs d’asile",
    "MDE": "Maison de l’emploi",
    "MDEF": "Maison de l’emploi et de la formation",
    "MDH": "Maison des habitants",
    "MDPH": "Maison départementale des personnes handicapées",
    "MSA": "Mutualité sociale agricole",
    "MSAP": "Maison de services au public",
    "OACAS": "Organisme d’accueil communautaire et d’activité solidaire",
    "ODC": "Organisme délégataire d’un conseil départemental",
    "OIL": "Opérateur d’intermédiation locative",
    "OPCS": "Organisme porteur de la clause sociale",
    "PAD": "Point d’accès au droit",
    "PENSION": "Pension de famille ou résidence accueil",
    "PI": "Point information",
    "PJJ": "Protection judiciaire de la jeunesse",
    "PLIE": "Plan local pour l’insertion et l’emploi",
    "PREVENTION": "Service ou club de prévention",
    "REG": "Région",
    "RELAIS_LECTURE": "Relais lecture",
    "RS_FJT": "Résidence sociale ou foyer de jeunes travailleurs",
    "SCP": "Services et clubs de prévention",
    "SPIP": "Service pénitentiaire d’insertion et de probation",
}
KINDS = tuple(KIND_NAMES | OTHER_KIND_NAMES)
# Former spellings of some codes, still found in files.
FORMER = {
    "se presenter sur place": "Se présenter",
    "atelier collectif": "Dans un atelier collectif",
    "dans un atelier": "Dans un atelier collectif",
    "a ma place": "Accompagnement individuel",
    "seul": "En autonomie",
}


def folded(text: str) -> str:
    """Returns `text` normalised for comparison: lowercase, without accents, with straight apostrophes."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").strip().lower())
    return "".join(char for char in plain if not unicodedata.combining(char))


def by_writing(codes: Iterable[str]) -> dict[str, str]:
    """Returns a dictionary of `codes` by their `folded` spellings, former ones included."""
    by_spelling = {folded(code): code for code in codes}
    return {**{writing: code for writing, code in FORMER.items() if code in by_spelling.values()}, **by_spelling}
