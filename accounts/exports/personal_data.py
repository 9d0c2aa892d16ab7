"""Export of the personal data of a user, read from the declarations of all apps (`common.personal_data`)."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from common.hooks import personal_data
from common.personal_data import ErasureLine, ErasurePolicy, LabelledStr, PersonalDataSet, labelled, rows_of
from mailing.models import Bounce, Message, Suppression
from mailing.notifications import name_of_kind
from mailing.services import email_hashes


def data_sets_of(user: User) -> list[PersonalDataSet]:
    """Returns the data sets of `user` in all apps."""
    return [data_set for declaration in personal_data() for export in declaration.exports for data_set in export(user)]


def export_of(user: User, data_sets: list[PersonalDataSet] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Returns `data_sets`, by default those of `user`, as rows by name, for JSON. Leaves out empty data sets."""
    return {
        data_set.name: data_set.rows
        for data_set in (data_sets_of(user) if data_sets is None else data_sets)
        if data_set.rows
    }


def export_as_json(user: User, data_sets: list[PersonalDataSet] | None = None) -> str:
    """Returns the result of `export_of` as a JSON string."""
    return json.dumps(export_of(user, data_sets), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def erasure_summary_of(user: User) -> list[ErasureLine]:
    """Returns what is erased and kept of `user`, in all apps, for the page that deletes the account."""
    declared = [line for declaration in personal_data() for lines in declaration.at_erasure for line in lines(user)]
    return [*declared, *what_always_stays()]


def what_always_stays() -> Iterator[ErasureLine]:
    """Yields the lines about data that is kept of every erased account (docs/privacy.md, "What stays")."""
    for text in (
        _("replies by other people, and your name in texts by others: contributions, agendas, minutes"),
        _("records of our e-mails, without your address, for a year"),
        _("the number of your account in the history of the site, without your name"),
        _("a keyed hash of the account, without your name: it erases you again if a backup is restored"),
    ):
        yield ErasureLine(ErasurePolicy.STAYS, text)


def account_of(user: User) -> Iterator[PersonalDataSet]:
    account = {
        "email": user.email,
        "public_name": user.public_name,
        "commune": user.commune,
        "created_at": user.date_joined,
        "last_sign_in": user.last_login,
    }
    yield PersonalDataSet("account", _("Account"), [account])


def rights_of(user: User) -> Iterator[PersonalDataSet]:
    # Permission names are French in the database (`accounts.signals`).
    rights = user.user_permissions.select_related("content_type").order_by("pk")
    named = [LabelledStr(f"{right.content_type.app_label}.{right.codename}", right.name) for right in rights]
    yield PersonalDataSet("account.rights", _("Rights"), [{"codename": right} for right in named])


def mails_of(user: User) -> Iterator[PersonalDataSet]:
    """Yields the mails sent to the addresses of `user`, and the reason why an address receives no digest any more.

    The body of a mail is never exported: it may hold words of other people, and is dropped once the mail is done.
    """
    emails = verified_emails(user)
    sent = Message.objects.filter(to_email__in=emails).order_by("pk")
    fields = ("kind", "state", "created_at", "sent_at", "tried_at", "expires_at", "last_error")
    states = dict(Message.State.choices)
    rows = [
        {
            "kind": _kind(row.pop("kind")),
            "subject": (row.pop("payload") or {}).get("subject", ""),
            "state": labelled(row.pop("state"), states),
            **row,
        }
        for row in sent.values("payload", *fields)
    ]
    yield PersonalDataSet("mailing.messages", _("E-mails that the site sent"), rows)
    hashes = [digest for email in emails for digest in email_hashes(email)]
    refusing = Suppression.objects.filter(email_hash__in=hashes)
    yield PersonalDataSet(
        "mailing.suppression", _("Reason why the address gets no digest"), rows_of(refusing, "reason", "created_at")
    )
    returned = rows_of(Bounce.objects.filter(email_hash__in=hashes), "message__kind", "status", "at")
    for row in returned:
        row["message_kind"] = _kind(row["message_kind"])
    yield PersonalDataSet("mailing.returned", _("E-mails that bounced"), returned)


def _kind(kind: str) -> LabelledStr:
    return LabelledStr(kind, name_of_kind(kind))
