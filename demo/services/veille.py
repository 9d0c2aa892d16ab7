"""The inspiring watch of the demonstration: real places and sources, facts in our own words, views invented.

The sources were read as excerpts and were not cross-checked: each entry names its source, and its limits.
"""

from dataclasses import dataclass
from datetime import timedelta

from committee.models import TopicPage
from common.markdown import body, french
from demo.clock import Clock
from home.services.publishing import publish_under
from veille.models import Theme, VeilleEntryPage, VeilleIndexPage

THEMES = {
    "participation": "Participation",
    "demarches": "Démarches en ligne",
    "aide-au-numerique": "Aide au numérique",
    "vie-dans-la-ville": "Vie dans la ville",
}


@dataclass(frozen=True)
class VeilleText:
    slug: str
    title: str
    theme: str
    place: str
    year: int
    topic: str
    days_ago: int
    source_url: str
    source_title: str
    introduction: str
    body: str
    lesson: str
    limits: str
    effects: str = ""


ENTRIES = (
    VeilleText(
        "rennes-vingt-personnes-tirees-au-sort",
        "Vingt personnes tirées au sort pour parler du numérique",
        "participation",
        "Rennes",
        2021,
        "enquetes-de-terrain",
        5,
        "https://www.horizonspublics.fr/retour-dexperience-rennes-se-dote-dune-instance-du-numerique-citoyenne-et-"
        "pionniere",
        "Horizons publics : Rennes se dote d’une instance du numérique",
        "Rennes a créé un conseil des habitants sur le numérique responsable. Son premier sujet : les démarches.",
        """
        Fin 2021, la ville de Rennes réunit vingt personnes, tirées au sort. Elles doivent donner leur avis sur le
        numérique de la ville. Elles choisissent de commencer par les démarches en ligne.
        """,
        "Le tirage au sort fait venir des gens qui ne viendraient pas d’eux-mêmes. Nous pourrions garder quelques "
        "places pour cela. Il faut alors les aider à venir : horaires, garde des enfants, transport.",
        "Vingt personnes, c’est peu. La source ne dit pas combien sont restées jusqu’au bout.",
    ),
    VeilleText(
        "metz-deux-jours-dans-la-rue",
        "Deux jours dans la rue pour écouter les usagers",
        "demarches",
        "Metz",
        2018,
        "enquetes-de-terrain",
        12,
        "https://latransfo.la27eregion.fr/collecter-un-retour-des-usagers-sur-la-nouvelle-plateforme-numerique-de-"
        "metz-cas-pratique-2-session-4",
        "La Transfo : recueillir l’avis des usagers à Metz",
        "À Metz, cinquante personnes ont dit ce qu’elles pensent du nouveau site de la ville.",
        """
        Une petite équipe est allée vers les gens pendant deux jours. Elle a rencontré une cinquantaine d’habitants.
        Elle a réuni leurs idées dans un carnet.
        """,
        "Deux jours suffisent pour apprendre beaucoup. Nous pouvons faire pareil sur un marché, avec cinq questions.",
        "La source ne dit pas ce que la ville a changé ensuite.",
    ),
    VeilleText(
        "nantes-un-site-trop-protege",
        "Un site si protégé que personne ne l’utilise",
        "participation",
        "Nantes",
        2012,
        "participer-strasbourg-eu",
        26,
        "https://pdfslide.fr/documents/novembre-2012-n-7-politique-publique-dialogue-citoyen-extranet-2013-07-11-"
        "les.html",
        "Nantes : bilan d’un site réservé aux participants (2012)",
        "Nantes avait ouvert un espace en ligne pour les personnes qui participent. Il a peu servi.",
        """
        L’espace demandait un compte et un mot de passe pour tout, même pour lire.
        """,
        "Lire doit rester libre. Sur notre site, tout se lit sans compte. Un code par e-mail remplace le mot de passe.",
        "L’exemple est ancien. Les habitudes ont changé depuis.",
        "Le bilan de 2012 le dit : l’espace a peu servi. Trop de protection a éloigné les gens.",
    ),
    VeilleText(
        "schiltigheim-signaler-un-probleme",
        "Signaler un problème de rue avec son téléphone",
        "vie-dans-la-ville",
        "Schiltigheim",
        2015,
        "services-numeriques-en-mobilite",
        48,
        "http://rue89strasbourg.com/citoyennete-numerique-schiltigheim-devant-strasbourg-84270/amp",
        "Rue89 Strasbourg : Schiltigheim devant Strasbourg",
        "À Schiltigheim, on peut signaler un trou ou une lampe en panne avec son téléphone.",
        """
        Une personne prend une photo, la place sur la carte et l’envoie. L’outil s’appelle TellMyCity.
        """,
        "Le geste est simple : une photo, un lieu. Nous retenons surtout le suivi : on sait si c’est réparé.",
        "Il faut un téléphone récent. L’appel à la mairie doit rester possible.",
        "La mairie reçoit le message et le suit.",
    ),
    VeilleText(
        "mulhouse-un-rendez-vous-pour-tous-les-guichets",
        "Un seul outil pour prendre rendez-vous",
        "demarches",
        "Mulhouse",
        2018,
        "monstrasbourg-eu",
        70,
        "https://github.com/clairezed/base-de-connaissance",
        "Notes prises lors de la tournée Interconnectés de 2018",
        "À Mulhouse, plusieurs services ont le même outil pour les rendez-vous.",
        """
        Chaque service avait son agenda. Ils en ont maintenant un pour tous.
        """,
        "Un seul outil, c’est une seule chose à apprendre. Nous le demanderons pour les mairies de quartier.",
        "Nous avons lu les notes d’une seule personne. Il faudrait appeler la ville.",
        "On choisit le service, puis le jour et l’heure. Le geste est le même partout.",
    ),
    VeilleText(
        "quatre-territoires-qui-aident",
        "Quatre façons d’aider : écouter, simplifier, répondre",
        "aide-au-numerique",
        "Sicoval, Annecy, Grand Besançon, Rosny",
        2020,
        "inclusion-numerique",
        95,
        "https://benjaminescott.s3.amazonaws.com/labels-des-interconnectes-linclusion-numerique-tous-les-etages.html",
        "Labels des Interconnectés 2020 : l’inclusion numérique",
        "En février 2020, quatre territoires reçoivent un prix pour leur aide au numérique.",
        """
        Les idées sont différentes :

        - écouter d’abord, pour savoir qui a besoin de quoi ;
        - refaire un site plus simple ;
        - répondre aux questions avec un robot, jour et nuit.
        """,
        "Commencer par écouter nous semble la bonne voie. Un robot peut aider, si une personne répond aussi.",
        "Un prix dit ce qui est prévu, pas ce qui marche trois ans après.",
    ),
)


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Publishes the entries, the oldest first, after the themes that they need."""
    themes = {slug: Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0] for slug, name in THEMES.items()}
    parent = VeilleIndexPage.objects.get()
    for text in reversed(ENTRIES):
        published_at = clock.ago(text.days_ago, 11)
        page = VeilleEntryPage(
            slug=text.slug,
            title=french(text.title),
            theme=themes[text.theme],
            place=text.place,
            year=text.year,
            topic=topics[text.topic],
            source_url=text.source_url,
            source_title=french(text.source_title),
            source_seen_on=(published_at - timedelta(days=3)).date(),
            introduction=french(text.introduction),
            body=body(text.body),
            effects=body(text.effects) if text.effects else [],
            lesson=french(text.lesson),
            limits=french(text.limits),
        )
        publish_under(parent, page, published_at)
