"""Who worked in which group, and which experts came, at the sessions of the demonstration. All are invented."""

from dataclasses import dataclass
from datetime import date

from committee.models import SessionExpert, TopicPage, WorkshopGroup
from common.markdown import french


@dataclass(frozen=True)
class Group:
    """`topic` is the slug of a topic."""

    name: str
    facilitator: str
    room: str
    produced: str
    topic: str = ""


@dataclass(frozen=True)
class Expert:
    """`topic` is the slug of a topic."""

    name: str
    occupation: str
    biography: str
    topic: str = ""


GROUPS: dict[date, tuple[Group, ...]] = {
    date(2019, 2, 25): (
        Group(
            "Inscrire un enfant à l’école",
            "Louise S.",
            "table 1",
            "Trois essais, deux réussis. Le groupe a noté cinq mots que personne ne comprend.",
            "monstrasbourg-eu",
        ),
        Group(
            "Demander une carte de stationnement",
            "Solange D.",
            "table 2",
            "Quatre essais, deux réussis. La liste des papiers arrive trop tard.",
            "monstrasbourg-eu",
        ),
    ),
    date(2019, 3, 18): (
        Group(
            "Oser la première fois",
            "Louise S.",
            "table 1",
            "Une personne en face, toujours la même, et le droit de se tromper.",
            "inclusion-numerique",
        ),
        Group(
            "Trouver un lieu d’aide",
            "Rachid O.",
            "table 2",
            "Une première liste de douze lieux, avec leurs horaires.",
            "inclusion-numerique",
        ),
    ),
    date(2019, 4, 24): (
        Group(
            "Écrire une bonne réponse",
            "Louise S.",
            "petite salle",
            "Un modèle en quatre phrases : la décision, la raison, la suite, qui signe.",
            "participer-strasbourg-eu",
        ),
    ),
    date(2019, 6, 17): (
        Group(
            "Une phrase pour chaque chiffre",
            "Louise S.",
            "table 1",
            "Six phrases simples, relues à voix haute par toute la table.",
            "definir-des-indicateurs",
        ),
    ),
    date(2019, 9, 16): (
        Group(
            "De meilleurs titres",
            "Louise S.",
            "salle informatique",
            "Vingt titres écrits avec les mots des personnes qui cherchent.",
            "strasbourg-eu",
        ),
    ),
}

EXPERTS: dict[date, tuple[Expert, ...]] = {
    date(2019, 3, 18): (
        Expert(
            "Mireille V.",
            "bibliothécaire à Cronenbourg",
            "Mireille accueille chaque mardi des personnes qui débutent. Elle raconte ce qui les aide à revenir.",
            "inclusion-numerique",
        ),
        Expert(
            "Idriss T.",
            "conseiller numérique à Hautepierre",
            "Idriss aide à faire des démarches, sans les faire à la place des gens.",
            "inclusion-numerique",
        ),
    ),
    date(2019, 5, 20): (
        Expert(
            "Claire H.",
            "chercheuse en sociologie",
            "Claire étudie comment les villes répondent à leurs habitants. Elle a comparé douze pays.",
            "benchmark-des-metropoles",
        ),
    ),
    date(2019, 6, 17): (
        Expert(
            "Paul G.",
            "statisticien",
            "Paul publie des chiffres depuis vingt ans. Il montre comment un bon chiffre peut tromper.",
            "produire-et-utiliser-les-donnees",
        ),
    ),
    date(2019, 9, 16): (
        Expert(
            "Sonia R.",
            "rédactrice web",
            "Sonia écrit des pages que tout le monde comprend. Elle relit les nôtres avec nous.",
            "strasbourg-eu",
        ),
    ),
}


def groups_of(day: date, topics: dict[str, TopicPage]) -> list[WorkshopGroup]:
    """Returns the groups of the session of `day`, in order."""
    return [
        WorkshopGroup(
            sort_order=order,
            name=french(one.name),
            facilitator=one.facilitator,
            room=one.room,
            produced=french(one.produced),
            topic=topics.get(one.topic),
        )
        for order, one in enumerate(GROUPS.get(day, ()))
    ]


def experts_of(day: date, topics: dict[str, TopicPage]) -> list[SessionExpert]:
    """Returns the experts who came on `day`, in order."""
    return [
        SessionExpert(
            sort_order=order,
            name=one.name,
            occupation=french(one.occupation),
            biography=french(one.biography),
            topic=topics.get(one.topic),
        )
        for order, one in enumerate(EXPERTS.get(day, ()))
    ]
