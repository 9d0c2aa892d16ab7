"""The members of the committee, their roles and their mandates. All are invented."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.services import create_verified_user
from committee.models import Mandate, Member, Seat
from demo import pictures

RESIDENTS, ASSOCIATIONS, EXPERTS = "Habitantes et habitants", "Associations", "Métiers du numérique"
Role = Mandate.Role


@dataclass(frozen=True)
class MemberText:
    """`account` is the key of an account of `people`, or of a new one; some members have none."""

    name: str
    college: str
    role: Mandate.Role
    presentation: str
    account: str = ""
    since: date = date(2019, 1, 14)
    is_named: bool = True
    picture: str = ""


MEMBERS = (
    MemberText(
        "Hélène W.",
        RESIDENTS,
        Role.COORDINATOR,
        "Hélène habite au Neudorf. Elle prépare les séances et suit les réponses de la ville.",
        "helene",
        picture="portrait-de-helene",
    ),
    MemberText(
        "Rachid O.",
        ASSOCIATIONS,
        Role.DEPUTY_COORDINATOR,
        "Rachid tient une permanence d’aide à la Meinau. Il remplace Hélène quand elle est absente.",
        "rachid",
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
        "louise",
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
        "aicha",
    ),
    MemberText(
        "Bernard F.",
        RESIDENTS,
        Role.MEMBER,
        "Bernard a 74 ans. Il a appris à se servir d’internet à la médiathèque.",
        is_named=False,
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


# Two substitutes: they sit when the holder cannot come.
SUBSTITUTES = (
    (
        "Nora K.",
        RESIDENTS,
        "Aïcha N.",
        "Nora siège quand Aïcha ne peut pas venir. Elle tient un café numérique au Neudorf.",
        "nora",
    ),
    ("Yves L.", ASSOCIATIONS, "Marta P.", "Yves remplace Marta. Il accompagne des personnes sans domicile.", ""),
)


def load(people: dict[str, User]) -> None:
    """Creates a seat for each member who sits today and an empty one, two substitutes, and one who left a seat."""
    seats = {}
    for order, text in enumerate(MEMBERS, start=1):
        seats[text.name] = Seat.objects.create(
            name=f"Siège {order}", college=text.college, starts_on=date(2019, 1, 14), order=order
        )
        add_member(text, seats[text.name], account_of(text, people))
    Seat.objects.create(
        name=f"Siège {len(MEMBERS) + 1}", college=ASSOCIATIONS, starts_on=date(2019, 1, 14), order=len(MEMBERS) + 1
    )
    add_member(FORMER_MEMBER, seats["Karim B."], ends_on=date(2019, 12, 31))
    for name, college, holder, presentation, account in SUBSTITUTES:
        text = MemberText(
            name, college, Role.SUBSTITUTE, presentation, account, date(2022, 1, 1), is_named=name != "Yves L."
        )
        add_member(text, seats[holder], account_of(text, people))


def account_of(text: MemberText, people: dict[str, User]) -> User | None:
    """Returns the account of a member; it is created, and kept in `people`, if it is not there."""
    if text.account and text.account not in people:
        people[text.account] = create_verified_user(email=f"{text.account}@courriel.example", public_name=text.name)
    return people.get(text.account)


def add_member(text: MemberText, seat: Seat, user: User | None = None, ends_on: date | None = None) -> Member:
    """Returns a new member who fills `seat`, and holds the office of the text for the same time if it names one."""
    member = Member(
        name=text.name,
        college=text.college,
        presentation=text.presentation,
        user=user,
        photo=pictures.make(text.picture) if text.picture else None,
        is_named=text.is_named,
        named_since=text.since if text.is_named else None,
    )
    seated = text.role if text.role in Mandate.SEATED else Role.MEMBER
    member.mandates = [Mandate(role=seated, seat=seat, starts_on=text.since, ends_on=ends_on)]
    if text.role not in Mandate.SEATED:
        member.mandates.add(Mandate(role=text.role, starts_on=text.since, ends_on=ends_on))
    member.save()
    return member
