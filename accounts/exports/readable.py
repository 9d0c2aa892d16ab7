"""HTML page of a data export. It needs no program and loads nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.personal_data import LabelledStr, PersonalDataSet
from common.templatetags.dates import in_city_time
from mailing.hooks import contact_address

# Names of values that are not model fields.
LABELS = {
    "act": _("act"),
    "agreed_on": _("agreed on"),
    "agrees_to_be_named": _("agrees to be named"),
    "answer": _("answer"),
    "choice": _("choice"),
    "codename": _("right"),
    "college": _("college"),
    "commune": _("commune"),
    "count": _("count"),
    "created_at": _("created at"),
    "email": _("e-mail address"),
    "expires_at": _("expires at"),
    "frequency": _("frequency"),
    "has_account": _("with an account"),
    "hour": _("hour"),
    "immediate": _("told at once what concerns them"),
    "kind": _("kind"),
    "last_error": _("last error"),
    "last_sign_in": _("last sign-in"),
    "name": _("name"),
    "number": _("number"),
    "only_topics": _("only these subjects"),
    "paused_until": _("pause until"),
    "ip": _("network address"),
    "phone": _("phone"),
    "photo": _("photo"),
    "pk": _("number"),
    "portrait": _("drawn portrait"),
    "private_address": _("private address"),
    "private_phone": _("private phone"),
    "poll": _("poll"),
    "presentation": _("presentation"),
    "public_name": _("name shown to others"),
    "question": _("question"),
    "rhythm_since": _("rhythm chosen at"),
    "sent_at": _("sent at"),
    "started_at": _("reader since"),
    "state": _("state"),
    "status": _("status"),
    "subject": _("subject of an e-mail"),
    "times_told": _("number of notices"),
    "topics": _("subjects"),
    "tried_at": _("last tried at"),
    "type": _("type"),
    "user_agent": _("browser"),
    "verified_at": _("address verified at"),
    "weekday": _("day of the weekly letter"),
}


def as_html(
    data_sets: Iterable[PersonalDataSet],
    *,
    now: dt.datetime,
    enclosed: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> str:
    """Returns the HTML page of the non-empty `data_sets`, with the names of the enclosed and omitted files."""
    sets = [
        {
            "label": data_set.label,
            "rows": [[(label_of(name), format_value(value)) for name, value in row.items()] for row in data_set.rows],
        }
        for data_set in data_sets
        if data_set.rows
    ]
    context = {
        "sets": sets,
        "now": now,
        "enclosed": enclosed,
        "left_out": left_out,
        "contact": contact_address(),
    }
    return render_to_string("accounts/export.html", context)


def label_of(name: str) -> str:
    """Returns the label of the value `name`: that of its field, or of `LABELS`."""
    return name.label if isinstance(name, LabelledStr) else str(LABELS.get(name, name.replace("_", " ")))


def format_value(value: Any) -> str:
    """Returns `value` formatted for people."""
    match value:
        case None | "":
            return "–"
        case bool():
            return gettext("yes") if value else gettext("no")
        case LabelledStr():
            return value.label
        case dt.datetime():
            return date_format(in_city_time(value), "SHORT_DATETIME_FORMAT")
        case dt.date():
            return date_format(value, "SHORT_DATE_FORMAT")
        case dict():
            return ", ".join(f"{label_of(name)} {format_value(inner)}" for name, inner in value.items())
        case list() | tuple():
            return "; ".join(format_value(inner) for inner in value) or "–"
        case _:
            return str(value)
