"""The way through a provider of identities, kept in the visitor's session; and the links of accounts to it."""

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

from accounts.errors import IdentityTaken, NotProved, ProviderDown, ProviderLeft, VisitOver
from accounts.models import ProviderLink, User
from accounts.notifications import SafetyNotice
from accounts.services import openid
from accounts.services.openid import Visit
from common.audit import Act, tell
from common.urls import absolute_url

logger = logging.getLogger(__name__)

# In the session: who is under way to the provider; an identity that opens no account yet; how to sign out there.
VISIT_KEY, IDENTITY_KEY, SIGN_OUT_KEY = "provider_visit", "provider_identity", "provider_sign_out"
VISIT_LIFE = timedelta(minutes=15)
IDENTITY_LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Identity:
    """Somebody at the provider, without an account here. The address was told by the provider, and proves nothing."""

    issuer: str
    subject: str
    email: str
    # The page to come to, once it is linked.
    target: str

    @classmethod
    def waiting(cls, session: SessionBase, now: datetime) -> Self | None:
        """Returns the one that the visitor of `session` proved, and may link to an account."""
        kept = session.get(IDENTITY_KEY)
        if not kept or now.timestamp() - kept["at"] > IDENTITY_LIFE.total_seconds():
            return None
        return cls(kept["issuer"], kept["subject"], kept["email"], kept["target"])


def begin_visit(*, session: SessionBase, target: str, now: datetime) -> str:
    """Returns where the browser of `session` signs in; `target` is the page to come to after. Raises `NotProved`."""
    visit = Visit.new()
    url = openid.authorization_url(visit, redirect_uri=callback_url())
    session[VISIT_KEY] = {**asdict(visit), "target": target, "at": now.timestamp()}
    return url


def end_visit(*, session: SessionBase, answer: Mapping[str, str], now: datetime) -> tuple[User | Identity, str]:
    """Takes the answer with which the browser comes back from the provider, once.

    Returns the account that the identity opens, or the identity if it opens none, which then waits in the session; and
    the page to come to after. Raises `NotProved`.
    """
    kept = session.get(VISIT_KEY)
    if not kept or not constant_time_compare(answer.get("state", ""), kept["state"]):
        raise VisitOver("state")
    del session[VISIT_KEY]
    if now.timestamp() - kept["at"] > VISIT_LIFE.total_seconds():
        raise VisitOver("too late")
    if answer.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise NotProved("iss of the answer")
    if answer.get("error") == "access_denied":
        raise ProviderLeft("access_denied")
    if "error" in answer:
        raise NotProved("error")
    visit = Visit(kept["state"], kept["nonce"], kept["verifier"])
    proof = openid.redeem(answer.get("code", ""), visit, redirect_uri=callback_url())
    issuer = settings.OIDC_ISSUER
    link = ProviderLink.objects.filter(issuer=issuer, subject=proof.subject).select_related("user").first()
    found = link.user if link else Identity(issuer, proof.subject, openid.email_of(proof), kept["target"])
    session[SIGN_OUT_KEY] = proof.id_token
    if isinstance(found, Identity):
        session[IDENTITY_KEY] = {**asdict(found), "at": now.timestamp()}
    return found, kept["target"]


def callback_url() -> str:
    """Where the provider sends the browser back: registered there, sign by sign."""
    return absolute_url(reverse("accounts:provider_callback"))


def sign_out_url(session: SessionBase) -> str:
    """Returns where the visitor of `session` signs out at the provider too; "" for who did not come from there."""
    id_token = session.pop(SIGN_OUT_KEY, None)
    if not (id_token and openid.is_configured()):
        return ""
    try:
        return openid.sign_out_url(id_token, redirect_uri=absolute_url(reverse("accounts:signed_out")))
    except ProviderDown as refusal:
        logger.warning("no sign-out at the provider: %s", refusal.fault)
        return ""


def link_identity(*, user: User, identity: Identity, now: datetime) -> ProviderLink:
    """Lets `identity` open the account of `user`, who has proved to be its person, and says so by mail.

    Raises `IdentityTaken` if it opens another account, or another identity of this provider opens this one.
    """
    try:
        with transaction.atomic():
            link = ProviderLink.objects.create(
                user=user, issuer=identity.issuer, subject=identity.subject, linked_at=now
            )
            SafetyNotice(user, SafetyNotice.Change.LINKED).send(now=now)
            tell(Act.LINKED, about=user)
    except IntegrityError as error:
        raise IdentityTaken from error
    logger.info("account %d linked to the provider, as %d", user.pk, link.pk)
    return link


def forget_identity(session: SessionBase) -> None:
    """Drops the identity that waits in `session`."""
    session.pop(IDENTITY_KEY, None)


@transaction.atomic
def unlink(*, user: User, link_id: Any) -> bool:
    """Lets the identity of a link of `user` open the account no more; returns whether there was that link."""
    gone = bool(ProviderLink.objects.filter(user=user, pk=link_id).delete()[0])
    if gone:
        tell(Act.UNLINKED, about=user)
        logger.info("account %d no more linked to the provider", user.pk)
    return gone
