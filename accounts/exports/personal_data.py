"""Export of the personal data of a user: account, mails, and the data sets of each app (`accounts.hooks`)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.users.models import UserProfile

from accounts.hooks import ErasureLine, Fate, PersonalDataSet, personal_data_of
from accounts.models import ProviderLink, User
from accounts.queries import verified_emails
from mailing.models import Bounce, Message, Suppression
from mailing.notifications import name_of_kind
from mailing.services import email_hashes


class Labelled(str):
    """A string for programs (a name or the value of a choice) with a `label` for people."""

    label: str

    def __new__(cls, text: str, label: object) -> Self:
        made = super().__new__(cls, text)
        made.label = str(label)
        return made


def data_sets_of(user: User) -> list[PersonalDataSet]:
    """Returns the data sets of `user`."""
    return [*_account(user), *_mails(user), *personal_data_of(user)]


def export_of(user: User, found: list[PersonalDataSet] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Returns the data sets of `user`, or those of `found`, as rows by name, for JSON. Empty data sets are left out."""
    return {one.name: one.rows for one in (data_sets_of(user) if found is None else found) if one.rows}


def export_as_json(user: User) -> str:
    """Returns the export as a JSON string."""
    return json.dumps(export_of(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def rows_of(found: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Returns rows of plain values, keyed by field path with `_` for `__` and labelled with verbose names."""
    names, choices = {}, {}
    for path in fields:
        *relations, field = _fields_of(found.model, path)
        names[path] = _name_of(path.replace("__", "_"), field, relations)
        choices[path] = dict(field.flatchoices)
    return [
        {names[path]: labelled(value, choices[path]) for path, value in row.items()}
        for row in found.order_by(*found.query.order_by or ("pk",)).values(*fields)
    ]


def labelled(value: Any, choices: Mapping[Any, Any]) -> Any:
    """Returns `value` labelled with its text in `choices`, or unchanged."""
    return Labelled(value, choices[value]) if isinstance(value, str) and value and value in choices else value


def _name_of(name: str, field: Any, relations: list[Any]) -> str:
    """Returns `name` labelled with the name of `field` and of the relation it belongs to: « titre (appel) ».

    A field without a translated name of its own takes the name of its related model, or that of `readable.LABELS`.
    """
    own = _words_of(field)
    if not own:
        return name
    of = _words_of(relations[-1]) if relations and not field.is_relation else ""
    return Labelled(name, f"{own} ({of})" if of not in ("", own) else own)


def _words_of(field: Any) -> str:
    if isinstance(field.verbose_name, Promise):
        return str(field.verbose_name)
    return str(field.related_model._meta.verbose_name) if field.is_relation else ""


def _fields_of(model: type[Model], path: str) -> list[Any]:
    """Returns the fields along `path`, starting from `model`."""
    *relations, last = path.split("__")
    found: list[Any] = []
    for name in relations:
        found.append(model._meta.get_field(name))
        model = cast(type[Model], found[-1].related_model)
    return [*found, model._meta.pk if last == "pk" else model._meta.get_field(last)]


def what_always_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the lines about data that is kept of every erased account (docs/privacy.md, "What stays")."""
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
    # Permission names are French in the database (`accounts.signals`).
    rights = user.user_permissions.select_related("content_type").order_by("pk")
    named = [Labelled(f"{right.content_type.app_label}.{right.codename}", right.name) for right in rights]
    yield PersonalDataSet("account.rights", _("Rights"), [{"codename": right} for right in named])
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
    avatars = [profile.avatar for profile in profiles if profile.avatar]
    yield PersonalDataSet("account.admin_preferences", _("Choices in the admin"), rows_of(profiles, *fields), avatars)


def _mails(user: User) -> Iterator[PersonalDataSet]:
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
    yield PersonalDataSet(
        "mailing.suppression",
        _("Why no letter goes to the address"),
        rows_of(Suppression.objects.filter(email_hash__in=hashes), "reason", "created_at"),
    )
    returned = rows_of(Bounce.objects.filter(email_hash__in=hashes), "message__kind", "status", "at")
    for row in returned:
        row["message_kind"] = _kind(row["message_kind"])
    yield PersonalDataSet("mailing.returned", _("E-mails that came back"), returned)


def _kind(kind: str) -> Labelled:
    return Labelled(kind, name_of_kind(kind))
