"""Sentences that look like French: a few frames and lists of words, put together by chance."""

from random import Random

PLACES = (
    "à la médiathèque",
    "au guichet de quartier",
    "dans la salle d’attente",
    "à la mairie",
    "à l’arrêt du tram",
    "dans les écoles",
    "au centre socioculturel",
    "au conservatoire",
    "à la piscine",
    "sur le site de la ville",
    "dans l’application",
    "au marché du samedi",
)
THINGS = (
    "un formulaire plus court",
    "une borne d’aide",
    "un rappel par message",
    "une page en langage simple",
    "un numéro qui répond",
    "un accueil sans rendez-vous",
    "une carte à jour",
    "un mode d’emploi en images",
    "un compte unique",
    "une version à imprimer",
    "un atelier chaque mois",
    "une adresse pour écrire",
)
PEOPLE = (
    "les personnes âgées",
    "les familles",
    "les étudiants",
    "les personnes malvoyantes",
    "les nouveaux habitants",
    "les parents d’élèves",
    "les personnes sans ordinateur",
    "les commerçants",
    "les associations",
    "les agents",
)
TROUBLES = (
    "il faut recommencer depuis le début",
    "personne ne sait où demander",
    "la page ne se charge pas sur un vieux téléphone",
    "le code arrive trop tard",
    "les horaires ne sont pas à jour",
    "le document demandé n’existe plus",
    "on perd ce qu’on a écrit",
    "les mots sont difficiles",
    "le contraste est trop faible",
    "la réponse met trois semaines",
)
EFFECTS = (
    "on gagnerait du temps",
    "tout le monde comprendrait",
    "moins de dossiers seraient perdus",
    "l’attente serait plus courte",
    "les erreurs seraient plus rares",
    "chacun pourrait le faire seul",
    "la confiance reviendrait",
    "les agents seraient moins dérangés",
)
SUBJECTS = (
    "l’inscription à la cantine",
    "le stationnement",
    "la carte de bibliothèque",
    "l’état civil",
    "la collecte des déchets",
    "les places en crèche",
    "le budget participatif",
    "les cours de natation",
    "les aides au vélo",
    "la prise de rendez-vous",
    "le paiement des factures",
    "les travaux de voirie",
)
FRAMES = (
    "Pour {subject}, {trouble}.",
    "Avec {thing} {place}, {effect}.",
    "J’ai essayé {place} et {trouble}.",
    "Je propose {thing} pour {people}.",
    "Il manque {thing} {place}.",
    "Quand on pense à {subject}, {effect} si {people} étaient écoutés.",
    "D’accord : {effect}, surtout pour {people}.",
    "Je ne suis pas sûr que cela suffise, car {trouble}.",
    "Est-ce que {people} peuvent déjà le faire {place} ?",
    "Chez nous, {trouble}, et {people} renoncent.",
    "Ce serait utile {place} comme pour {subject}.",
    "On pourrait commencer par {subject}, avec {thing}.",
)
TITLES = (
    "{Thing} pour {subject}",
    "{Thing} {place}",
    "Simplifier {subject}",
    "Mieux accueillir {people} {place}",
    "{Thing} pour {people}",
    "Repenser {subject} avec {people}",
)
FIRST_NAMES = (
    *("Adèle", "Bruno", "Clara", "Djamel", "Élodie", "Farid", "Gaëlle", "Henri", "Ilona", "Jules", "Kenza", "Lucien"),
    *(
        "Mireille",
        "Noé",
        "Ophélie",
        "Paul",
        "Rania",
        "Simon",
        "Tania",
        "Ulysse",
        "Valérie",
        "William",
        "Yvette",
        "Zélie",
    ),
)
# Sentences are drawn from so many that were put together once: it is quick, and words repeat as they do in real texts.
POOL = 3_000


class Writer:
    """Writes titles, names and texts; the same ones for the same chance."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._sentences = [self._fill(rng.choice(FRAMES)) for _number in range(POOL)]

    def _fill(self, frame: str) -> str:
        choice = self._rng.choice
        thing = choice(THINGS)
        return frame.format(
            subject=choice(SUBJECTS),
            trouble=choice(TROUBLES),
            thing=thing,
            Thing=thing[0].upper() + thing[1:],
            place=choice(PLACES),
            people=choice(PEOPLE),
            effect=choice(EFFECTS),
        )

    def title(self) -> str:
        return self._fill(self._rng.choice(TITLES))

    def name(self) -> str:
        """« Clara B. »"""
        return f"{self._rng.choice(FIRST_NAMES)} {self._rng.choice('ABCDEFGHIKLMNOPRSTVWZ')}."

    def text(self, fewest: int, most: int) -> str:
        """Returns between `fewest` and `most` sentences, four to a paragraph."""
        sentences = self._rng.choices(self._sentences, k=self._rng.randint(fewest, most))
        return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
