"""Declarations of personal data: data, purpose, retention period, export, and erasure with an account.

Each app has one list, `<app>/personal_data.py`, on the hook `personal_data` (`common/hooks.py`). The table in
docs/privacy.md shows all of them.

An account is an argument `user` without a type, because `accounts` is above this app.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self, cast

from django.db.models import Min, Model, Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.core.files import File
    from django_stubs_ext import StrOrPromise

MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)


class Basis(TextChoices):
    """Legal basis: article 6(1) of the GDPR, points e, a and c."""

    MISSION = "mission", _("public interest")
    CONSENT = "consent", _("consent")
    OBLIGATION = "obligation", _("legal obligation")


@dataclass(frozen=True)
class PersonalDataSet:
    """Data set of an export: name in the file, label for people, and rows.

    Rows have plain values, or `LabelledStr` ones. `files` are enclosed with the rows.
    """

    name: str
    label: "StrOrPromise"
    rows: list[dict[str, Any]]
    files: "Sequence[File[Any]]" = ()


class ErasurePolicy(Enum):
    """Outcome of an erasure for a kind of data. `CHOICE`: kept unless the author chooses to withdraw it."""

    GOES = auto()
    STAYS = auto()
    CHOICE = auto()


@dataclass(frozen=True)
class ErasureLine:
    """Line of the page that deletes an account: data with its count, such as « 3 supports », and its policy."""

    fate: ErasurePolicy
    text: "StrOrPromise"


class Owned:
    """Rows of `model` that belong to an account by one of its `fields`, among those with the values `also`."""

    def __init__(self, model: type[Model], *fields: str, **also: Any) -> None:
        self.model, self.fields, self.also = model, fields, also

    def __call__(self, user: Any) -> QuerySet[Any]:
        owned = reduce(or_, (Q(**{field: user}) for field in self.fields))
        return self.model._default_manager.filter(owned, **self.also)


@dataclass(frozen=True)
class Export:
    """Data set with the `fields` of the `rows` of an account, in order, and the files of the field `file`.

    Data held for an e-mail address and not for an account is exported for the verified addresses of the account only
    (`accounts.queries.verified_emails`), and no row has the data of other people.
    """

    name: str
    label: "StrOrPromise"
    rows: Callable[[Any], QuerySet[Any]]
    fields: Sequence[str]
    file: str = ""
    order_by: Sequence[str] = ("pk",)

    def __call__(self, user: Any) -> Iterator[PersonalDataSet]:
        rows = self.rows(user).order_by(*self.order_by)
        files = [getattr(row, self.file) for row in rows.exclude(**{self.file: ""})] if self.file else []
        yield PersonalDataSet(self.name, self.label, rows_of(rows, *self.fields), files)


@dataclass(frozen=True)
class Counted:
    """Line with the number of the `rows` of an account that have this `fate`, in lazy plural `words`; none if zero."""

    fate: ErasurePolicy
    words: Any
    rows: Callable[[Any], QuerySet[Any]]

    def __call__(self, user: Any) -> Iterator[ErasureLine]:
        if count := self.rows(user).count():
            yield ErasureLine(self.fate, self.words % {"count": count})


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Declaration: `data` is kept for `period` from `since` on; without `period`, until the event `since`.

    `rows` returns the rows, whose field `moment` is the start of the period, or whose field `end` is its end.
    `erase(now=…)` erases expired rows, possibly in batches, and returns their number: it is idempotent, and cheap if
    there are none. It raises exceptions for failures, at the end `PartlyFailed` if the other rows were erased
    (`erase_each`). It runs every `every`, and at each tick as long as it erases rows.

    `exports` return the data sets of an account for its export, and `at_erasure` the lines of the page that deletes the
    account. `erase_with_account(user, now)` erases rows that no foreign key of the account erases (`on_delete`), before
    the account is deleted, in the same transaction, for every deletion: public records stay, without name or account.
    """

    # Stable name in the log and in the table of runs.
    name: str
    order: int
    data: "StrOrPromise"
    period: timedelta | None = None
    since: "StrOrPromise"
    basis: Basis
    purpose: "StrOrPromise"
    rows: Callable[[], QuerySet[Any]] | None = None
    moment: str = ""
    end: str = ""
    erase: Callable[..., int] | None = None
    every: timedelta = DAY
    exports: Sequence[Callable[[Any], Iterable[PersonalDataSet]]] = ()
    at_erasure: Sequence[Callable[[Any], Iterable[ErasureLine]]] = ()
    erase_with_account: Callable[[Any, datetime], None] | None = None

    @property
    def duration(self) -> str:
        """Period in words; "" without a period."""
        return in_words(self.period) if self.period else ""

    @property
    def has_job(self) -> bool:
        return self.erase is not None

    def count(self) -> int | None:
        return None if self.rows is None else self.rows().count()

    def bounds(self) -> "tuple[datetime | date | None, datetime | date | None]":
        """Returns the time of the oldest row, and the first expiry; None if unknown."""
        if self.rows is None or not (self.moment or self.end):
            return None, None
        first = self.rows().aggregate(first=Min(self.moment or self.end))["first"]
        if self.end:
            return None, first
        return first, first + self.period if first and self.period else None


