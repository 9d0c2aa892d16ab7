"""The ten topics of the work programme."""

from dataclasses import dataclass

from committee.models import Member, ProgrammePage, TopicPage, TopicStep
from common.markdown import body, french
from demo.clock import Clock
from home.services.publishing import publish_under

UPCOMING, ONGOING, DONE = TopicPage.Progress.UPCOMING, TopicPage.Progress.ONGOING, TopicPage.Progress.DONE


@dataclass(frozen=True)
class Step:
    """A step of the work. `days` are counted from the loading: what is before it (negative) is done."""

    title: str
    days: int


@dataclass(frozen=True)
class TopicText:
    """A topic of the programme. `pilot` is the name of a member."""

    slug: str
    title: str
    progress: TopicPage.Progress
    question: str
    introduction: str
    body: str
    steps: tuple[Step, ...] = ()
    pilot: str = ""


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
        (
            Step("Suivre douze personnes qui cherchent une information", -190),
            Step("Noter les mots qu’elles tapent", -160),
            Step("Proposer vingt nouveaux titres de pages", -75),
            Step("Voir les nouveaux titres en ligne", 45),
            Step("Refaire le même test", 120),
        ),
        "Camille J.",
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
        (
            Step("Essayer trois démarches, de la première page à la fin", -170),
            Step("Demander la durée de chaque démarche", -150),
            Step("Voir la durée affichée", -24),
            Step("Étudier les propositions reçues", 15),
            Step("Tester avec un lecteur d’écran", 80),
        ),
        "Hélène W.",
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
        (
            Step("Écrire ce qu’est une bonne réponse", -140),
            Step("Annoncer une date de réponse", -60),
            Step("Compter les réponses données à temps", 30),
            Step("Prévenir les personnes qui suivent une idée", 90),
        ),
        "Thomas E.",
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
        (
            Step("Choisir dix pages utiles dehors", 60),
            Step("Les lire sur un vieux téléphone", 95),
            Step("Dire ce qui gêne, page par page", 130),
        ),
        "Aïcha N.",
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
        (
            Step("Faire la liste des chiffres demandés", -110),
            Step("Publier les temps d’attente aux guichets", 50),
            Step("Écrire une phrase simple à côté de chaque chiffre", 100),
        ),
        "Thomas E.",
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
        (
            Step("Choisir huit villes et douze questions", -180),
            Step("Remplir le tableau", -150),
            Step("Le présenter en séance", -120),
        ),
        "Camille J.",
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
        (
            Step("Choisir quatre thèmes", -130),
            Step("Publier six exemples", -5),
            Step("Demander des exemples aux habitantes et aux habitants", 40),
        ),
        "Bernard F.",
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
        (
            Step("Visiter six lieux qui aident", -120),
            Step("Demander un numéro de téléphone sur chaque page", -100),
            Step("Ouvrir un premier atelier le samedi", -2),
            Step("Faire relire nos textes par des personnes qui lisent peu", 70),
        ),
        "Rachid O.",
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
        (
            Step("Écrire cinq questions", 55),
            Step("Aller sur trois marchés", 85),
            Step("Publier les réponses, sans les noms", 125),
        ),
        "Marta P.",
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
        (
            Step("Choisir six chiffres à suivre", -160),
            Step("Dire d’où vient chaque chiffre", -140),
        ),
        "Thomas E.",
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
            pilot=Member.objects.filter(name=text.pilot).first() if text.pilot else None,
        )
        page.steps = [
            TopicStep(
                sort_order=order,
                title=french(step.title),
                is_done=step.days < 0,
                day=(clock.ahead(step.days) if step.days > 0 else clock.ago(-step.days)).date(),
            )
            for order, step in enumerate(text.steps)
        ]
        topics[text.slug] = publish_under(programme, page, clock.ago(200 - number))
    return topics
