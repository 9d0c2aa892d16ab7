"""Identity provider on the loopback interface: real HTTP, its own keys, and the faults that a test configures."""

import base64
import hashlib
import json
import secrets
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.cache import caches

RSA, EC = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
# Keys that it does not publish, and one that is too short.
STRANGER, SHORT = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
CALLBACK = "http://testserver/compte/fournisseur/retour/"
CLIENT, SECRET, NAME = "comite", "un secret: avec / signes", "Strasbourg Connect"
SUBJECT, EMAIL = "f7b1c2d3-odile", "odile@courriel.example"


def published(key, kid, algorithm):
    """Returns the public half of `key` as a JWK."""
    written = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**written, "kid": kid, "use": "sig", "alg": algorithm}


def encoded(*parts):
    """Returns the base64url parts of a token, joined by dots."""
    written = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in parts)
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in written)


def signed(claims, key=RSA, algorithm="RS256", **header):
    """Returns a signed token, even an invalid one, which a library would refuse to write."""
    head = encoded(FakeProvider.over({"alg": algorithm, "kid": "rsa"}, header), claims)
    return b".".join((head, encoded(jwt.get_algorithm_by_name(algorithm).sign(head, key)))).decode()


class FakeProvider:
    """Fake provider. `claims` and `user_info_claims` change claims of the ID token and user info; None removes one."""

    def __init__(self, port):
        self.issuer = f"http://127.0.0.1:{port}"
        self.reset()

    def reset(self):
        """Resets the configured faults and the recorded requests."""
        self.registered = {CALLBACK}
        self.claims, self.user_info_claims = {}, {}
        self.sign, self.sign_user_info = signed, None
        self.keys = [published(RSA, "rsa", "RS256"), published(EC, "ec", "ES256")]
        self.metadata = {}
        # Path → response in place of the normal one. Requests by path. Issued codes.
        self.instead, self.requests, self.grants = {}, [], {}
        self.checks_grants = True

    def browser(self, url):
        """Follows `url` as a browser does, signs in, and returns the URL of the redirection."""
        connection = HTTPConnection(urlsplit(url).netloc, timeout=5)
        connection.request("GET", url)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.headers["Location"]

    def answer(self, path, query, headers):
        """Returns the status, the content type and the body of the response to `query`."""
        match path:
            case "/.well-known/openid-configuration":
                return self.json(self.published())
            case "/keys":
                return self.json({"keys": self.keys})
            case "/authorize":
                return self.authorize(query)
            case "/token":
                return self.token(query, headers)
            case "/userinfo" if headers["Authorization"] == "Bearer an-access-token":
                user_info = self.over({"sub": SUBJECT, "email": EMAIL, "email_verified": True}, self.user_info_claims)
                if self.sign_user_info:
                    claims = {"iss": self.issuer, "aud": CLIENT, **user_info}
                    return 200, "application/jwt", self.sign_user_info(claims).encode()
                return self.json(user_info)
        return self.json({"error": "not found"}, 404)

    def published(self):
        document = {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
        }
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return self.over(
            document | {f"{end}_endpoint": f"{self.issuer}/{at}" for end, at in ends.items()}, self.metadata
        )

    def authorize(self, query):
        if query.get("redirect_uri") not in self.registered or query.get("client_id") != CLIENT:
            return self.json({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe()
        self.grants[code] = query
        return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}", b""

    def token(self, query, headers):
        grant = self.grants.get(query.get("code"))
        if self.checks_grants:
            grant = self.grants.pop(query.get("code"), None)
            challenge = hashlib.sha256(query["code_verifier"].encode()).digest()
            fits = grant and grant["redirect_uri"] == query["redirect_uri"]
            fits = fits and grant["code_challenge"] == encoded(challenge).decode()
            credentials = base64.b64encode(
                urlencode({CLIENT: SECRET}).replace("=", ":").replace("+", "%20").encode()
            ).decode()
            by_form = (query.get("client_id"), query.get("client_secret")) == (CLIENT, SECRET)
            if not fits or not (by_form or headers["Authorization"] == f"Basic {credentials}"):
                return self.json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "exp": now + 60, "iat": now}
        claims |= {"nonce": grant["nonce"], **({"acr": grant["acr_values"]} if "acr_values" in grant else {})}
        tokens = {"id_token": self.sign(self.over(claims, self.claims)), "access_token": "an-access-token"}
        return self.json({**tokens, "token_type": "Bearer"})

    @staticmethod
    def over(values, faults):
        return {name: value for name, value in {**values, **faults}.items() if value is not None}

    @staticmethod
    def json(content, status=200):
        return status, "application/json", json.dumps(content).encode()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        provider, parts = self.server.provider, urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        query = dict(parse_qsl(body if self.command == "POST" else parts.query))
        provider.requests.append((parts.path, query))
        if parts.path in provider.instead:
            provider.instead[parts.path](self)
            return
        status, kind, content = provider.answer(parts.path, query, self.headers)
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET


@contextmanager
def provider_on_loopback():
    """Runs a `FakeProvider` within the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.provider = FakeProvider(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configure(settings, provider):
    """Configures `provider` as that of the site."""
    settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, NAME
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_ORIGINS = [provider.issuer]
    caches["local"].clear()


def get_callback_url(client, provider, **sent):
    """Starts signing in, signs in at the provider; returns the callback URL."""
    return provider.browser(client.post("/compte/fournisseur/", sent).url)


def visit(client, provider, **sent):
    """Signs in at the provider and follows the callback; returns the final page."""
    return client.get(get_callback_url(client, provider, **sent), follow=True)
