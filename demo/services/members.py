"""Members of the committee, their roles and their mandates."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import User
from accounts.services.accounts import create_verified_user
from committee.models import Mandate, Member, Seat
from committee.models.portraits import Portrait
from demo import pictures
from demo.clock import Clock
from demo.content import Text, read

Role = Mandate.Role


class Term(NamedTuple):
    """Term of the committee, first and last days included: two years, as the rules of procedure state."""

    begins: date
    ends: date

    def years(self) -> Iterator["Term"]:
        """Yields the parts of the term for which offices are voted: one year each."""
        begins = self.begins
        while begins <= self.ends:
            following = begins.replace(year=begins.year + 1)
            yield Term(begins, min(following - timedelta(days=1), self.ends))
            begins = following


FIRST_DAY = date(2019, 1, 14)
FIRST_TERM = Term(FIRST_DAY, date(2021, 1, 13))


def load(clock: Clock, people: dict[str, User]) -> None:
    """Creates a seat for each sitting member and a vacant one, two substitutes, and a former member.

    Most sat in the first term already: this one is their second, and last.
    """
    texts = read("members")
    this_term = term_of(clock)
    seats = {}
    for order, text in enumerate(texts["members"], start=1):
        seats[text["name"]] = add_seat(order, text["college"])
        first = FIRST_TERM._replace(begins=text.get("since", FIRST_DAY))
        add_member(clock, text, seats[text["name"]], [first, this_term], account_of(text, people))
    add_seat(len(seats) + 1, texts["empty_seat"])
    former = texts["former"]
    add_member(clock, former, seats[former["holder"]], [FIRST_TERM._replace(ends=former["until"])])
    for text in texts["substitutes"]:
        add_member(clock, text, seats[text["holder"]], [this_term], account_of(text, people))


def term_of(clock: Clock) -> Term:
    """Returns the current term, to which the sessions of this season belong."""
    year = (clock.today - timedelta(days=270)).year
    return Term(date(year, 1, 1), date(year + 1, 12, 31))


def add_seat(order: int, college: str) -> Seat:
    return Seat.objects.create(name=f"Siège {order}", college=college, starts_on=FIRST_DAY, order=order)


def account_of(text: Text, people: dict[str, User]) -> User | None:
    """Returns the account of a member, creating it and adding it to `people` if needed."""
    key = text.get("account")
    if key and key not in people:
        people[key] = create_verified_user(email=f"{key}@courriel.example", public_name=text["name"])
    return people.get(key) if key else None


def add_member(clock: Clock, text: Text, seat: Seat, terms: Sequence[Term], user: User | None = None) -> Member:
    """Returns a new member on `seat` for `terms`, with the office of the text for each year so far."""
    role, is_named = Role(text["role"]), text.get("is_named", True)
    member = Member(
        name=text["name"],
        college=text["college"],
        presentation=text["presentation"],
        user=user,
        photo=pictures.make(text["picture"]) if "picture" in text else None,
        portrait=text.get("portrait", Portrait.HOUSE),
        is_named=is_named,
        named_since=terms[0].begins if is_named else None,
    )
    seated = role if role in Mandate.SEATED else Role.MEMBER
    member.mandates.set([Mandate(role=seated, seat=seat, starts_on=term.begins, ends_on=term.ends) for term in terms])
    if role not in Mandate.SEATED:
        years = [year for term in terms for year in term.years() if year.begins <= clock.today]
        member.mandates.add(*(Mandate(role=role, starts_on=year.begins, ends_on=year.ends) for year in years))
    member.save()
    return member
