"""Export of what the site holds of a person: the account, its mails, and what each app adds (`accounts.hooks`)."""

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from wagtail.users.models import UserProfile

from accounts.hooks import PersonalDataSet, personal_data_of
from accounts.models import User
from accounts.queries import verified_emails
from mailing.models import Bounce, Message, Suppression
from mailing.services import email_hashes


def export_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """Returns what the site holds of `user`, by kind, for a file in JSON. Kinds without rows are left out."""
    found = [*_account(user), *_mails(user), *personal_data_of(user)]
    return {data_set.name: data_set.rows for data_set in found if data_set.rows}


def export_as_json(user: User) -> str:
    """Returns the same as the text of a file in JSON."""
    return json.dumps(export_of(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def rows_of(found: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Rows of plain values, under names without the double underscore of the query."""
    return [
        {name.replace("__", "_"): value for name, value in row.items()}
        for row in found.order_by(*found.query.order_by or ("pk",)).values(*fields)
    ]


def _account(user: User) -> Iterator[PersonalDataSet]:
    account = {
        "email": user.email,
        "public_name": user.public_name,
        "commune": user.commune,
        "created_at": user.date_joined,
        "last_sign_in": user.last_login,
    }
    yield PersonalDataSet("account", [account])
    yield PersonalDataSet(
        "account.addresses", rows_of(EmailAddress.objects.filter(user=user), "email", "verified", "primary")
    )
    yield PersonalDataSet("account.groups", rows_of(user.groups.all(), "name"))
    yield PersonalDataSet("account.rights", rows_of(user.user_permissions.all(), "content_type__app_label", "codename"))
    profiles = UserProfile.objects.filter(user=user)
    fields = ("preferred_language", "current_time_zone", "theme", "contrast", "density", "avatar")
    yield PersonalDataSet("account.admin_preferences", rows_of(profiles, *fields))


def _mails(user: User) -> Iterator[PersonalDataSet]:
    """The traces of mails to the e-mail addresses of `user`, and why no digest goes there any more.

    Never what a mail says: it may hold the words of other people, and is dropped once the mail is over.
    """
    emails = verified_emails(user)
    sent = Message.objects.filter(to_email__in=emails).order_by("pk")
    fields = ("kind", "state", "created_at", "sent_at", "tried_at", "expires_at", "last_error")
    rows = [
        {"kind": row.pop("kind"), "subject": (row.pop("payload") or {}).get("subject", ""), **row}
        for row in sent.values("payload", *fields)
    ]
    yield PersonalDataSet("mailing.messages", rows)
    hashes = [digest for email in emails for digest in email_hashes(email)]
    yield PersonalDataSet(
        "mailing.suppression", rows_of(Suppression.objects.filter(email_hash__in=hashes), "reason", "created_at")
    )
    returned = Bounce.objects.filter(email_hash__in=hashes)
    yield PersonalDataSet("mailing.returned", rows_of(returned, "message__kind", "status", "at"))
