"""Responses as users perceive them: visible and accessible text, links, and form fields."""

import hashlib
import io
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from django.http import HttpResponse
from openpyxl import load_workbook

UNSEEN = {"script", "style", "template"}
HEARD = ("alt", "aria-label", "title", "placeholder")
FIELDS = {"input", "select", "textarea", "button"}
# Values that differ per run or machine: keys and salts, signed tokens, six-digit codes, disk space, names of images
# whose row was rolled back.
RANDOM = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{12,}\b|\beyJ[\w-]+:\w+:[\w-]+|(?<=[0-9a-f]:)[\w-]{22}(?![\w-])"
    r"|^\d{6}$|\d+,\d+ Gio|_[A-Za-z0-9]{7}(?=\.max-\d+x\d+\.)",
    re.MULTILINE,
)
MASK = "***"
SHEET = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS = ("text/", *(f"application/{kind}" for kind in ("json", "xml", "atom", "rss", "problem", "ld+", "vnd.oai")))


@dataclass(frozen=True)
class Answer:
    """Response to a GET: `text` has a line for each piece of text, `links` one for each link and each form."""

    status: int
    kind: str
    text: str
    links: str = ""

    @property
    def row(self) -> str:
        """Status, type and hashes of the text (without whitespace) and of the links."""
        return f"{self.status} {self.kind} {hashed(''.join(self.text.split()))} {hashed(self.links)}"

    @property
    def whole(self) -> str:
        return f"{self.status} {self.kind}\n{self.text}\n{self.links}"


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else "-"


class Reader(HTMLParser):
    """Parser that collects the texts, the links and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.targets: set[str] = set()
        self.forms: dict[str, list[str]] = {}
        self.form = ""
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.unseen += tag in UNSEEN
        if self.unseen:
            return
        self.texts += [values[name] for name in HEARD if values.get(name)]
        if tag == "a" and "href" in values:
            self.targets.add(values["href"])
        if tag == "form":
            self.form = f"form {values.get('method', 'get').lower()} {values.get('action', '')}"
            self.forms.setdefault(self.form, [])
        if tag in FIELDS and values.get("name"):
            self.forms.setdefault(values.get("form") or self.form, []).append(values["name"])
        if tag == "input" and values.get("type") != "hidden":
            self.texts += [values.get("value", ""), "[x]" if "checked" in values else ""]
        if tag == "option" and "selected" in values:
            self.texts.append("[x]")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN
        if tag == "form":
            self.form = ""

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(data)


def read(response: HttpResponse) -> tuple[Answer, set[str]]:
    """Returns the content of a response and its link targets."""
    body = b"".join(response) if response.streaming else response.content
    kind = response.get("Content-Type", "-").partition(";")[0]
    if target := response.get("Location"):
        return Answer(response.status_code, "-", neutral(target)), {target}
    if kind == "text/html":
        return read_page(response.status_code, body.decode())
    if kind == "application/json" and (html := html_of(json.loads(body))):
        return read_page(response.status_code, html, "json")
    return Answer(
        response.status_code, kind.rpartition("/")[2].replace(SHEET, "xlsx"), neutral(text_of_file(body, kind))
    ), set()


def read_page(status: int, html: str, kind: str = "html", before: str = "") -> tuple[Answer, set[str]]:
    """Returns the content of a page, preceded by the text `before`, and its link targets."""
    reader = Reader()
    reader.feed(html)
    lines = (" ".join(text.split()) for text in [*before.splitlines(), *reader.texts])
    forms = [f"{form}: {' '.join(sorted(set(names)))}" for form, names in reader.forms.items()]
    links = sorted([f"link {target}" for target in reader.targets] + forms)
    return Answer(status, kind, neutral("\n".join(filter(None, lines))), neutral("\n".join(links))), reader.targets


def html_of(content: object) -> str:
    """Returns the page that a chooser of the admin sends inside JSON; "" if there is none."""
    return (content.get("html") or content.get("htmlFragment") or "") if isinstance(content, dict) else ""


def neutral(text: str) -> str:
    return RANDOM.sub(MASK, text)


def text_of_file(body: bytes, kind: str) -> str:
    """Returns the text of a file or the cells of a spreadsheet, or a substitute for other bytes."""
    if kind.endswith(SHEET):
        rows = (row for sheet in load_workbook(io.BytesIO(body)) for row in sheet.iter_rows(values_only=True))
        return "\n".join(" ; ".join("" if cell is None else str(cell) for cell in row) for row in rows)
    if kind.startswith(TEXTS):
        return body.decode("utf-8-sig", "replace")
    return f"{len(body)} bytes {hashlib.sha256(body).hexdigest()[:16]}"
