"""What residents of the demonstration propose, what others answer, and what became of it.

Residents write as people write: the typography is theirs. Days are counted back from the loading.
"""

from dataclasses import dataclass

from participation.models import Comment, Proposal

State, CommentState, Position = Proposal.State, Comment.State, Comment.Position
STEPS, IDEAS, LIBRARIES = "demarches-en-ligne", "suivre-les-idees", "aide-dans-les-quartiers"


@dataclass(frozen=True)
class CommentText:
    """A comment with its replies. `author` is a key of `people`, `days_ago` the day on which it was written."""

    author: str
    days_ago: int
    text: str
    replies: tuple["CommentText", ...] = ()
    position: Comment.Position = Position.NEUTRAL
    state: Comment.State = CommentState.PUBLISHED
    reason: str = ""


@dataclass(frozen=True)
class ProposalText:
    """A proposal. `changed` is the day of its last change of state; `reason` goes with the state."""

    key: str
    author: str
    topic: str
    title: str
    problem: str
    idea: str
    state: Proposal.State
    received: int
    changed: int
    supports: int = 0
    call: str | None = STEPS
    district: str = ""
    reason: str = ""
    merged_into: str = ""
    comments: tuple[CommentText, ...] = ()


PROPOSALS = (
    ProposalText(
        "duree",
        "gerard",
        "monstrasbourg-eu",
        "Dire combien de temps prend chaque démarche",
        "On commence, et on découvre qu’il manque un papier. Il faut tout refaire le lendemain.",
        "Écrire la durée et la liste des papiers sur la première page de chaque démarche.",
        State.DONE,
        received=150,
        changed=24,
        supports=31,
        call=IDEAS,
        district="Neudorf",
        reason="La durée et la liste des papiers sont affichées sur toutes les démarches. Merci pour cette idée. "
        "Nous vérifierons les durées dans six mois.",
        comments=(
            CommentText(
                "marthe",
                140,
                "Oui ! J’ai perdu une matinée à cause d’un justificatif de domicile.",
                (
                    CommentText("helene", 139, "Merci pour cet exemple. Nous l’avons donné à la ville."),
                    CommentText("gerard", 138, "Et moi deux matinées…"),
                ),
                Position.FOR,
            ),
            CommentText("hugo", 20, "C’est en place, j’ai vérifié ce matin. Bravo.", position=Position.FOR),
        ),
    ),
    ProposalText(
        "prevenir",
        "nadia",
        "participer-strasbourg-eu",
        "Prévenir les gens quand leur idée avance",
        "J’ai donné une idée il y a deux ans. Je ne sais toujours pas ce qu’elle est devenue.",
        "Envoyer un e-mail à chaque étape : lue, étudiée, acceptée ou non. Une phrase suffit.",
        State.IN_PROGRESS,
        received=132,
        changed=30,
        supports=27,
        call=IDEAS,
        district="Hautepierre",
        reason="Le comité et la ville sont d’accord. Les e-mails sont en cours d’écriture. Ils partiront dans trois "
        "mois.",
        comments=(
            CommentText(
                "victor",
                120,
                "D’accord, mais pas un e-mail par jour. Une fois par mois me suffit.",
                (
                    CommentText(
                        "membre",
                        119,
                        "C’est prévu : chaque personne choisit. Une fois par semaine, une fois par mois, ou jamais.",
                        (CommentText("victor", 118, "Parfait, merci."),),
                    ),
                ),
            ),
        ),
    ),
    ProposalText(
        "reprendre",
        "habitante",
        "monstrasbourg-eu",
        "Pouvoir s’arrêter et reprendre une démarche plus tard",
        "Le bus arrive, le téléphone sonne, et tout est perdu. Il faut recommencer depuis le début.\n\n"
        "Cela m’est arrivé trois fois pour la cantine.",
        "Garder ce que j’ai écrit pendant un mois.\nMe donner un lien par e-mail pour revenir au même endroit.",
        State.ACCEPTED,
        received=75,
        changed=10,
        supports=34,
        district="Neudorf",
        reason="Le comité soutient cette proposition. La ville l’accepte. Elle commence par trois démarches : la "
        "cantine, le parking et la carte de la médiathèque. Le reste suivra.",
        comments=(
            CommentText(
                "fatima",
                60,
                "Même chose pour moi avec les inscriptions à l’école. J’écris maintenant mon texte ailleurs, et je le "
                "recopie.",
                (
                    CommentText("pauline", 59, "Je fais pareil !"),
                    CommentText(
                        "membre",
                        58,
                        "Nous avons vu la même chose pendant nos essais : deux personnes sur douze ont tout perdu.",
                        (
                            CommentText(
                                "fatima",
                                57,
                                "Est-ce que les essais sont publiés ?",
                                (CommentText("membre", 57, "Oui, dans le compte rendu de la séance de février 2019."),),
                            ),
                        ),
                    ),
                ),
                Position.FOR,
            ),
            CommentText(
                "denis",
                40,
                "Attention aux ordinateurs partagés. Il ne faut pas que la personne suivante voie mes réponses.",
                (CommentText("helene", 39, "Très juste. C’est pour cela que le lien arrive par e-mail."),),
            ),
            CommentText("zoe", 2, "Est-ce que la cantine est déjà prête ?", state=CommentState.RECEIVED),
        ),
    ),
    ProposalText(
        "carte-aide",
        "samir",
        "inclusion-numerique",
        "Une carte de tous les lieux qui aident",
        "Il y a de l’aide dans beaucoup de quartiers, mais personne ne sait où ni quand.",
        "Une carte en ligne, et la même en papier dans les mairies, mise à jour chaque semaine.",
        State.PARTLY_ACCEPTED,
        received=110,
        changed=35,
        supports=22,
        call=IDEAS,
        district="Meinau",
        reason="La carte en papier existera, avec une liste en ligne. La mise à jour se fera chaque trimestre et non "
        "chaque semaine : les lieux ne peuvent pas répondre plus souvent.",
        comments=(
            CommentText("ursula", 100, "Ajoutez les horaires d’été, tout change en juillet."),
            CommentText("theo", 34, "Un trimestre, c’est long. Mais c’est mieux que rien.", position=Position.AGAINST),
        ),
    ),
    ProposalText(
        "bornes",
        "xavier",
        "inclusion-numerique",
        "Remplacer les guichets par des bornes",
        "On attend trop longtemps au guichet.",
        "Mettre des bornes partout et fermer les guichets. Une borne ne fait pas de pause.",
        State.NOT_RETAINED,
        received=98,
        changed=41,
        supports=3,
        call=IDEAS,
        reason="Une personne sur six a du mal avec le numérique. Fermer les guichets la laisserait sans aide. Le "
        "comité travaille plutôt à réduire l’attente.",
        comments=(
            CommentText("marthe", 90, "Et ceux qui n’y voient pas bien ?", position=Position.AGAINST),
            CommentText(
                "xavier",
                89,
                "Vous ne comprenez rien.",
                state=CommentState.REFUSED,
                reason="Attaque contre une personne. Parlez de l’idée, et votre commentaire sera publié.",
            ),
        ),
    ),
    ProposalText(
        "attente",
        "quentin",
        "produire-et-utiliser-les-donnees",
        "Publier le temps d’attente aux guichets",
        "Impossible de savoir si je vais attendre dix minutes ou deux heures.",
        "Un chiffre par guichet, heure par heure, sur le site et à l’entrée.",
        State.STUDIED,
        received=52,
        changed=15,
        supports=19,
        district="Gare",
        reason="Le comité a demandé les chiffres à la ville. Il en parlera à la prochaine séance.",
        comments=(
            CommentText("rose", 45, "Pour l’état civil, le lundi matin, c’est une heure. Chaque fois."),
            CommentText(
                "cyril",
                30,
                "Je peux aider : je sais faire des graphiques simples.",
                (CommentText("membre", 29, "Merci Cyril. Venez à la prochaine séance, elle est ouverte à tous."),),
                Position.FOR,
            ),
        ),
    ),
    ProposalText(
        "recherche",
        "elif",
        "strasbourg-eu",
        "Un moteur de recherche qui comprend les fautes",
        "Si j’écris « dechetterie » avec une faute, je ne trouve rien.",
        "Accepter les fautes et les mots de tous les jours. Et proposer : « vouliez-vous dire… ? »",
        State.STUDIED,
        received=66,
        changed=28,
        supports=16,
        district="Cronenbourg",
        reason="Le comité a fait le test avec vingt mots. Sept ne donnent rien. La ville étudie une solution.",
        comments=(CommentText("irene", 50, "Et en allemand aussi, pour nos voisins de Kehl !"),),
    ),
    ProposalText(
        "samedi",
        "katia",
        "inclusion-numerique",
        "Des ateliers le samedi matin dans les médiathèques",
        "Tous les ateliers sont en semaine, dans la journée. Je travaille.",
        "Un atelier par mois le samedi matin, sans rendez-vous, dans chaque médiathèque.",
        State.PUBLISHED,
        received=33,
        changed=31,
        supports=38,
        district="Robertsau, Wacken",
        comments=(
            CommentText(
                "leo",
                28,
                "Je peux donner un coup de main deux samedis par mois.",
                (
                    CommentText("katia", 27, "Génial, merci Léo !"),
                    CommentText("helene", 26, "Écrivez-nous, Léo : nous vous mettrons en contact avec la médiathèque."),
                ),
                Position.FOR,
            ),
            CommentText("brigitte", 21, "Pensez à une place pour les fauteuils.", position=Position.FOR),
            CommentText("anatole", 4, "Est-ce ouvert aux enfants ?"),
            CommentText("wanda", 1, "Et à Hautepierre, c’est quand ?", state=CommentState.RECEIVED),
        ),
    ),
    ProposalText(
        "petit-ecran",
        "yasmine",
        "services-numeriques-en-mobilite",
        "Des horaires lisibles sur un petit téléphone",
        "Les horaires des mairies sont dans un tableau. Sur mon téléphone, on n’en voit que la moitié.",
        "Une ligne par jour, en gros, et le numéro de téléphone en dessous.",
        State.PUBLISHED,
        received=18,
        changed=17,
        supports=14,
        district="Koenigshoffen",
        comments=(CommentText("omar", 12, "Pareil pour les piscines.", position=Position.FOR),),
    ),
    ProposalText(
        "mots",
        "amadou",
        "strasbourg-eu",
        "Des mots simples dans les courriers en ligne",
        "Je lis le français, mais pas les mots de la mairie.",
        "Faire relire chaque courrier par une personne qui n’est pas de la mairie.",
        State.PUBLISHED,
        received=9,
        changed=8,
        supports=11,
        district="Elsau",
        comments=(
            CommentText("chloe", 6, "« Nous accusons réception » : personne ne parle comme ça.", position=Position.FOR),
            CommentText("denis", 3, "Je veux bien relire."),
        ),
    ),
    ProposalText(
        "chiffre-simple",
        "theo",
        "definir-des-indicateurs",
        "Un chiffre simple par mois, affiché en mairie",
        "Les chiffres de la ville sont dans de longs rapports.",
        "Choisir un chiffre par mois et l’expliquer sur une affiche.",
        State.PUBLISHED,
        received=5,
        changed=4,
        supports=6,
    ),
    ProposalText(
        "quartiers",
        "dounia",
        "inclusion-numerique",
        "Des ateliers numériques près de chez soi",
        "Les ateliers sont trop loin et aux mauvaises heures.",
        "En ouvrir le samedi dans chaque quartier.",
        State.MERGED,
        received=27,
        changed=20,
        supports=4,
        district="Neuhof",
        reason="Cette idée dit la même chose que la n° {number}. Les deux avancent ensemble.",
        merged_into="samedi",
    ),
    ProposalText(
        "mot-de-passe",
        "etienne",
        "monstrasbourg-eu",
        "Supprimer les mots de passe",
        "Je les oublie tous.",
        "Envoyer un code par e-mail.",
        State.WITHDRAWN,
        received=25,
        changed=22,
        reason="Retirée : cela existe déjà.",
    ),
    ProposalText(
        "vente",
        "berenice",
        "services-numeriques-en-mobilite",
        "Téléphones pas chers pour tous",
        "Les téléphones coûtent cher.",
        "Venez voir mon site, j’en vends à partir de 49 euros.",
        State.REFUSED,
        received=14,
        changed=13,
        reason="Publicité. Vous pouvez proposer une idée pour la ville, sans rien vendre.",
    ),
    ProposalText(
        "agrandir",
        "ursula",
        "strasbourg-eu",
        "Un bouton pour agrandir le texte",
        "Je ne trouve pas comment agrandir les lettres sur mon ordinateur.",
        "Un bouton visible en haut de chaque page, avec un mode d’emploi.",
        State.RECEIVED,
        received=2,
        changed=2,
        district="Orangerie",
    ),
    ProposalText(
        "rendez-vous",
        "pauline",
        "monstrasbourg-eu",
        "Choisir son heure de rendez-vous en ligne",
        "Il faut téléphoner pour un rendez-vous à la mairie, et c’est toujours occupé.",
        "Un agenda en ligne, avec le téléphone pour celles et ceux qui préfèrent.",
        State.RECEIVED,
        received=1,
        changed=1,
        district="Montagne-Verte",
    ),
)
