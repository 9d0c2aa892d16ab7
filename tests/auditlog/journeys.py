"""One journey for each act of the audit log, through pages as users do it, never by a call of the log."""

import re
from collections.abc import Callable
from dataclasses import asdict

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import ProviderLink, User
from accounts.services.providers import IDENTITY_KEY, Identity
from auditlog.models import EntryKind
from common.audit import Act
from mailing.ticking import tick
from tests import bulk
from tests.accounts.factors import ADD, ASKED, LIST, PROVE, code_of, give_application
from tests.accounts.people import confirm, prove
from tests.auditlog.conftest import CANARY
from tests.bulk import fields_of, press, shown, submit_edit
from tests.factories import CommentFactory, NewsPageFactory, ProposalFactory, UserFactory
from tests.polls.factories import make_poll

SIGN_IN, ASK, CHECK = "/compte/connexion/", "/compte/connexion/code/", "/compte/connexion/code/verifier/"
EMAIL, NEW_EMAIL = f"{CANARY}@courriel.example", f"nouveau-{CANARY}@courriel.example"
PASSWORD = "cigogne sur un toit rouge"
ADDRESS, DATA = "/compte/adresse/", "/compte/mes-donnees/"


class People:
    """A signed-in resident with a password, and a superuser."""

    def __init__(self) -> None:
        self.resident = UserFactory(email=EMAIL, public_name=f"{CANARY.title()} M.", password=PASSWORD)
        self.resident.verify_email()
        self.administrator = UserFactory(is_superuser=True, is_staff=True)
        self.admin = Client()
        self.admin.force_login(self.administrator)

    def signed_in(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.resident)
        prove(client, user or self.resident)
        return client

    def moderator(self) -> Client:
        user = UserFactory()
        user.groups.add(Group.objects.get(name="Modération"))
        return self.signed_in(user)


def resend(client: Client, url: str, **changes: object) -> None:
    """Submits the form of the page `url` unchanged but for `changes`; None removes a field."""
    sent: dict[str, object] = fields_of(client.get(url))
    answer = client.post(url, {name: value for name, value in (sent | changes).items() if value is not None})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors


def signed_in(people: People) -> None:
    client = Client()
    client.post(ASK, {"email": EMAIL})
    [sent] = mail.outbox
    client.post(CHECK, {"code": re.search(r"^\d{6}$", sent.body, re.MULTILINE).group()})


def signed_out(people: People) -> None:
    people.signed_in().post("/compte/deconnexion/")


def wrong_password(people: People) -> None:
    Client().post(SIGN_IN, {"login": EMAIL, "password": f"{CANARY} {CANARY} {CANARY}"})


def wrong_code(people: People) -> None:
    client = Client()
    client.post(ASK, {"email": EMAIL})
    client.post(CHECK, {"code": f"{CANARY}"})


def wrong_factor(people: People) -> None:
    give_application(people.resident)
    client = Client()
    client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    client.post(ASKED, {"code": "000000"})


def factor_added(people: People) -> None:
    client = people.signed_in()
    client.get(ADD)
    client.post(ADD, {"code": code_of(client.session[SECRET_SESSION_KEY])})


def factor_removed(people: People) -> None:
    secret = give_application(people.resident)
    client = people.signed_in()
    client.post(PROVE, {"code": code_of(secret)})
    client.post(f"{LIST}application/retirer/")


def limit_reached(people: People) -> None:
    for _number in range(9):
        Client().post(ASK, {"email": EMAIL})


def groups(people: People) -> None:
    pk = Group.objects.get(name="Rédaction").pk
    resend(people.admin, reverse("wagtailusers_users:edit", args=[people.resident.pk]), groups=[pk])


def permissions(people: People) -> None:
    group = Group.objects.create(name=f"Groupe {CANARY}")
    resend(people.admin, reverse("wagtailusers_groups:edit", args=[group.pk]), permissions=[_permission()])


def _permission() -> int:
    return Group.objects.get(name="Modération").permissions.get(codename="access_admin").pk


