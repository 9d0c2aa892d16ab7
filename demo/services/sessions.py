"""The eight sessions of the 2019 season, at their real dates and hours, and the next session of the current season.

Dates and hours come from the committee's own calendar; agendas and minutes are invented.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile

from cms.models import CustomDocument
from committee.models import (
    AgendaItem,
    SessionDocument,
    SessionIndexPage,
    SessionPage,
    TopicPage,
)
from common.markdown import french
from demo.clock import Clock, paris
from demo.content.session_people import experts_of, groups_of
from demo.services.minutes import LATEST, approve
from home.services.publishing import publish_under

OPENS, ENDS = time(18), time(20)
PLACE = "Centre administratif, 1 parc de l’Étoile, salle des Conseils (tram A ou D, arrêt Étoile Bourse)"
ACCESS = "Entrée de plain-pied. Boucle magnétique. Langue des signes : demandez-la une semaine avant."


@dataclass(frozen=True)
class Point:
    """A point of an agenda. `topic` is the slug of a topic."""

    minutes: int
    title: str
    presenter: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Decided:
    """What a session decided, or gave somebody to do: who, and how many days after the session."""

    text: str
    responsible: str = ""
    within: int | None = None


@dataclass(frozen=True)
class Table:
    """A table that was shown in a session, as a file that everyone can open: rows of words separated by semicolons."""

    name: str
    title: str
    rows: str


@dataclass(frozen=True)
class SessionText:
    title: str
    introduction: str
    points: tuple[Point, ...]
    decisions: tuple[Decided, ...] = ()
    minutes: str = ""
    documents: tuple[Table, ...] = ()
    actions: tuple[Decided, ...] = ()


SEASON_2019 = {
    date(2019, 1, 14): SessionText(
        "Choisir le programme de l’année",
        "Dix sujets sont sur la table. Le comité choisit par lesquels commencer.",
        (
            Point(20, "Tour de table : qui sommes-nous ?", "Hélène W."),
            Point(60, "Les dix sujets, et notre ordre de priorité", "Louise S."),
            Point(40, "Qui fait quoi : animation, comptes rendus, remplacement", "Hélène W."),
        ),
        (
            Decided("Le comité commence par monstrasbourg.eu, l’inclusion numérique et la comparaison des villes."),
            Decided(
                "Une personne prépare les séances, une autre la remplace en cas d’absence.", "Hélène W. et Rachid O."
            ),
            Decided("Une seule personne écrit les comptes rendus.", "Solange D."),
        ),
        """
        ## Ce qui s’est dit

        Chaque personne avait cinq gommettes à poser sur les dix sujets. Les démarches en ligne arrivent en tête.

        Plusieurs membres ont demandé comment parler au nom de celles et ceux qui ne sont pas là. Le sujet reviendra.
        """,
    ),
    date(2019, 2, 25): SessionText(
        "Essayer trois démarches en ligne",
        "Par deux, les membres essaient trois démarches. Une personne fait, l’autre note.",
        (
            Point(15, "Suite de la dernière séance", "Solange D."),
            Point(70, "Atelier : trois démarches, de la première page à la fin", "Louise S.", "monstrasbourg-eu"),
            Point(35, "Ce qui nous a bloqués", "Aïcha N.", "monstrasbourg-eu"),
        ),
        (
            Decided("Le comité demande que la durée de chaque démarche soit écrite au début."),
            Decided("Le comité demande la liste des papiers à préparer, sur la même page."),
            Decided("Ces deux demandes sont envoyées à la ville.", "Solange D.", 11),
        ),
        """
        ## Ce qui s’est dit

        Sur douze essais, sept sont allés au bout. Deux personnes ont perdu ce qu’elles avaient écrit.

        Le mot « téléservice » n’est pas compris. « Démarche » l’est.
        """,
    ),
    date(2019, 3, 18): SessionText(
        "Aider les personnes loin du numérique",
        "Deux lieux d’aide racontent leur travail. Le comité cherche ce qui manque.",
        (
            Point(40, "Une permanence d’aide, un mardi ordinaire", "Rachid O.", "inclusion-numerique"),
            Point(50, "Atelier : de quoi a besoin une personne qui bloque ?", "Louise S.", "inclusion-numerique"),
            Point(30, "Qui n’est pas dans cette salle ?", "Marta P.", "enquetes-de-terrain"),
        ),
        (
            Decided("Le comité demande un numéro de téléphone sur chaque page des sites de la ville."),
            Decided("Le comité prépare une carte des lieux d’aide, avec les horaires.", "Rachid O."),
            Decided("Trois personnes sont invitées à la séance de mai.", "Marta P.", 63),
        ),
        """
        ## Ce qui s’est dit

        La peur de se tromper arrête plus de gens que le prix d’un ordinateur.

        Une aide qui marche dure longtemps, avec la même personne en face.
        """,
    ),
    date(2019, 4, 24): SessionText(
        "Suivre ses idées sur participer.strasbourg.eu",
        "Séance exceptionnelle un mercredi. Que devient une idée, une fois envoyée ?",
        (
            Point(30, "Le budget participatif vu de mon quartier", "Thomas E.", "participer-strasbourg-eu"),
            Point(60, "Atelier : écrire une bonne réponse", "Louise S.", "participer-strasbourg-eu"),
            Point(30, "Les chiffres à demander", "Thomas E.", "produire-et-utiliser-les-donnees"),
        ),
        (
            Decided("Une bonne réponse est courte, datée et signée. Elle dit oui ou non, et pourquoi."),
            Decided("Le comité demande une date de réponse annoncée à l’avance."),
            Decided("La liste des chiffres utiles sera prête pour le mois de juin.", "Thomas E.", 54),
        ),
        """
        ## Ce qui s’est dit

        Un refus bien expliqué déçoit moins qu’un silence. Tout le monde est d’accord.
        """,
    ),
    date(2019, 5, 20): SessionText(
        "Comparer huit grandes villes",
        "Huit villes, douze questions : le comité regarde ce qui marche ailleurs.",
        (
            Point(50, "Le tableau des huit villes", "Camille J.", "benchmark-des-metropoles"),
            Point(40, "Trois idées à reprendre", "Bernard F.", "veille-inspirante"),
            Point(30, "Échange avec nos trois invités", "Marta P."),
        ),
        (
            Decided("Le comité retient trois idées : répondre vite, montrer un téléphone, aller vers les gens."),
            Decided("Le tableau sera publié avec ses sources.", "Camille J."),
        ),
        """
        ## Ce qui s’est dit

        Aucune ville ne réussit tout. Les plus suivies disent ce qu’elles n’ont pas pu faire.
        """,
    ),
    date(2019, 6, 17): SessionText(
        "Des chiffres qui servent",
        "Quels chiffres publier, et comment les rendre lisibles ?",
        (
            Point(45, "La liste des chiffres demandés", "Thomas E.", "produire-et-utiliser-les-donnees"),
            Point(45, "Atelier : une phrase pour chaque chiffre", "Louise S.", "definir-des-indicateurs"),
            Point(30, "Où en sont nos demandes ?", "Hélène W."),
        ),
        (
            Decided("Le comité demande les temps d’attente aux guichets, mois par mois."),
            Decided("Chaque chiffre publié aura une phrase simple à côté."),
        ),
        """
        ## Ce qui s’est dit

        La ville a répondu à deux demandes sur quatre. La durée des démarches est désormais affichée.
        """,
    ),
    date(2019, 9, 16): SessionText(
        "Chercher sur strasbourg.eu",
        "Douze personnes ont cherché une information. Le comité regarde ce qu’elles ont fait.",
        (
            Point(50, "Douze recherches filmées, sans les visages", "Camille J.", "strasbourg-eu"),
            Point(40, "Atelier : de meilleurs titres", "Louise S.", "strasbourg-eu"),
            Point(30, "Préparer la présentation de novembre", "Gilbert A."),
        ),
        (
            Decided("Le comité propose vingt nouveaux titres de pages."),
            Decided("Le même test sera refait après les changements.", "Camille J."),
            Decided("Le travail est présenté au comité stratégique partenarial.", "Gilbert A."),
        ),
        """
        ## Ce qui s’est dit

        Les gens tapent « carte d’identité », pas « titres sécurisés ». Le moteur doit connaître les deux.
        """,
    ),
    date(2019, 10, 14): SessionText(
        "Six indicateurs, et le bilan de l’année",
        "Dernière séance de la saison : le comité choisit six chiffres à suivre, et fait son bilan.",
        (
            Point(50, "Choisir six indicateurs", "Thomas E.", "definir-des-indicateurs"),
            Point(40, "Le bilan de nos huit séances", "Hélène W."),
            Point(30, "La présentation publique de novembre 2019", "Gilbert A."),
        ),
        (
            Decided("Six indicateurs sont adoptés, avec leur source et leur date de mise à jour."),
            Decided(
                "Le bilan sera présenté en novembre 2019, pendant la semaine de l’innovation publique.", "Gilbert A."
            ),
            Decided("Le comité continue l’an prochain."),
        ),
        """
        ## Ce qui s’est dit

        Quatorze demandes ont été faites en un an. Neuf ont reçu une réponse, cinq ont changé quelque chose.

        ## Le choix des six indicateurs

        Douze chiffres étaient proposés. Chaque membre en a retenu six. Les plus choisis sont gardés.

        ## La suite

        Le comité reprend ses séances l’an prochain, avec les mêmes règles.

        ## La présentation de novembre

        Elle dure dix minutes. Gilbert A. parle au nom de toutes et de tous.
        """,
        (
            Table(
                "demandes-2019.csv",
                "Sept de nos demandes de 2019",
                """
                demande;séance;réponse
                durée de chaque démarche;25 février 2019;oui
                liste des papiers à préparer;25 février 2019;oui
                téléphone sur chaque page;18 mars 2019;oui
                carte des lieux d’aide;18 mars 2019;en partie
                date de réponse annoncée;24 avril 2019;oui
                temps d’attente aux guichets;17 juin 2019;à venir
                nouveaux titres de pages;16 septembre 2019;à venir
                """,
            ),
        ),
    ),
}

# Two sessions of the current season, by the days before the loading. `demo.services.follow_ups` ties proposals to them.
THIS_SEASON = {
    100: SessionText(
        "Vos premières propositions",
        "Le comité lit les idées reçues sur les démarches et sur les réponses. Il choisit ce qu’il demande à la ville.",
        (
            Point(50, "Dire combien de temps prend une démarche", "Karim B.", "monstrasbourg-eu"),
            Point(40, "Prévenir les gens quand leur idée avance", "Thomas E.", "participer-strasbourg-eu"),
            Point(30, "Une carte des lieux d’aide", "Rachid O.", "inclusion-numerique"),
        ),
        (
            Decided("Le comité demande que la durée soit écrite sur chaque démarche.", "Karim B.", 14),
            Decided("Le comité demande un message à chaque étape d’une idée.", "Thomas E.", 14),
            Decided("Le comité relit la carte des lieux d’aide avec deux associations.", "Rachid O.", 40),
        ),
        """
        ## Ce qui s’est dit

        Les trois idées viennent de personnes qui ont perdu du temps. Le comité les soutient.

        La durée affichée doit être vraie : mieux vaut un peu trop que pas assez.
        """,
        actions=(
            Decided("Envoyer les deux demandes à la ville.", "Karim B.", 14),
            Decided("Trouver deux associations pour relire la carte.", "Rachid O.", 40),
        ),
    ),
    54: SessionText(
        "S’arrêter, reprendre, chercher",
        "Le comité étudie les propositions sur la recherche et sur les démarches longues.",
        (
            Point(60, "S’arrêter au milieu d’une démarche", "Louise S.", "monstrasbourg-eu"),
            Point(60, "Chercher avec ses propres mots", "Camille J.", "strasbourg-eu"),
        ),
        (
            Decided("Le comité demande que chaque démarche puisse être reprise plus tard.", "Karim B.", 14),
            Decided("Le comité demande que la recherche comprenne les mots de tous les jours.", "Camille J.", 14),
        ),
        """
        ## Ce qui s’est dit

        Perdre ce qu’on a écrit décourage plus que la longueur d’une démarche.

        Pour la recherche, le comité donne sa liste de mots à la ville.
        """,
        actions=(Decided("Relire la liste de mots avec trois habitants.", "Camille J.", 80),),
    ),
}

# Its minutes are not public yet: `demo.services.minutes` has them.
LATEST_SESSION = SessionText(
    "Apprendre à se servir des démarches",
    "Des ateliers, des guides, une aide au téléphone : le comité choisit par quoi commencer.",
    (
        Point(40, "Ce qui existe déjà dans les quartiers", "Rachid O.", "inclusion-numerique"),
        Point(50, "Atelier : un guide d’une page", "Louise S.", "monstrasbourg-eu"),
        Point(30, "Qui peut aider, et quand ?", "Aïcha N.", "inclusion-numerique"),
    ),
)

NEXT_SESSION = SessionText(
    "Finir une démarche sans se perdre",
    "Le comité étudie les propositions reçues sur monstrasbourg.eu. La séance est ouverte à toutes et à tous.",
    (
        Point(15, "Ce qui a changé depuis la dernière séance", "Hélène W."),
        Point(45, "Vos propositions sur les démarches en ligne", "Karim B.", "monstrasbourg-eu"),
        Point(40, "Atelier : s’arrêter et reprendre plus tard", "Louise S.", "monstrasbourg-eu"),
        Point(20, "Les ateliers du samedi : où et quand ?", "Rachid O.", "inclusion-numerique"),
    ),
)


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Publishes the sessions; each season approves the minutes of a session at the next one, as the rules say."""
    add_season(SEASON_2019, topics)
    season = {clock.monday_before(days): text for days, text in THIS_SEASON.items()}
    season[clock.monday_before(LATEST)] = LATEST_SESSION
    add_season(season, topics)
    add_session(clock.coming_monday(), len(season) + 1, NEXT_SESSION, topics, clock.ago(6, 9))