class LabelledStr(str):
    """A string for programs (a name or the value of a choice) with a `label` for people."""

    label: str

    def __new__(cls, text: str, label: object) -> Self:
        instance = super().__new__(cls, text)
        instance.label = str(label)
        return instance


def rows_of(queryset: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Returns rows of plain values, keyed by field path with `_` for `__` and labelled with verbose names."""
    names, choices = {}, {}
    for path in fields:
        *relations, field = _fields_of(queryset.model, path)
        names[path] = _name_of(path.replace("__", "_"), field, relations)
        choices[path] = dict(field.flatchoices)
    return [
        {names[path]: labelled(value, choices[path]) for path, value in row.items()}
        for row in queryset.order_by(*queryset.query.order_by or ("pk",)).values(*fields)
    ]


def labelled(value: Any, choices: Mapping[Any, Any]) -> Any:
    """Returns `value` labelled with its text in `choices`, or unchanged."""
    return LabelledStr(value, choices[value]) if isinstance(value, str) and value and value in choices else value


def _name_of(name: str, field: Any, relations: list[Any]) -> str:
    """Returns `name` labelled with the name of `field` and of the relation it belongs to: « titre (appel) ».

    A field without a translated name of its own takes the name of its related model, or that of
    `accounts.exports.readable.LABELS`.
    """
    label = _words_of(field)
    if not label:
        return name
    relation_name = _words_of(relations[-1]) if relations and not field.is_relation else ""
    return LabelledStr(name, f"{label} ({relation_name})" if relation_name not in ("", label) else label)


def _words_of(field: Any) -> str:
    if isinstance(field.verbose_name, Promise):
        return str(field.verbose_name)
    return str(field.related_model._meta.verbose_name) if field.is_relation else ""


def _fields_of(model: type[Model], path: str) -> list[Any]:
    """Returns the fields along `path`, starting from `model`."""
    *relations, last = path.split("__")
    fields: list[Any] = []
    for name in relations:
        fields.append(model._meta.get_field(name))
        model = cast(type[Model], fields[-1].related_model)
    return [*fields, model._meta.pk if last == "pk" else model._meta.get_field(last)]


def in_words(period: timedelta) -> str:
    """Returns a period in words, in the current language: « 2 years », « 30 days », « 10 minutes », « 4 seconds »."""
    if period >= YEAR and not period % YEAR:
        return ngettext("%(count)d year", "%(count)d years", period // YEAR) % {"count": period // YEAR}
    if period > DAY:
        return ngettext("%(count)d day", "%(count)d days", period // DAY) % {"count": period // DAY}
    if period >= HOUR:
        return ngettext("%(count)d hour", "%(count)d hours", period // HOUR) % {"count": period // HOUR}
    if period >= MINUTE:
        return ngettext("%(count)d minute", "%(count)d minutes", period // MINUTE) % {"count": period // MINUTE}
    return ngettext("%(count)d second", "%(count)d seconds", period.seconds) % {"count": period.seconds}
