"""Export of what the site holds of a person: the account, its mails, and what each app adds (`accounts.hooks`)."""

import json
from collections.abc import Iterator
from typing import Any, Self, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.users.models import UserProfile

from accounts.hooks import ErasureLine, Fate, PersonalDataSet, personal_data_of
from accounts.models import ProviderLink, User
from accounts.queries import verified_emails
from mailing.models import Bounce, Message, Suppression
from mailing.services import email_hashes


class Labelled(str):
    """A text for programs, a name or the value of a choice, with the words that people read."""

    label: str

    def __new__(cls, text: str, label: object) -> Self:
        made = super().__new__(cls, text)
        made.label = str(label)
        return made


def data_sets_of(user: User) -> list[PersonalDataSet]:
    """Returns what the site holds of `user`."""
    return [*_account(user), *_mails(user), *personal_data_of(user)]


def export_of(user: User, found: list[PersonalDataSet] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Returns the same, or `found`, by kind, for a file in JSON. Kinds without rows are left out."""
    return {one.name: one.rows for one in (data_sets_of(user) if found is None else found) if one.rows}


def export_as_json(user: User) -> str:
    """Returns the same as the text of a file in JSON."""
    return json.dumps(export_of(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def rows_of(found: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Rows of plain values, under names without the double underscore of the query, with the words of the fields."""
    names, choices = {}, {}
    for path in fields:
        field = _field_of(found.model, path)
        names[path] = Labelled(path.replace("__", "_"), field.verbose_name)
        choices[path] = dict(field.flatchoices)
    return [
        {names[path]: _labelled(value, choices[path]) for path, value in row.items()}
        for row in found.order_by(*found.query.order_by or ("pk",)).values(*fields)
    ]


def _labelled(value: Any, choices: dict[Any, Any]) -> Any:
    return Labelled(value, choices[value]) if isinstance(value, str) and value and value in choices else value


def _field_of(model: type[Model], path: str) -> Any:
    """Returns the field that `path` leads to from `model`."""
    *relations, last = path.split("__")
    for name in relations:
        model = cast(type[Model], model._meta.get_field(name).related_model)
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def what_always_stays(user: User) -> Iterator[ErasureLine]:
    """Yields what stays of every account, whoever its person is (docs/privacy.md, "What stays")."""
    for text in (
        _("what others answered you, and your name where they wrote it: in their own texts, in agendas and minutes"),
        _("the traces of our e-mails, without your address, for a year"),
        _("the number of your account in the history of the site, without your name"),
        _("a secret mark of the account, which leads to nobody, so that a backup does not bring you back"),
    ):
        yield ErasureLine(Fate.STAYS, text)


def _account(user: User) -> Iterator[PersonalDataSet]:
    account = {
        "email": user.email,
        "public_name": user.public_name,
        "commune": user.commune,
        "created_at": user.date_joined,
        "last_sign_in": user.last_login,
    }
    yield PersonalDataSet("account", _("Account"), [account])
    yield PersonalDataSet(
        "account.addresses",
        _("E-mail addresses"),
        rows_of(EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
    )
    yield PersonalDataSet("account.groups", _("Groups"), rows_of(user.groups.all(), "name"))
    yield PersonalDataSet(
        "account.rights", _("Rights"), rows_of(user.user_permissions.all(), "content_type__app_label", "codename")
    )
    yield PersonalDataSet(
        "account.sessions",
        _("Devices on which the account is open"),
        rows_of(UserSession.objects.filter(user=user), "created_at", "ip", "user_agent"),
    )
    yield PersonalDataSet(
        "account.providers",
        _("Identities that open the account"),
        rows_of(ProviderLink.objects.filter(user=user), "issuer", "subject", "linked_at"),
    )
    yield PersonalDataSet(
        "account.factors",
        _("Second factors"),
        rows_of(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
    )
    profiles = UserProfile.objects.filter(user=user)
    fields = ("preferred_language", "current_time_zone", "theme", "contrast", "density", "avatar")
    yield PersonalDataSet("account.admin_preferences", _("Choices in the admin"), rows_of(profiles, *fields))


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
    yield PersonalDataSet("mailing.messages", _("E-mails that the site sent"), rows)
    hashes = [digest for email in emails for digest in email_hashes(email)]
    yield PersonalDataSet(
        "mailing.suppression",
        _("Why no letter goes to the address"),
        rows_of(Suppression.objects.filter(email_hash__in=hashes), "reason", "created_at"),
    )
    returned = Bounce.objects.filter(email_hash__in=hashes)
    yield PersonalDataSet(
        "mailing.returned", _("E-mails that came back"), rows_of(returned, "message__kind", "status", "at")
    )
