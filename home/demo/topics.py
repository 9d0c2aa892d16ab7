"""The ten topics of the work programme."""

from dataclasses import dataclass

from committee.models import ProgrammePage, TopicPage
from home.demo.clock import Clock
from home.writing import body, french, publish_under

UPCOMING, ONGOING, DONE = TopicPage.Progress.UPCOMING, TopicPage.Progress.ONGOING, TopicPage.Progress.DONE


@dataclass(frozen=True)
class TopicText:
    slug: str
    title: str
    progress: TopicPage.Progress
    question: str
    introduction: str
    body: str


TOPICS = (
    TopicText(
        "strasbourg-eu",
        "strasbourg.eu",
        ONGOING,
        "Comment trouver une information en moins de deux minutes ?",
        "Le site de la ville contient beaucoup de pages. Nous cherchons comment y trouver vite la bonne.",
        """
        ## Pourquoi ce sujet

        Le site strasbourg.eu est la porte d’entrée de la ville sur le web. On y cherche un horaire, une adresse, une
        aide. Trop souvent, on se perd.

        ## Ce qui est fait

        - En 2019, nous avons suivi douze personnes qui cherchaient une information.
        - Nous avons noté les mots qu’elles tapent.

        ## Ce qui reste à faire

        - Revoir les titres des vingt pages les plus lues.
        - Refaire le même test, avec les mêmes questions.
        """,
    ),
    TopicText(
        "monstrasbourg-eu",
        "monstrasbourg.eu",
        ONGOING,
        "Comment finir une démarche en ligne sans aide ?",
        "Ce site sert à faire ses démarches. Nous regardons où les gens s’arrêtent, et pourquoi.",
        """
        ## Pourquoi ce sujet

        Inscrire un enfant à la cantine, demander une place de parking : tout se fait en ligne, ou presque. Quand on
        bloque, on abandonne ou on appelle.

        ## Ce qui est fait

        - Nous avons testé trois démarches en 2019.
        - La ville a ajouté la durée de chaque démarche sur sa première page.

        ## Ce qui reste à faire

        - Pouvoir s’arrêter et reprendre plus tard.
        - Tester avec un lecteur d’écran.
        """,
    ),
    TopicText(
        "participer-strasbourg-eu",
        "participer.strasbourg.eu",
        ONGOING,
        "Comment savoir ce que devient une idée ?",
        "Les gens donnent des idées à la ville. Ils veulent savoir ce qu’elles deviennent.",
        """
        ## Pourquoi ce sujet

        Donner son avis prend du temps. Sans réponse, on ne revient pas. Nous demandons une réponse à chaque idée, avec
        une date annoncée.

        ## Ce qui est fait

        - Nous avons écrit ce qu’est une bonne réponse : courte, datée, signée.

        ## Ce qui reste à faire

        - Prévenir par e-mail les personnes qui suivent une idée.
        - Compter les réponses données à temps.
        """,
    ),
    TopicText(
        "services-numeriques-en-mobilite",
        "Services numériques en mobilité",
        UPCOMING,
        "Comment utiliser les services de la ville dehors, sur un petit téléphone ?",
        "Dans la rue ou dans le tram, l’écran est petit et le réseau est lent.",
        """
        ## Pourquoi ce sujet

        Plus de la moitié des visites se font sur un téléphone. Beaucoup de pages restent lourdes et longues à lire.

        ## Ce que nous voulons faire

        - Choisir dix pages utiles dehors : horaires, plans, travaux.
        - Les lire sur un vieux téléphone, avec un réseau lent.
        - Dire ce qui gêne, page par page.
        """,
    ),
    TopicText(
        "produire-et-utiliser-les-donnees",
        "Produire et utiliser les données",
        ONGOING,
        "Quels chiffres publics sont utiles aux habitantes et aux habitants ?",
        "La ville publie des chiffres depuis 2012. Nous cherchons ceux qui servent au quotidien.",
        """
        ## Pourquoi ce sujet

        Un chiffre public aide à comprendre, et à demander des comptes. Encore faut-il le trouver, et le lire.

        ## Ce qui est fait

        - Nous avons dressé la liste des chiffres que les gens demandent.

        ## Ce qui reste à faire

        - Publier les temps d’attente aux guichets.
        - Écrire une phrase simple à côté de chaque chiffre.
        """,
    ),
    TopicText(
        "benchmark-des-metropoles",
        "Benchmark des métropoles",
        DONE,
        "Que font les autres grandes villes, et qu’est-ce qui marche ?",
        "Nous avons comparé huit grandes villes, avec les mêmes questions pour toutes.",
        """
        ## Pourquoi ce sujet

        « Benchmark » veut dire comparaison. Regarder ailleurs évite de refaire les mêmes erreurs.

        ## Ce qui est fait

        - Huit villes, douze questions, un tableau.
        - Le tableau a été présenté à la séance de mai 2019.

        ## Ce que nous en retenons

        - Les villes qui répondent vite reçoivent plus d’idées.
        - Un numéro de téléphone visible aide tout le monde.
        """,
    ),
    TopicText(
        "veille-inspirante",
        "Veille inspirante",
        ONGOING,
        "Quelles bonnes idées pouvons-nous reprendre d’ailleurs ?",
        "Nous lisons ce que font d’autres villes. Nous gardons ce qui peut servir ici.",
        """
        ## Pourquoi ce sujet

        Une idée qui marche ailleurs peut marcher ici. Il faut savoir d’où elle vient, et ce qu’elle a changé.

        ## Comment nous faisons

        - Une personne du comité lit, et résume en une page.
        - Nous citons toujours la source.
        - Nous disons ce que nous en retenons, et les limites.

        Les exemples sont dans la [veille inspirante](/veille/).
        """,
    ),
    TopicText(
        "inclusion-numerique",
        "Inclusion numérique",
        ONGOING,
        "Comment ne laisser personne de côté ?",
        "Une personne sur six a du mal avec le numérique. Nous cherchons l’aide qui lui convient.",
        """
        ## Pourquoi ce sujet

        Pas d’ordinateur, peur de se tromper, écran illisible : les raisons sont nombreuses. Un service en ligne doit
        garder une autre porte ouverte.

        ## Ce qui est fait

        - Nous avons visité six lieux qui aident.
        - Nous avons demandé un numéro de téléphone sur chaque page.

        ## Ce qui reste à faire

        - Ouvrir des ateliers le samedi.
        - Faire relire nos textes par des personnes qui lisent peu.
        """,
    ),
    TopicText(
        "enquetes-de-terrain",
        "Enquêtes de terrain",
        UPCOMING,
        "Que disent les gens que nous ne voyons jamais en ligne ?",
        "Nous allons dans les quartiers, pour écouter les personnes qui n’écrivent pas sur internet.",
        """
        ## Pourquoi ce sujet

        Le comité a du mal à parler pour tout le monde. Il faut sortir, et poser des questions.

        ## Ce que nous voulons faire

        - Trois marchés, deux mairies de quartier, une gare.
        - Cinq questions, pas plus, en deux minutes.
        - Publier les réponses, sans les noms.
        """,
    ),
    TopicText(
        "definir-des-indicateurs",
        "Définir des indicateurs",
        DONE,
        "Comment savoir si les choses vont mieux ?",
        "Nous avons choisi six chiffres à suivre. Chacun dit une chose simple.",
        """
        ## Pourquoi ce sujet

        Sans chiffre, on croit ce que l’on veut. Un bon chiffre se lit en une phrase, et revient chaque année.

        ## Ce qui est fait

        - Six chiffres ont été choisis en octobre 2019.
        - Pour chacun : d’où il vient, qui le met à jour, et quand.

        ## Les deux premiers

        - La part des démarches finies sans aide.
        - La part des idées qui ont reçu une réponse à temps.
        """,
    ),
)


def load(clock: Clock) -> dict[str, TopicPage]:
    """Publishes the topics under the programme. Returns them by slug."""
    programme = ProgrammePage.objects.get()
    topics = {}
    for number, text in enumerate(TOPICS, 1):
        page = TopicPage(
            slug=text.slug,
            title=text.title,
            number=number,
            progress=text.progress,
            question=french(text.question),
            introduction=french(text.introduction),
            body=body(text.body),
        )
        topics[text.slug] = publish_under(programme, page, clock.ago(200 - number))
    return topics
