"""Charts in all their states, for the page of components: hidden, unknown and missing values."""

from datetime import date

from common.charts.bars import Bars, Group
from common.charts.communes import CommuneMap
from common.charts.frame import Chart, ChartTableRow
from common.charts.over_time import Calendar, Columns, Event, Point, StepLineChart
from common.charts.states import Progress, ProgressItem, Stack
from common.charts.values import Hidden, Series, Tone
from common.city import CITY
from common.communes import COMMUNES

FEW = Hidden("moins de 5")
# The city first.
SOME_COMMUNES = [CITY.code, *(code for code in COMMUNES if code != CITY.code)]
STATES = (
    Series("Livré", Tone.YES),
    Series("En cours", Tone.ONGOING),
    Series("À venir", Tone.WAITING),
    Series("En retard", Tone.NO),
)

CHARTS: list[Chart] = [
    Bars(
        title="Quel âge ont ceux qui participent ?",
        sentence="Les moins de 25 ans manquent. Les plus de 60 ans sont plus nombreux qu’en ville.",
        head="Âge",
        series=(
            Series("Comité", Tone.BRICK),
            Series("Participants", Tone.WATER),
            Series("Population", Tone.OUTLINE),
        ),
        groups=[
            Group("Moins de 25 ans", (Hidden(), 12, 33.2)),
            Group("De 25 à 59 ans", (Hidden(), 50, 45.3)),
            Group("60 ans ou plus", (42, 34, 21.5)),
            Group("Préfère ne pas répondre", (0, 4, None)),
        ],
        unit="%",
        notes=["Un groupe de moins de cinq personnes est masqué, avec un autre."],
    ),
    Bars(
        title="294 réponses",
        sentence="Le choix donné le plus souvent : « Tout en ligne, sans aide » (40 %).",
        head="Réponse",
        series=(Series("Part", Tone.WATER),),
        groups=[
            Group("Tout en ligne, sans aide", (40,), (118,), "Adopté"),
            Group("Au guichet", (35,), (103,)),
            Group("Je ne sais pas", (25,), (73,)),
        ],
        fact_heads=("Nombre",),
        unit="%",
    ),
    Columns(
        title="Propositions publiées, mois après mois",
        sentence="Le mois de mars en a reçu le plus. Le site n’existait pas en janvier.",
        head="Mois",
        value_head="Propositions",
        points=[
            Point("janv.", None),
            *(Point(*point) for point in (("févr.", 12), ("mars", 31), ("avril", 24), ("mai", 9), ("juin", 14))),
            *(Point(*point) for point in (("juill.", 0), ("août", FEW), ("sept.", 18), ("oct.", 22))),
            *(Point(*point) for point in (("nov.", 27), ("déc.", 11))),
        ],
    ),
    Stack(
        title="Huit demandes faites à la ville",
        sentence="Quatre demandes sur huit ont reçu un oui avant la fin de l’année.",
        head="Réponse",
        value_head="Nombre",
        states=(
            Series("Oui", Tone.YES),
            Series("En partie", Tone.PARTLY),
            Series("En cours", Tone.ONGOING),
            Series("À venir", Tone.WAITING),
            Series("Non", Tone.NO),
        ),
        values=(4, 1, 1, 1, 1),
    ),
    StepLineChart(
        title="Démarches faites jusqu’au bout sans aide",
        sentence="Deux démarches sur trois aboutissent : l’objectif est presque atteint.",
        head="Trimestre",
        value_head="Démarches abouties",
        unit="%",
        target=70,
        points=[
            *(Point(*point) for point in (("1er 2025", 41), ("2e 2025", 44), ("3e 2025", None), ("4e 2025", 52))),
            *(Point(*point) for point in (("1er 2026", 58), ("2e 2026", 57), ("3e 2026", 66))),
        ],
    ),
    StepLineChart(
        title="Temps d’attente au guichet",
        sentence="L’attente a baissé de quatre minutes en trois ans.",
        head="Année",
        value_head="Minutes",
        points=[Point("2024", 11.5), Point("2025", 9.0), Point("2026", 7.5)],
    ),
    Calendar(
        title="Cinq rendez-vous en dix mois",
        sentence="Chaque petite maison est un rendez-vous. Celle qui est vide et barrée est en retard.",
        head="Séance",
        note_head="Sujet",
        year=2019,
        events=[
            Event(date(2019, 1, 14), "Choisir le programme", "Participer en ligne", "#graphiques", "participation"),
            Event(date(2019, 2, 25), "Essayer trois démarches", "Mon compte en ligne", "#graphiques", "services"),
            Event(date(2019, 3, 31), "Aider qui est loin du numérique", "Inclusion numérique", "", "inclusion", True),
            Event(date(2019, 5, 20), "Comparer huit grandes villes", "Comparer les métropoles", "", "elsewhere"),
            Event(date(2019, 10, 1), "Six indicateurs, et le bilan", "Définir des indicateurs", "", "figures"),
        ],
    ),
    Progress(
        title="Où en est le programme",
        sentence="Cinq livrables sur douze sont là. Deux sont en retard.",
        head="Sujet",
        states=STATES,
        lines=[
            ProgressItem("Mon compte en ligne", (3, 1, 0, 0), "#graphiques"),
            ProgressItem("Participer en ligne", (2, 0, 1, 1)),
            ProgressItem("Inclusion numérique", (0, 1, 2, 1)),
        ],
    ),
    CommuneMap(
        title="Où habitent les personnes venues",
        sentence="La ville, et cinq communes autour d’elle.",
        value_head="Personnes",
        numbers=dict(zip(SOME_COMMUNES, (141, 14, 9, 6, Hidden(), Hidden()), strict=False)),
        urls={CITY.code: "#graphiques"},
        elsewhere=[ChartTableRow("Une autre commune", ["7"])],
    ),
    Columns(
        title="Un graphique sans chiffre",
        head="Année",
        value_head="Nombre",
        points=[Point("2026", None)],
        nothing="Personne n’a encore répondu.",
    ),
]
