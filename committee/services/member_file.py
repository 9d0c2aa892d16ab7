"""Import of members: each row is a member with a mandate that is new, known, or refused with a reason.

Each row is imported as a whole or not at all, independently of the others. Importing the same file again creates
nothing. A dry run does the same and rolls back, so that both give the same results.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.errors import MemberRowRefused
from committee.models import Mandate, Member, Seat
from committee.models.members import lock_mandates
from committee.models.naming_consent import Naming
from committee.queries.seats import seats_to_fill
from common.search import fold
from common.tables import FileRefused, FileRow, csv_table

# Columns of the file, in French, and their names here.
COLUMNS = {
    "Nom": "name",
    "Siège": "seat",
    "Rôle": "role",
    "Mandat du": "starts_on",
    "Mandat au": "ends_on",
    "E-mail": "email",
    "Nom public": "naming",
}
NEEDED = ("Nom", "Mandat du")
MAX_ROWS = 500
# Synonyms for role labels.
ROLES = {
    "suppleant": Mandate.Role.SUBSTITUTE,
    "suppleante": Mandate.Role.SUBSTITUTE,
    "suppleante ou suppleant": Mandate.Role.SUBSTITUTE,
    "": Mandate.Role.MEMBER,
}
# Answers to the question whether the site may name the person.
ANSWERS = {"": Naming.NOT_ASKED, "oui": Naming.AGREED, "non": Naming.DECLINED}


@dataclass(frozen=True)
class MemberRow:
    """Row of the file: line number, name, first day of its mandates, and result as a sentence."""

    line: int
    name: str
    sentence: str
    member: Member | None = None
    email: str = ""
    begins_on: date = date.min
    is_new: bool = False
    is_refused: bool = False


@dataclass(frozen=True)
class MemberFileResult:
    """Rows in order. Rows without a name, such as those of vacant seats, are only counted.

    `ignored` are the names of the unknown columns.
    """

    rows: list[MemberRow]
    nameless: int
    ignored: list[str]

    @property
    def created(self) -> list[MemberRow]:
        return [row for row in self.rows if row.is_new]

    @property
    def refused(self) -> list[MemberRow]:
        return [row for row in self.rows if row.is_refused]

    @property
    def with_email(self) -> list[MemberRow]:
        """First row with an address of each member without an account."""
        rows: dict[int | None, MemberRow] = {}
        for row in self.rows:
            if row.member and row.email and row.member.user_id is None:
                rows.setdefault(row.member.pk, row)
        return list(rows.values())


def model_rows(today: date) -> list[list[str]]:
    """Returns the rows of the template: one for each seat without a current or future holder."""
    role = str(Mandate.Role.MEMBER.label)
    return [
        ["", seat.name, role, f"{max(seat.starts_on, today):%d/%m/%Y}", "", "", ""] for seat in seats_to_fill(today)
    ]


@transaction.atomic
def take_in(text: str, *, by: User, dry_run: bool) -> MemberFileResult:
    """Imports the members of `text`, a CSV file; `dry_run` rolls back. Raises `FileRefused`."""
    table = csv_table(io.StringIO(text))
    names = {fold(column): COLUMNS[column] for column in COLUMNS}
    columns = {column: names[fold(column)] for column in table.columns if fold(column) in names}
    if missing := [column for column in NEEDED if COLUMNS[column] not in columns.values()]:
        raise FileRefused(
            _("This file lacks these columns in its first row: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    lock_mandates()
    committee = _Committee(by)
    rows: list[MemberRow] = []
    nameless = 0
    for row in _limited(table.rows):
        cells = {columns[name]: value for name, value in row.cells.items() if name in columns}
        if not row.fault and not cells.get("name"):
            nameless += 1
            continue
        rows.append(committee.take_in(row, cells))
    transaction.set_rollback(dry_run)
    return MemberFileResult(rows, nameless, sorted(table.columns - {"", *columns}))


def _limited(rows: Iterator[FileRow]) -> Iterator[FileRow]:
    """Yields the rows. Raises `FileRefused` if there are more than a committee can have."""
    for count, row in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise FileRefused(_("This file has more than %(count)d rows: cut it in several.") % {"count": MAX_ROWS})
        yield row


class _Committee:
    """Seats, members and mandates during an import, read once instead of for each row."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.seats = {fold(seat.name): seat for seat in Seat.objects.all()}
        self.members: dict[str, list[Member]] = {}
        for member in Member.objects.all():
            self.members.setdefault(fold(member.name), []).append(member)
        self.mandates = list(Mandate.objects.select_related("member", "seat"))

    def take_in(self, row: FileRow, cells: dict[str, str]) -> MemberRow:
        """Returns the result for `row`. A refused row changes nothing."""
        member_row = MemberRow(row.line, cells.get("name", ""), "", is_refused=True)
        try:
            if row.fault:
                raise MemberRowRefused(row.fault)
            with transaction.atomic():
                return self._create(member_row, cells)
        except MemberRowRefused as refusal:
            return replace(member_row, sentence=str(refusal))
        except ValidationError as error:
            return replace(member_row, sentence=" ".join(error.messages))

    def _create(self, member_row: MemberRow, cells: dict[str, str]) -> MemberRow:
        email = cells.get("email", "").lower()
        if email:
            _checked_email(email)
        mandates, naming = self._mandates(cells), _naming(cells.get("naming", ""))
        same_name = self.members.get(fold(member_row.name), [])
        if len(same_name) > 1:
            raise MemberRowRefused(_("Several members have this name: write the mandate on the page of the right one."))
        member, is_known = (same_name[0], True) if same_name else (Member(name=member_row.name), False)
        if not is_known:
            member.college = next((mandate.seat.college for mandate in mandates if mandate.seat), "")
        answers = _answer(member, naming)
        if answers or not is_known:
            member.full_clean()
            member.save()
        new = [mandate for mandate in mandates if not self._has(member, mandate)]
        for mandate in new:
            self._add(member, mandate)
        if new or answers:
            log(member, "wagtail.edit" if is_known else "wagtail.create", user=self.by)
        # Only now: no later step can refuse the row.
        self.mandates += new
        if not is_known:
            self.members[fold(member.name)] = [member]
        mandate_list = _("; ").join(_in_words(mandate) for mandate in new)
        sentence = _("New mandate: %(mandates)s.") if is_known else _("New member: %(mandates)s.")
        sentences = [sentence % {"mandates": mandate_list}] if new else []
        if answers:
            sentences.append(_("Name on the site: %(answer)s.") % {"answer": member.naming.label})
        return replace(
            member_row,
            sentence=" ".join(sentences) or _("Known already: nothing changes."),
            member=member,
            email=email,
            begins_on=mandates[0].starts_on,
            is_new=bool(new or answers),
            is_refused=False,
        )

    def _mandates(self, cells: dict[str, str]) -> list[Mandate]:
        """Returns the mandates of a row: that of the seat, and that of the office, which is held in addition."""
        role, seat = _role(cells.get("role", "")), self._seat(cells.get("seat", ""))
        days = {"starts_on": _day(cells.get("starts_on", "")), "ends_on": _day(cells.get("ends_on", ""))}
        if days["starts_on"] is None:
            raise MemberRowRefused(_("Write the first day of the mandate."))
        if role in Mandate.SEATED:
            return [Mandate(role=role, seat=seat, **days)]
        on_seat = [Mandate(role=Mandate.Role.MEMBER, seat=seat, **days)] if seat else []
        return [*on_seat, Mandate(role=role, **days)]

    def _seat(self, name: str) -> Seat | None:
        if not name:
            return None
        if seat := self.seats.get(fold(name)):
            return seat
        reason = _("No seat is called “%(name)s”. Create it first, or correct the name.")
        raise MemberRowRefused(reason % {"name": name})

    def _has(self, member: Member, mandate: Mandate) -> bool:
        key = (member.pk, mandate.role, mandate.seat_id, mandate.starts_on, mandate.ends_on)
        return any(
            (existing.member_id, existing.role, existing.seat_id, existing.starts_on, existing.ends_on) == key
            for existing in self.mandates
        )

    def _add(self, member: Member, mandate: Mandate) -> None:
        """Saves `mandate`.

        Raises `MemberRowRefused` if it conflicts with another one, `ValidationError` if it is invalid.
        """
        mandate.member = member
        mandate.full_clean()
        for other in self.mandates:
            if clash := mandate.clash_with(other, same_person=other.member_id == member.pk):
                _field, reason = clash
                raise MemberRowRefused(reason)
        mandate.save()