def add_season(season: dict[date, SessionText], topics: dict[str, TopicPage]) -> None:
    """Publishes the sessions of `season`, each two weeks before its day, then the minutes of those that have some.

    Those of the last one, which no session followed, were approved before approvals were kept.
    """
    pages = [
        add_session(day, number, text, topics, paris(day - timedelta(days=14), time(9)))
        for number, (day, text) in enumerate(season.items(), 1)
    ]
    for page, text, following in zip(pages, season.values(), [*pages[1:], None], strict=True):
        if text.minutes:
            approve(page, text, following)


def add_session(
    day: date, number: int, text: SessionText, topics: dict[str, TopicPage], published_at: datetime
) -> SessionPage:
    """Returns the session of `day`, from 18:00 to 20:00 in Paris; its address is its date."""
    page = SessionPage(
        slug=day.isoformat(),
        title=french(text.title),
        introduction=french(text.introduction),
        number=number,
        starts_at=paris(day, OPENS),
        ends_at=paris(day, ENDS),
        place=french(PLACE),
        access=french(ACCESS),
    )
    page.agenda_items = agenda(day, text.points, topics)  # type: ignore[misc]
    page.documents = [  # type: ignore[misc]
        SessionDocument(sort_order=order, document=document(table)) for order, table in enumerate(text.documents)
    ]
    page.workshop_groups = groups_of(day, topics)  # type: ignore[misc]
    page.experts = experts_of(day, topics)  # type: ignore[misc]
    publish_under(SessionIndexPage.objects.get(), page, published_at)
    return page


def document(table: Table) -> CustomDocument:
    """Returns the file of `table`, with the mark that tells spreadsheets that its letters are UTF-8."""
    rows = "\r\n".join(line.strip() for line in table.rows.strip().splitlines())
    content = ContentFile(f"{rows}\r\n".encode("utf-8-sig"), name=table.name)
    return CustomDocument.objects.create(title=french(table.title), file=content, file_size=content.size)


def agenda(day: date, points: tuple[Point, ...], topics: dict[str, TopicPage]) -> list[AgendaItem]:
    """Returns the points one after the other, each starting when the one before ends."""
    items, starts_at = [], datetime.combine(day, OPENS)
    for order, point in enumerate(points):
        items.append(
            AgendaItem(
                sort_order=order,
                starts_at=starts_at.time(),
                minutes=point.minutes,
                title=french(point.title),
                presenter=point.presenter,
                topic=topics.get(point.topic),
            )
        )
        starts_at += timedelta(minutes=point.minutes)
    return items
