"""The members of the committee, their roles and their mandates. All are invented."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from committee.models import Mandate, Member

RESIDENTS, ASSOCIATIONS, EXPERTS = "Habitantes et habitants", "Associations", "Métiers du numérique"
Role = Mandate.Role


@dataclass(frozen=True)
class MemberText:
    """`account` is the key of an account of `people`; most members have none."""

    name: str
    college: str
    role: Mandate.Role
    presentation: str
    account: str = ""
    since: date = date(2019, 1, 14)


MEMBERS = (
    MemberText(
        "Hélène W.",
        RESIDENTS,
        Role.COORDINATOR,
        "Hélène habite au Neudorf. Elle prépare les séances et suit les réponses de la ville.",
        "helene",
    ),
    MemberText(
        "Rachid O.",
        ASSOCIATIONS,
        Role.DEPUTY_COORDINATOR,
        "Rachid tient une permanence d’aide à la Meinau. Il remplace Hélène quand elle est absente.",
    ),
    MemberText(
        "Karim B.",
        RESIDENTS,
        Role.RAPPORTEUR,
        "Karim prend les notes et écrit les comptes rendus. Il habite à Cronenbourg.",
        "membre",
        date(2020, 1, 1),
    ),
    MemberText(
        "Louise S.",
        EXPERTS,
        Role.FACILITATOR,
        "Louise anime les ateliers. Elle veille à ce que tout le monde parle.",
    ),
    MemberText(
        "Gilbert A.",
        RESIDENTS,
        Role.PARTNERSHIP,
        "Gilbert parle au nom des usagers devant le comité stratégique partenarial.",
    ),
    MemberText(
        "Aïcha N.",
        RESIDENTS,
        Role.MEMBER,
        "Aïcha fait toutes ses démarches sur son téléphone. Elle teste les pages pour nous.",
    ),
    MemberText(
        "Bernard F.",
        RESIDENTS,
        Role.MEMBER,
        "Bernard a 74 ans. Il a appris à se servir d’internet à la médiathèque.",
    ),
    MemberText(
        "Camille J.",
        EXPERTS,
        Role.MEMBER,
        "Camille utilise un lecteur d’écran. Camille dit ce qui marche, et ce qui bloque.",
    ),
    MemberText(
        "Marta P.",
        ASSOCIATIONS,
        Role.MEMBER,
        "Marta aide des personnes qui lisent peu le français.",
    ),
    MemberText(
        "Thomas E.",
        RESIDENTS,
        Role.MEMBER,
        "Thomas est étudiant. Il suit les chiffres publiés par la ville.",
    ),
)

# In 2019 somebody else took the notes: a role changes hands, and the site keeps both.
FORMER_MEMBER = MemberText(
    "Solange D.",
    RESIDENTS,
    Role.RAPPORTEUR,
    "Solange a écrit les comptes rendus des huit séances de 2019.",
)


def load(people: dict[str, User]) -> None:
    """Creates the members who sit today, and one who has left."""
    for text in MEMBERS:
        add_member(text, people.get(text.account))
    add_member(FORMER_MEMBER, ends_on=date(2019, 12, 31))


def add_member(text: MemberText, user: User | None = None, ends_on: date | None = None) -> Member:
    """Returns a new member with one mandate."""
    member = Member(name=text.name, college=text.college, presentation=text.presentation, user=user)
    member.mandates = [Mandate(role=text.role, starts_on=text.since, ends_on=ends_on)]
    member.save()
    return member