def _role(text: str) -> str:
    labels = {fold(str(role.label)): role for role in Mandate.Role}
    known_role: Any = labels.get(fold(text), ROLES.get(fold(text)))
    if known_role is None:
        names = ", ".join(str(role.label) for role in Mandate.Role)
        raise MemberRowRefused(
            _("“%(role)s” is no role. Write one of these: %(names)s.") % {"role": text, "names": names}
        )
    return str(known_role)


def _naming(text: str) -> Naming:
    naming = ANSWERS.get(fold(text))
    if naming is None:
        reason = _("“%(answer)s” is no answer. Write “oui” or “non”, or nothing while the person has not answered.")
        raise MemberRowRefused(reason % {"answer": text})
    return naming


def _answer(member: Member, naming: Naming) -> bool:
    """Sets the answer of a member who has given none; returns whether it changes. Raises `MemberRowRefused`."""
    if naming in (Naming.NOT_ASKED, member.naming):
        return False
    if member.naming != Naming.NOT_ASKED:
        reason = _("This member answered otherwise whether the site may show the name: change it on their page.")
        raise MemberRowRefused(reason)
    member.set_naming(naming, on=timezone.localdate())
    # The file does not tell the day of the answer.
    member.named_since = None
    return True


def _day(text: str) -> date | None:
    try:
        day: date | None = forms.DateField(required=False).clean(text)
    except ValidationError as error:
        reason = _("“%(day)s” is no date. Write it like this: %(example)s.")
        raise MemberRowRefused(reason % {"day": text, "example": f"{timezone.localdate():%d/%m/%Y}"}) from error
    return day


def _checked_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise MemberRowRefused(_("“%(email)s” is no e-mail address.") % {"email": email}) from error


def _in_words(mandate: Mandate) -> str:
    """Returns for example « Membre (Habitants, siège 3), à partir du 11 janvier 2027, sans dernier jour »."""
    seat = f" ({mandate.seat})" if mandate.seat else ""
    last_day = "" if mandate.ends_on else _(", without a last day")
    return f"{mandate.get_role_display()}{seat}, {mandate.period}{last_day}"