def superuser(people: People) -> None:
    resend(people.admin, reverse("wagtailusers_users:edit", args=[people.resident.pk]), is_superuser="on")


def active(people: People) -> None:
    _decide(people, "close")


def _decide(people: People, act: str) -> None:
    url = reverse("wagtailusers_users:delete", args=[people.resident.pk])
    people.admin.post(url, {"act": act, "reason": f"Deux comptes, {CANARY}."})


def created(people: People) -> None:
    Client().post("/compte/creer/", {"email": NEW_EMAIL, "public_name": f"{CANARY.title()} N."})


def password(people: People) -> None:
    new = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
    people.signed_in().post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, **new})


def email(people: People) -> None:
    client = people.signed_in()
    client.post(ADDRESS, {"email": NEW_EMAIL})
    confirm(client, f"{ADDRESS}code/", NEW_EMAIL)


def session_closed(people: People) -> None:
    for _device in range(2):
        client = Client()
        client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD})
    client.post("/compte/appareils/")


def wrong_confirmation(people: People) -> None:
    client = people.signed_in()
    client.post(DATA)
    client.post(f"{DATA}code/", {"code": "12"})


def export_asked(people: People) -> Client:
    client = people.signed_in()
    client.post(DATA)
    confirm(client, f"{DATA}code/", EMAIL)
    return client


def export_taken(people: People) -> None:
    client = export_asked(people)
    tick(now=timezone.now())
    assert client.get(f"{DATA}telecharger/")["Content-Type"] == "application/zip"


def table_taken(people: People) -> None:
    answer = people.admin.get("/admin/propositions-en-attente/", {"export": "csv"})
    assert b"".join(answer.streaming_content)


def erasure_planned(people: People) -> None:
    _decide(people, "erase")


def erased(people: People) -> None:
    _decide(people, "erase")
    tick(now=timezone.now() + User.DELETION_DELAY)
    assert not User.objects.filter(pk=people.resident.pk).exists()


def refused_text(people: People) -> None:
    client, comment = people.moderator(), CommentFactory(state="recu", body=CANARY, author=people.resident)
    url = reverse("wagtail_bulk_action", args=["participation", "comment", "refuse"]) + f"?id={comment.pk}"
    reason = {"ground": "other", "details": f"Non, {CANARY}."}
    page = press(client, url, reason)
    client.post(url, {**reason, "seen": page.context["form"]["seen"].value(), "shown": shown(page)})


def published_text(people: People) -> None:
    client, proposal = people.moderator(), ProposalFactory(state="recue", title=f"Un banc {CANARY}")
    press(client, reverse("wagtail_bulk_action", args=["participation", "proposal", "publish"]) + f"?id={proposal.pk}")


def settings(people: People) -> None:
    url = people.admin.get("/admin/settings/cms/siteconfiguration/", follow=True).redirect_chain[-1][0]
    resend(people.admin, url, institution=f"Ville de {CANARY.title()}")


def opened_poll(people: People) -> None:
    draft = make_poll(CANARY, is_draft=True, opens_at=None)
    bulk.confirm(people.admin, reverse("wagtailsnippets_polls_poll:open", args=[draft.pk]))


def closed_poll(people: People) -> None:
    people.admin.post(reverse("wagtailsnippets_polls_poll:close", args=[make_poll(CANARY).pk]))


def withdrawn_poll(people: People) -> None:
    people.admin.post(reverse("wagtailsnippets_polls_poll:withdraw", args=[make_poll(CANARY).pk]))


def changed_poll(people: People) -> None:
    poll = make_poll(CANARY)
    submit_edit(
        people.admin, reverse("wagtailsnippets_polls_poll:edit", args=[poll.pk]), {"closes_at": "24/12/2040 08:00"}
    )


PROVIDER = {"OIDC_ISSUER": "https://identite.example", "OIDC_NAME": CANARY}


@override_settings(**PROVIDER)
def not_proved(people: People) -> None:
    Client().get("/compte/fournisseur/retour/", {"state": CANARY, "code": CANARY})


