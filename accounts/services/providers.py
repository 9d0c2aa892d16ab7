"""Sign-in through an identity provider, kept in the visitor's session, and links of accounts to identities."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.errors import IdentityTaken, NotProved, ProviderLeft, SignInExpired
from accounts.models import ProviderLink, User
from accounts.notifications import SafetyNotice
from accounts.services import openid
from accounts.services.openid import SignInAttempt
from common.audit import Act, record_act
from common.urls import absolute_url

logger = logging.getLogger(__name__)

# Session keys: sign-in attempt at the provider; proved identity without an account; token to sign out there.
VISIT_KEY, IDENTITY_KEY, SIGN_OUT_KEY = "provider_visit", "provider_identity", "provider_sign_out"
VISIT_LIFE = timedelta(minutes=15)
IDENTITY_LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Identity:
    """Identity proved by the provider that has no account here. `email` comes from the provider and is not verified."""

    issuer: str
    subject: str
    email: str
    # Page to return to, once the identity is linked.
    target: str

    @classmethod
    def waiting(cls, session: SessionBase, now: datetime) -> Self | None:
        """Returns the identity proved in `session` that can still be linked, or None."""
        stored = session.get(IDENTITY_KEY)
        if not stored or now.timestamp() - stored["at"] > IDENTITY_LIFE.total_seconds():
            return None
        return cls(stored["issuer"], stored["subject"], stored["email"], stored["target"])


def begin_visit(*, session: SessionBase, target: str, now: datetime) -> str:
    """Returns the URL to sign in at; `target` is the page to return to. Raises `NotProved`."""
    visit = SignInAttempt.new()
    url = openid.authorization_url(visit, redirect_uri=callback_url())
    session[VISIT_KEY] = {**asdict(visit), "target": target, "at": now.timestamp()}
    return url


def end_visit(*, session: SessionBase, answer: Mapping[str, str], now: datetime) -> tuple[User | Identity, str]:
    """Handles the answer of the provider, once.

    Returns the account linked to the identity, or the identity itself, which is then kept in the session to be linked;
    and the page to return to. Raises `NotProved`.
    """
    stored = session.get(VISIT_KEY)
    if not stored or not constant_time_compare(answer.get("state", ""), stored["state"]):
        raise SignInExpired("state")
    del session[VISIT_KEY]
    if now.timestamp() - stored["at"] > VISIT_LIFE.total_seconds():
        raise SignInExpired("too late")
    if answer.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise NotProved("iss of the answer")
    if answer.get("error") == "access_denied":
        raise ProviderLeft("access_denied")
    if "error" in answer:
        raise NotProved("error")
    visit = SignInAttempt(stored["state"], stored["nonce"], stored["verifier"])
    proof = openid.redeem(answer.get("code", ""), visit, redirect_uri=callback_url())
    issuer = settings.OIDC_ISSUER
    link = ProviderLink.objects.filter(issuer=issuer, subject=proof.subject).select_related("user").first()
    owner = link.user if link else Identity(issuer, proof.subject, openid.email_of(proof), stored["target"])
    session[SIGN_OUT_KEY] = proof.id_token
    if isinstance(owner, Identity):
        session[IDENTITY_KEY] = {**asdict(owner), "at": now.timestamp()}
    return owner, stored["target"]


def callback_url() -> str:
    """Returns the redirect URI, registered at the provider and compared character by character."""
    return absolute_url(reverse("accounts:provider_callback"))


def sign_out_url(session: SessionBase) -> str:
    """Returns the URL to sign out at the provider; "" if the visitor did not sign in through it, or it fails."""
    id_token = session.pop(SIGN_OUT_KEY, None)
    if not (id_token and openid.is_configured()):
        return ""
    try:
        return openid.sign_out_url(id_token, redirect_uri=absolute_url(reverse("accounts:signed_out")))
    except NotProved as refusal:
        logger.warning("no sign-out at the provider: %s", refusal.fault)
        return ""


def link_identity(*, user: User, identity: Identity, now: datetime) -> ProviderLink:
    """Links `identity` to the account of `user`, and notifies the user by mail.

    Raises `IdentityTaken` if the identity is linked to another account, or the account to another identity of this
    provider.
    """
    try:
        with transaction.atomic():
            link = ProviderLink.objects.create(
                user=user, issuer=identity.issuer, subject=identity.subject, linked_at=now
            )
            SafetyNotice(user, SafetyNotice.Change.LINKED).send(now=now)
            record_act(Act.LINKED, about=user)
    except IntegrityError as error:
        raise IdentityTaken from error
    logger.info("account %d linked to the provider, as %d", user.pk, link.pk)
    return link


def forget_identity(session: SessionBase) -> None:
    """Drops the identity kept in `session`."""
    session.pop(IDENTITY_KEY, None)


@transaction.atomic
def unlink(*, user: User, link_id: Any) -> bool:
    """Unlinks an identity from the account of `user`; returns whether the link existed."""
    is_deleted = bool(ProviderLink.objects.filter(user=user, pk=link_id).delete()[0])
    if is_deleted:
        record_act(Act.UNLINKED, about=user)
        logger.info("account %d no more linked to the provider", user.pk)
    return is_deleted
