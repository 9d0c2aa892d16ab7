"""Faults of an identity provider, or of somebody between it and the visitor, in three tables."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from django.test import Client

from tests.accounts.provider import EC, RSA, SHORT, STRANGER, encoded, get_callback_url, published, signed

# The five messages shown to users.
REFUSED, DOWN, LEFT = "n’a pas abouti", "ne répond pas comme il faut", "pas allée jusqu’au bout"
WEAK, OVER = "n’a pas vérifié votre identité", "était terminée, ou commencée ailleurs"


@dataclass(frozen=True)
class Fault:
    """Fault. `logged` is the check that finds it; `plays` changes the provider before the visit.

    `rewrite` changes the address with which the browser comes back.
    """

    name: str
    logged: str
    message: str = REFUSED
    plays: Callable = lambda provider: None
    rewrite: Callable = lambda url: url

    def __str__(self):
        return self.name


def claims(**faults):
    return lambda provider: provider.claims.update(faults)


def user_info_claims(**faults):
    return lambda provider: provider.user_info_claims.update(faults)


def metadata(**faults):
    return lambda provider: provider.metadata.update(faults)


def signing(sign):
    def plays(provider):
        provider.sign = sign

    return plays


def user_info(sign):
    def plays(provider):
        provider.sign_user_info = sign

    return plays


def unsigned(payload):
    return f"{encoded({'alg': 'none', 'kid': 'rsa'}, payload).decode()}."


def with_published_key(payload):
    """Signs by HS256 with the public key as the secret, which everybody knows."""
    pem = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return signed(payload, pem, "HS256")


def by_another_key(payload):
    return signed(payload, STRANGER)


def for_another_site(payload):
    return signed({**payload, "aud": "another"})


def changed_after(payload):
    """Returns a token with another subject under the signature of the original."""
    head, _body, signature = signed(payload).split(".")
    body = signed({**payload, "sub": "the-director"}).split(".")[1]
    return f"{head}.{body}.{signature}"


def with_key(key, algorithm):
    def plays(provider):
        provider.keys = [published(key, "rsa", algorithm)]
        provider.sign = lambda payload: signed(payload, key, algorithm)

    return plays


def secret_among_the_keys(provider):
    provider.keys = [{"kty": "oct", "k": "AAAA", "kid": "rsa"}]


def keys_that_are_none(provider):
    provider.keys = [7, {}, {"kid": "rsa"}]


def slash_at_the_end(provider):
    provider.claims = {"iss": f"{provider.issuer}/"}


def instead(path, answer):
    """Replaces the response to `path` by `answer(handler)`."""
    return lambda provider: provider.instead.update({path: answer})


def page(status=200, body=b"{}", kind="application/json", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def leading_away(path):
    return instead(path, page(302, Location=f"http://127.0.0.1{path}"))


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        pass


def dripping(handler):
    """Sends a header byte by byte, without end and without a long pause."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    try:
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.02)
    except OSError:
        pass


def cut_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"{}")


def query(**changes):
    """Changes the query of the callback URL; None removes a parameter."""

    def rewrite(url):
        parts = urlsplit(url)
        parameters = {**dict(parse_qsl(parts.query)), **changes}
        return parts._replace(
            query=urlencode({name: one for name, one in parameters.items() if one is not None})
        ).geturl()

    return rewrite


def code_of_another_visit(provider):
    """Puts a code that the provider issued to another session into the callback of this one."""
    other = get_callback_url(Client(), provider)
    provider.stolen = dict(parse_qsl(urlsplit(other).query))["code"]
    provider.answer_with = {"code": provider.stolen}


def unchecked(provider):
    provider.checks_grants = False
    code_of_another_visit(provider)


