"""Visitors of a site under load: each one uses one connection to the proxy, reads, pauses, and sometimes writes."""

import http.client
import random
import re
import ssl
import threading
import time
import uuid
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from tools.webs import HOST

WRITING, SIGNED_IN = 0.05, 0.3
PAUSE_SECONDS, LONGEST_PAUSE = 1.0, 5.0
# Forms sent faster are treated as spam (FORM_MINIMUM_SECONDS).
FILLING_SECONDS = 3.2
TIMEOUT = 120
WORDS = ("banc", "arbre", "piste", "école", "marché", "tram", "ombre", "fontaine", "place", "quai", "jardin", "abri")
READ, READ_SIGNED_IN, FORM, COMMENT, LETTER = "read", "read, signed in", "form", "comment", "letter"
HIDDEN = re.compile(r"<input\b[^>]*type=\"hidden\"[^>]*>")
ATTRIBUTE = re.compile(r"\b(name|value)=\"([^\"]*)\"")


@dataclass(frozen=True)
class Places:
    """Paths to visit: pages by kind, of which one is chosen at random, and forms of comments."""

    pages: list[list[str]]
    forms: list[str]


@dataclass(frozen=True)
class RequestRecord:
    """Request with its kind, time and response status; 0 means that the connection broke."""

    kind: str
    path: str
    status: int
    started: float
    ended: float
    memory: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.started


@dataclass
class Text:
    """Submitted text: the words of a comment or the address of a subscription; `confirmed` once a response said so."""

    kind: str
    words: str
    confirmed: bool = False


@dataclass(eq=False)
class Visitor(threading.Thread):
    """Visitor active until `until`. `requests` and `texts` record its requests."""

    number: int
    port: int
    places: Places
    sessions: list[str]
    until: float
    seed: int = 0
    requests: list[RequestRecord] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    # Sentences about unexpected responses.
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.choice = random.Random(f"{self.seed}:{self.number}")  # noqa: S311 - repeatable, guards nothing
        self.csrf = ""
        self.connection = self._connect()

    def run(self) -> None:
        try:
            while time.monotonic() < self.until:
                self.step()
                pause = self.choice.expovariate(1 / PAUSE_SECONDS)
                time.sleep(max(0.0, min(pause, LONGEST_PAUSE, self.until - time.monotonic())))
        except Exception as error:
            self.problems.append(f"a visitor stopped: {type(error).__name__}: {error}")
        finally:
            self.connection.close()

    def step(self) -> None:
        """Reads a page or submits a form."""
        chance = self.choice.random()
        if chance < WRITING:
            if self.choice.random() < 0.2:
                self._subscribe()
            else:
                self._comment()
            return
        path = self.choice.choice(self.choice.choice(self.places.pages))
        is_signed_in = chance < WRITING + SIGNED_IN
        session = self.choice.choice(self.sessions) if is_signed_in else ""
        status, _page = self._ask("GET", path, READ_SIGNED_IN if is_signed_in else READ, session)
        if status and status < 500 and status != http.client.OK:
            self.problems.append(f"{path} answers {status}")

    def _comment(self) -> None:
        words = f"{' '.join(self.choice.sample(WORDS, 8))} {uuid.UUID(int=self.choice.getrandbits(128)).hex}"
        text = Text(COMMENT, words)
        path = self.choice.choice(self.places.forms)
        self._write(text, path, self.choice.choice(self.sessions), body=words, position="0")

    def _subscribe(self) -> None:
        text = Text(LETTER, f"lit-{self.choice.getrandbits(64):x}@courriel.example")
        self._write(text, "/lettre/inscription/", "", email=text.words, frequency="monthly")

    def _write(self, text: Text, path: str, session: str, **values: str) -> None:
        """Submits the form at `path`; without a response, submits it once more, as people do."""
        self.csrf = ""
        status, page = self._ask("GET", path, FORM, session)
        if status != http.client.OK:
            return
        time.sleep(FILLING_SECONDS)
        body = urlencode(hidden_values(page) | values)
        self.texts.append(text)
        for _ in range(2):
            status, page = self._ask("POST", path, text.kind, session, body)
            if status == http.client.FOUND:
                text.confirmed = True
                return
            if status and status < 500:
                match = re.search(r'class="[^"]*error[^"]*"[^>]*>(.*?)</(?:p|ul|div|li)>', page, re.DOTALL)
                message = re.sub(r"<[^>]+>|\s+", " ", match[1]).strip() if match else ""
                self.problems.append(f"{path} answers {status} to a form: {message}")
                return

    def _ask(self, method: str, path: str, kind: str, session: str = "", body: str | None = None) -> tuple[int, str]:
        cookies = [f"__Host-sessionid={session}"] if session else []
        cookies += [f"__Host-csrftoken={self.csrf}"] if self.csrf else []
        headers = {"Host": HOST, "X-Forwarded-For": f"10.{self.seed % 250}.0.{self.number + 1}"}
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
        started = time.monotonic()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            page = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.requests.append(RequestRecord(kind, path, 0, started, time.monotonic()))
            self.connection.close()
            self.connection = self._connect()
            return 0, ""
        memory = response.headers.get("X-Cache", "")
        self.requests.append(RequestRecord(kind, path, response.status, started, time.monotonic(), memory))
        for cookie in response.headers.get_all("Set-Cookie", []):
            if match := re.match(r"__Host-csrftoken=([^;]+)", cookie):
                self.csrf = match[1]
        return response.status, page

    def _connect(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=TIMEOUT, context=context)


def hidden_values(page: str) -> dict[str, str]:
    """Returns the values of the hidden fields in the main part of `page`."""
    values = {}
    for tag in HIDDEN.findall(page.partition("<main")[2]):
        attributes = dict(ATTRIBUTE.findall(tag))
        if "name" in attributes:
            values[attributes["name"]] = unescape(attributes.get("value", ""))
    return values
