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
KINDS = tuple(
    """
    ACI ACIPHC AFPA AI ASE ASSO ASSO_CHOMEUR Autre AVIP BIB CAARUD CADA CAF CAP_EMPLOI CAVA CC CCAS CCONS CD CDAS CFP
    CHRS CHU CIAS CIDFF CITMET CMP CMS CPAM CPH CS CSAPA CSC DEETS DEPT DIPLP E2C EA EATT EI EITI ENM EPCI EPI EPIDE EPN
    ES ESAT ESS ETTI EVS FABLAB FABRIQUE FAIS FT GEIQ HUDA LA_POSTE MDE MDH MDEF MDPH MDS MJC ML MQ MSA MSAP MUNI OACAS
    ODC OF OIL OPCS PAD PENSION PI PIJ_BIJ PIMMS PJJ PLIE PREF PREVENTION REG RELAIS_LECTURE RESSOURCERIE RFS RS_FJT SCP
    SPIP TIERS_LIEUX UDAF
    """.split()  # noqa: SIM905
)
# Labels of the kinds that residents know; the other kinds are not shown.
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
    found = {folded(code): code for code in codes}
    return {**{writing: code for writing, code in FORMER.items() if code in found.values()}, **found}