def factor_removal_asked(people: People) -> None:
    UserFactory(is_superuser=True)
    give_application(people.resident)
    people.admin.post(reverse("second_factors:ask", args=[people.resident.pk]))


@override_settings(**PROVIDER)
def linked(people: People) -> None:
    client = people.signed_in()
    session = client.session
    identity = Identity("https://identite.example", CANARY, EMAIL, "")
    session[IDENTITY_KEY] = {**asdict(identity), "at": timezone.now().timestamp()}
    session.save()
    client.post("/compte/connexions/", {"action": "link"})


@override_settings(**PROVIDER)
def unlinked(people: People) -> None:
    linked(people)
    people.signed_in().post("/compte/connexions/", {"action": "unlink", "link": ProviderLink.objects.get().pk})


def unpublished_page(people: People) -> None:
    people.admin.post(reverse("wagtailadmin_pages:unpublish", args=[NewsPageFactory(title=CANARY).pk]))


Journey = Callable[[People], object]

# Acts of the apps, then actions of Wagtail's log: at least one of each kind.
JOURNEYS: dict[str, tuple[EntryKind, Journey]] = {
    Act.SIGNED_IN: (EntryKind.SIGN_IN, signed_in),
    Act.SIGNED_OUT: (EntryKind.SIGN_IN, signed_out),
    Act.WRONG_PASSWORD: (EntryKind.SIGN_IN, wrong_password),
    Act.WRONG_CODE: (EntryKind.SIGN_IN, wrong_code),
    Act.WRONG_FACTOR: (EntryKind.SIGN_IN, wrong_factor),
    Act.NOT_PROVED: (EntryKind.SIGN_IN, not_proved),
    Act.LIMIT_REACHED: (EntryKind.LIMIT, limit_reached),
    Act.GROUPS: (EntryKind.RIGHTS, groups),
    Act.PERMISSIONS: (EntryKind.RIGHTS, permissions),
    Act.SUPERUSER: (EntryKind.RIGHTS, superuser),
    Act.ACTIVE: (EntryKind.RIGHTS, active),
    Act.CREATED: (EntryKind.ACCOUNT, created),
    Act.PASSWORD: (EntryKind.ACCOUNT, password),
    Act.EMAIL: (EntryKind.ACCOUNT, email),
    Act.FACTOR_ADDED: (EntryKind.ACCOUNT, factor_added),
    Act.FACTOR_REMOVED: (EntryKind.ACCOUNT, factor_removed),
    Act.FACTOR_REMOVAL_ASKED: (EntryKind.ACCOUNT, factor_removal_asked),
    Act.LINKED: (EntryKind.ACCOUNT, linked),
    Act.UNLINKED: (EntryKind.ACCOUNT, unlinked),
    Act.SESSION_CLOSED: (EntryKind.ACCOUNT, session_closed),
    Act.WRONG_CONFIRMATION: (EntryKind.ACCOUNT, wrong_confirmation),
    Act.EXPORT_ASKED: (EntryKind.EXPORT, export_asked),
    Act.EXPORT_TAKEN: (EntryKind.EXPORT, export_taken),
    Act.TABLE_TAKEN: (EntryKind.EXPORT, table_taken),
    Act.ERASURE_PLANNED: (EntryKind.ERASURE, erasure_planned),
    Act.ERASED: (EntryKind.ERASURE, erased),
    "participation.refuse": (EntryKind.MODERATION, refused_text),
    "participation.publish": (EntryKind.MODERATION, published_text),
    "wagtail.edit": (EntryKind.SETTINGS, settings),
    "polls.open": (EntryKind.POLL, opened_poll),
    "polls.close": (EntryKind.POLL, closed_poll),
    "polls.withdraw": (EntryKind.POLL, withdrawn_poll),
    "polls.change": (EntryKind.POLL, changed_poll),
    "wagtail.unpublish": (EntryKind.CONTENT, unpublished_page),
}
