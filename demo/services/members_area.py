"""The members' area of the demonstration: consents of several kinds, files, a convocation, a note in two texts."""

import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile

from accounts.models import User
from committee.area.views.notes import save_note
from committee.convocations.services import convene
from committee.directory.services import choose
from committee.models import Member, MemberDocument, SessionPage
from common.markdown import french
from demo.clock import Clock


@dataclass(frozen=True)
class Choice:
    """What a member chose to show, so many days before the loading."""

    name: str
    days_ago: int
    email: bool = False
    phone: str = ""


# Numbers that the regulator keeps for fiction. Louise changed her mind; the others have said nothing.
CHOICES = (
    Choice("Louise S.", 60, email=True),
    Choice("Louise S.", 12),
    Choice("Hélène W.", 40, email=True),
    Choice("Rachid O.", 39, email=True, phone="06 39 98 00 12"),
    Choice("Karim B.", 38, email=True, phone="06 39 98 00 27"),
    Choice("Aïcha N.", 20, phone="06 39 98 00 41"),
    Choice("Nora K.", 19, email=True, phone="06 39 98 00 58"),
)

DOCUMENTS = (
    (
        "Réponses de la ville, version de travail",
        "À relire avant la séance. Ne pas diffuser : la ville peut encore les changer.",
        "Question;Réponse\r\nPeut-on reprendre une démarche plus tard ?;Oui, à partir du printemps\r\n",
    ),
    (
        "Budget des ateliers",
        "Ce que coûtent les salles et les intervenants.",
        "Poste;Euros\r\nSalles;400\r\nIntervenants;900\r\n",
    ),
)

WORDS = """Merci de lire les réponses de la ville avant de venir. Elles sont dans l’espace des membres.
La salle est au rez-de-chaussée, à droite de l’accueil."""
LINK = "https://visio.example/comite"
NOTE_TITLE = "Questions pour la prochaine séance"
FIRST_TEXT = "1. Combien de temps gardons-nous un brouillon ?\n2. Qui peut aider à distance ?"
SECOND_TEXT = f"{FIRST_TEXT}\n3. Les ateliers du samedi : qui tient l’accueil ?"


def _lines(text: str) -> str:
    """Returns `text` with the spaces of French, its lines kept."""
    return "\n".join(french(line) for line in text.splitlines())


def load(clock: Clock, people: dict[str, User]) -> None:
    """Fills the area, as if the members had done it over the last weeks."""
    members = {member.name: member for member in Member.objects.all()}
    for choice in CHOICES:
        choose(
            member=members[choice.name],
            show_email=choice.email,
            phone=choice.phone,
            now=clock.ago(choice.days_ago),
        )
    session = SessionPage.objects.published().next(clock.now)
    for title, description, text in DOCUMENTS:
        content = ContentFile(text.encode("utf-8-sig"), name="document.csv")
        MemberDocument.objects.create(
            title=french(title), description=french(description), file=content, session=session
        )
    if session:
        convene(
            session=session,
            words=_lines(WORDS),
            online_link=LINK,
            sender=people["secretariat"],
            key=uuid.uuid4(),
            now=clock.ago(2),
        )
    note = None
    for seen, (author, body) in enumerate((("Hélène W.", FIRST_TEXT), ("Karim B.", SECOND_TEXT))):
        note = save_note(
            note=note,
            values={"title": french(NOTE_TITLE), "body": _lines(body), "topic": None, "session": session},
            seen=seen,
            key=uuid.uuid4(),
            member=members[author],
            now=clock.ago(5 - seen),
        )
