"""Members of the committee, their roles and their mandates."""

from datetime import date

from accounts.models import User
from accounts.services.accounts import create_verified_user
from committee.models import Mandate, Member, Seat
from demo import pictures
from demo.content import Text, read

Role = Mandate.Role
FIRST_DAY, END_OF_2019 = date(2019, 1, 14), date(2019, 12, 31)


def load(people: dict[str, User]) -> None:
    """Creates a seat for each member who sits today and an empty one, two substitutes, and one who left a seat."""
    texts = read("members")
    seats = {}
    for order, text in enumerate(texts["members"], start=1):
        seats[text["name"]] = add_seat(order, text["college"])
        add_member(text, seats[text["name"]], account_of(text, people))
    add_seat(len(seats) + 1, texts["empty_seat"])
    add_member(texts["former"], seats[texts["former"]["holder"]], ends_on=END_OF_2019)
    for text in texts["substitutes"]:
        add_member(text, seats[text["holder"]], account_of(text, people))


def add_seat(order: int, college: str) -> Seat:
    return Seat.objects.create(name=f"Siège {order}", college=college, starts_on=FIRST_DAY, order=order)


def account_of(text: Text, people: dict[str, User]) -> User | None:
    """Returns the account of a member; it is created, and kept in `people`, if it is not there."""
    key = text.get("account")
    if key and key not in people:
        people[key] = create_verified_user(email=f"{key}@courriel.example", public_name=text["name"])
    return people.get(key) if key else None


def add_member(text: Text, seat: Seat, user: User | None = None, ends_on: date | None = None) -> Member:
    """Returns a new member who fills `seat`, and holds the office of the text for the same time if it names one."""
    since, role, is_named = text.get("since", FIRST_DAY), Role(text["role"]), text.get("is_named", True)
    member = Member(
        name=text["name"],
        college=text["college"],
        presentation=text["presentation"],
        user=user,
        photo=pictures.make(text["picture"]) if "picture" in text else None,
        is_named=is_named,
        named_since=since if is_named else None,
    )
    seated = role if role in Mandate.SEATED else Role.MEMBER
    member.mandates = [Mandate(role=seated, seat=seat, starts_on=since, ends_on=ends_on)]
    if role not in Mandate.SEATED:
        member.mandates.add(Mandate(role=role, starts_on=since, ends_on=ends_on))
    member.save()
    return member