FAULTS_OF_THE_PROOF = [
    Fault("wrong nonce", "nonce", plays=claims(nonce="another")),
    Fault("no nonce", "nonce", plays=claims(nonce=None)),
    Fault("nonce that is no text", "nonce", plays=claims(nonce=["a"])),
    Fault("wrong audience", "InvalidAudienceError", plays=claims(aud="another")),
    Fault("no audience", "MissingRequiredClaimError", plays=claims(aud=None)),
    Fault("several audiences, no party", "azp", plays=claims(aud=["comite", "another"])),
    Fault("another party", "azp", plays=claims(azp="another")),
    Fault("wrong issuer", "InvalidIssuerError", plays=claims(iss="https://identite.example")),
    Fault(
        "issuer but for a slash",
        "InvalidIssuerError",
        plays=slash_at_the_end,
    ),
    Fault("no issuer", "MissingRequiredClaimError", plays=claims(iss=None)),
    Fault("expired", "ExpiredSignatureError", plays=claims(exp=1_000_000_000)),
    Fault("without an end", "MissingRequiredClaimError", plays=claims(exp=None)),
    Fault("issued in the future", "ImmatureSignatureError", plays=claims(iat=4_000_000_000, exp=4_000_000_900)),
    Fault("never issued", "MissingRequiredClaimError", plays=claims(iat=None)),
    Fault("not valid yet", "ImmatureSignatureError", plays=claims(nbf=4_000_000_000)),
    Fault("no subject", "MissingRequiredClaimError", plays=claims(sub=None)),
    Fault("empty subject", "sub", plays=claims(sub="")),
    Fault("subject with a null", "sub", plays=claims(sub="a\0b")),
    Fault("subject that is a number", "InvalidSubjectError", plays=claims(sub=7)),
    Fault("subject that is too long", "sub", plays=claims(sub="7" * 256)),
    Fault("no signature", "algorithm", plays=signing(unsigned)),
    Fault("signed with the published key", "algorithm", plays=signing(with_published_key)),
    Fault("signed with another key", "InvalidSignatureError", plays=signing(by_another_key)),
    Fault("changed after it was signed", "InvalidSignatureError", plays=signing(changed_after)),
    Fault("unknown key", "unknown key", plays=signing(lambda found: signed(found, STRANGER, kid="another"))),
    Fault("no key named", "unknown key", plays=signing(lambda found: signed(found, kid=None))),
    Fault("key of another algorithm", "unknown key", plays=signing(lambda found: signed(found, RSA, "PS256"))),
    Fault("key of the other kind", "unknown key", plays=signing(lambda found: signed(found, EC, "ES256", kid="rsa"))),
    Fault("algorithm that is not listed", "algorithm", plays=with_key(RSA, "RS512")),
    Fault("key that is too short", "InvalidKeyError", plays=with_key(SHORT, "RS256")),
    Fault(
        "secret among the keys",
        "InvalidKeyError",
        plays=secret_among_the_keys,
    ),
    Fault(
        "keys that are none",
        "InvalidKeyError",
        plays=keys_that_are_none,
    ),
    Fault("no token", "no tokens", plays=instead("/token", page(body=b'{"access_token": "a"}'))),
    Fault("token that is none", "DecodeError", plays=signing(lambda found: "é.é.é")),
    Fault("low acr", "acr", WEAK, plays=claims(acr="eidas1")),
    Fault("no acr", "acr", WEAK, plays=claims(acr=None)),
    Fault("acr that is a list", "acr", WEAK, plays=claims(acr=["eidas2"])),
    Fault("wrong state", "state", OVER, rewrite=query(state="another")),
    Fault("no state", "state", OVER, rewrite=query(state=None)),
    Fault("no code", "status 400", rewrite=query(code=None)),
    Fault("made-up code", "status 400", rewrite=query(code="abcdef")),
    Fault("code of another visit", "status 400", plays=code_of_another_visit),
    Fault("code of another visit, which the provider takes", "nonce", plays=unchecked),
    Fault("answer of another provider", "iss of the answer", rewrite=query(iss="https://identite.example")),
    Fault("refusal at the provider", "access_denied", LEFT, rewrite=query(code=None, error="access_denied")),
    Fault("error, with a code", "error", rewrite=query(error="server_error", error_description="<b>secret</b>")),
    Fault(
        "token endpoint that leads away",
        "status 302",
        DOWN,
        leading_away("/token"),
    ),
    Fault("token endpoint that fails", "status 500", DOWN, instead("/token", page(500))),
    Fault("huge answer", "too long", DOWN, instead("/token", page(body=b" " * 300_000))),
    Fault("endless answer", "too long", DOWN, instead("/token", endless)),
    Fault("slow answer", "cut off", DOWN, instead("/token", dripping)),
    Fault("answer that is cut off", "cut off", DOWN, instead("/token", cut_off)),
    Fault("answer that is no JSON", "no JSON", DOWN, instead("/token", page(body=b"<html>"))),
    Fault("answer that is deep", "no JSON", DOWN, instead("/token", page(body=b"[" * 100_000))),
    Fault("answer that is a list", "no JSON object", DOWN, instead("/token", page(body=b"[]"))),
    Fault("keys that lead away", "status 302", DOWN, leading_away("/keys")),
]
FAULTS_OF_THE_USER_INFO = [
    Fault("user info of somebody else", "sub of user info", plays=user_info_claims(sub="another")),
    Fault("user info of nobody", "sub of user info", plays=user_info_claims(sub=None)),
    Fault(
        "user info signed by another key",
        "InvalidSignatureError",
        plays=user_info(by_another_key),
    ),
    Fault("user info without a signature", "algorithm", plays=user_info(unsigned)),
    Fault(
        "user info for another site",
        "InvalidAudienceError",
        plays=user_info(for_another_site),
    ),
    Fault(
        "user info that leads away",
        "status 302",
        DOWN,
        leading_away("/userinfo"),
    ),
    Fault("user info that is refused", "status 401", plays=instead("/userinfo", page(401))),
    Fault("slow user info", "cut off", DOWN, instead("/userinfo", dripping)),
]
FAULTS_OF_THE_START = [
    Fault("metadata of another provider", "issuer of the metadata", DOWN, metadata(issuer="https://identite.example")),
    Fault(
        "sign-in elsewhere",
        "origin of authorization_endpoint",
        DOWN,
        metadata(authorization_endpoint="https://ailleurs.example/authorize"),
    ),
    Fault("sign-in as a script", "endpoints", DOWN, metadata(authorization_endpoint="javascript:alert(1)")),
    Fault(
        "sign-out elsewhere",
        "origin of end_session_endpoint",
        DOWN,
        metadata(end_session_endpoint="https://ailleurs.example/end"),
    ),
    Fault("token endpoint without TLS", "endpoints", DOWN, metadata(token_endpoint="http://identite.example/token")),
    Fault("token endpoint that is a file", "endpoints", DOWN, metadata(token_endpoint="file:///etc/passwd")),
    Fault("no metadata", "status 404", plays=instead("/.well-known/openid-configuration", page(404))),
    Fault("slow metadata", "cut off", DOWN, instead("/.well-known/openid-configuration", dripping)),
]
