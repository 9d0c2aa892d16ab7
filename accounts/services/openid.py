"""OpenID Connect client (Core 1.0): authorization code flow with PKCE and a nonce.

Rejects every unexpected response; the signature of tokens is checked even though they came over TLS. Only this server
queries the provider; its metadata and keys are cached in the process for an hour.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare

from accounts.errors import NotProved, ProofTooWeak, ProviderDown
from accounts.models import ProviderLink
from common.fetching import Answer, FetchFailed, fetch, is_fetchable

# Asymmetric signatures only: "none", or HS256 with a public key, could be forged from published data.
ALGORITHMS = ("RS256", "PS256", "ES256")
# Maximum difference between clocks.
LEEWAY = timedelta(seconds=30)
PUBLISHED_LIFE = timedelta(hours=1)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class SignInAttempt:
    """Sign-in attempt: secrets of the visitor's session, which the answer of the provider must match."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "SignInAttempt":
        return cls(*(secrets.token_urlsafe(32) for _secret in range(3)))


@dataclass(frozen=True)
class Proof:
    """Identity proved by the provider, with its two tokens."""

    subject: str
    id_token: str
    access_token: str


def is_configured() -> bool:
    """Returns whether the site has an identity provider."""
    return bool(settings.OIDC_ISSUER)


def authorization_url(visit: SignInAttempt, *, redirect_uri: str) -> str:
    """Returns the URL where the browser signs in. Raises `NotProved`."""
    challenge = hashlib.sha256(visit.verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": settings.OIDC_SCOPE,
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if settings.OIDC_ACR_VALUES:
        parameters["acr_values"] = " ".join(settings.OIDC_ACR_VALUES)
    return _with_query(_metadata()["authorization_endpoint"], parameters)


def sign_out_url(id_token: str, *, redirect_uri: str) -> str:
    """Returns the URL that also signs out at the provider and returns to `redirect_uri`; "" if it has none.

    OpenID Connect RP-Initiated Logout 1.0. Raises `NotProved`.
    """
    url = _metadata().get("end_session_endpoint")
    parameters = {
        "id_token_hint": id_token,
        "post_logout_redirect_uri": redirect_uri,
        # Some providers require it. It is not checked on return: nothing depends on it.
        "state": secrets.token_urlsafe(16),
    }
    return _with_query(url, parameters) if url else ""


def redeem(code: str, visit: SignInAttempt, *, redirect_uri: str) -> Proof:
    """Exchanges `code` for the identity proved by the provider. Raises `NotProved`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": visit.verifier,
    }
    metadata, headers = _metadata(), {}
    if "client_secret_post" in (metadata.get("token_endpoint_auth_methods_supported") or []):
        form |= {"client_id": settings.OIDC_CLIENT_ID, "client_secret": settings.OIDC_CLIENT_SECRET}
    else:
        pair = f"{quote(settings.OIDC_CLIENT_ID, safe='')}:{quote(settings.OIDC_CLIENT_SECRET, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    tokens = _read(_ask(metadata["token_endpoint"], form=form, headers=headers))
    id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
    if not (isinstance(id_token, str) and isinstance(access_token, str) and access_token.isprintable()):
        raise NotProved("no tokens")
    claims = _verified(id_token, required=["iss", "sub", "aud", "exp", "iat"])
    if not constant_time_compare(str(claims.get("nonce", "")), visit.nonce):
        raise NotProved("nonce")
    _check_party(claims)
    if settings.OIDC_ACR_VALUES and claims.get("acr") not in settings.OIDC_ACR_VALUES:
        raise ProofTooWeak("acr")
    if not 0 < len(claims["sub"]) <= ProviderLink.MAX_SUBJECT or not claims["sub"].isprintable():
        raise NotProved("sub")
    return Proof(claims["sub"], id_token, access_token)


def email_of(proof: Proof) -> str:
    """Returns the address known to the provider, which is not proof of ownership; "" if none. Raises `NotProved`."""
    url = _metadata().get("userinfo_endpoint")
    if not url:
        return ""
    answer = _ask(url, headers={"Authorization": f"Bearer {proof.access_token}"})
    if answer.status == 200 and answer.content_type == "application/jwt":
        claims = _verified(answer.body.decode("ascii", "replace").strip(), required=["iss", "sub", "aud"])
    elif settings.OIDC_SIGNED_USER_INFO:
        raise NotProved("user info not signed")
    else:
        claims = _read(answer)
    if claims.get("sub") != proof.subject:
        raise NotProved("sub of user info")
    email = str(claims.get("email") or "").strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= 254 else ""


def _verified(token: str, *, required: list[str]) -> dict[str, Any]:
    """Returns the claims of `token` after checking signature, audience, issuer and expiry. Raises `NotProved`."""
    try:
        return jwt.decode(
            token,
            _key(jwt.get_unverified_header(token)),
            algorithms=ALGORITHMS,
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=LEEWAY,
            options={"require": required, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotProved(type(error).__name__) from error


def _key(header: dict[str, Any]) -> jwt.PyJWK:
    """Returns the key named in the header of a token, for the algorithm named there. Raises `NotProved`."""
    kid, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in ALGORITHMS:
        raise NotProved("algorithm")
    for refresh in (False, True):
        for key in _published(_metadata()["jwks_uri"], refresh=refresh).get("keys", []):
            if not isinstance(key, dict):
                continue
            is_usable = key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
            if kid and key.get("kid") == kid and is_usable:
                return jwt.PyJWK(key, algorithm)
    raise NotProved("unknown key")


def _check_party(claims: dict[str, Any]) -> None:
    """Checks that a token with several audiences, or with `azp`, was issued to this client (Core 1.0, 3.1.3.7)."""
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp") != settings.OIDC_CLIENT_ID and (is_shared or "azp" in claims):
        raise NotProved("azp")


def _metadata() -> dict[str, Any]:
    """Returns the provider metadata.

    Raises `ProviderDown` for another issuer or an unexpected origin, `NotProved` if the provider refuses the request.
    """
    metadata = _published(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != settings.OIDC_ISSUER:
        raise ProviderDown("issuer of the metadata")
    if not all(is_fetchable(str(metadata.get(name, ""))) for name in ENDPOINTS):
        raise ProviderDown("endpoints")
    for name in ("authorization_endpoint", "end_session_endpoint"):
        if name in metadata and _origin(str(metadata[name])) not in settings.OIDC_ORIGINS:
            raise ProviderDown(f"origin of {name}")
    return metadata


def _published(url: str, *, refresh: bool = False) -> dict[str, Any]:
    cache, key = caches["local"], f"openid:{url}"
    document = None if refresh else cache.get(key)
    if document is None:
        document = _read(_ask(url))
        cache.set(key, document, PUBLISHED_LIFE.total_seconds())
    return cast(dict[str, Any], document)


def _ask(url: str, **sent: Any) -> Answer:
    try:
        return fetch(url, **sent)
    except FetchFailed as error:
        raise ProviderDown(str(error)) from error


def _read(answer: Answer) -> dict[str, Any]:
    if 400 <= answer.status < 500:
        raise NotProved(f"status {answer.status}")
    if answer.status != 200:
        raise ProviderDown(f"status {answer.status}")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ProviderDown("no JSON") from error
    if not isinstance(document, dict):
        raise ProviderDown("no JSON object")
    return document


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _with_query(url: str, parameters: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"
