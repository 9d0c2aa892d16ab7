"""The shapes of the texts of residents, and the services of the city that answer them."""

from dataclasses import dataclass

from participation.models import Comment, Proposal

State, CommentState, Position = Proposal.State, Comment.State, Comment.Position
DIGITAL, RECEPTION = "Direction du numérique", "Accueil des mairies"
LIBRARIES_SERVICE = "Réseau des médiathèques"
# The services of the city with their addresses, all invented.
SERVICES = {
    DIGITAL: "numerique@ville.example",
    RECEPTION: "accueil@ville.example",
    LIBRARIES_SERVICE: "mediatheques@ville.example",
}
SIGNED_AS = "responsable du service"
# Name, decision, reasons, what happens next.
TEMPLATES = (
    (
        "Cela existe déjà",
        State.DONE,
        "Ce que vous demandez existe déjà. Voici où le trouver : …",
        "Dites-nous dans un commentaire si cela ne répond pas à votre besoin.",
    ),
    (
        "Ce n’est pas à la ville de le faire",
        State.NOT_RETAINED,
        "La ville ne peut pas décider à la place de … Nous leur avons transmis votre proposition.",
        "",
    ),
)
STEPS, IDEAS, LIBRARIES = "demarches-en-ligne", "suivre-les-idees", "aide-dans-les-quartiers"
READABLE, SCHOOL = "faciles-a-lire", "inscrire-un-enfant"


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
class AnswerText:
    """An official answer before the last one: its day, its decision and what it says."""

    days_ago: int
    decision: Proposal.State
    reasons: str
    next_steps: str = ""


@dataclass(frozen=True)
class ProposalText:
    """A proposal. `changed` is the day of its last change of state; `reason` goes with the state.

    An answered one has a `service` that signs and `next_steps`; `earlier` is the answer that came before the last one.
    `reminded` is the day on which the service was asked again.
    """

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
    kind: Proposal.Kind = Proposal.Kind.PROPOSAL
    reason: str = ""
    merged_into: str = ""
    service: str = ""
    next_steps: str = ""
    earlier: AnswerText | None = None
    reminded: int | None = None
    comments: tuple[CommentText, ...] = ()
