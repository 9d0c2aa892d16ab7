"""Weight of a page on the first visit, measured in a browser: transferred bytes, requests, elements."""

import gzip
import statistics
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request

from tools.audit.report import Report, table

KILO = 1000
# Budgets of docs/design.md. Images uploaded by editors are printed, not counted.
MAX_FIRST_VIEW = 45 * KILO
MAX_REQUESTS = 8
MAX_ELEMENTS = 850
COLUMNS = ("HTML", "CSS", "JS", "drawings", "pictures")
COMPRESSED = ("HTML", "CSS", "JS", "drawings")
PHONE = {"width": 360, "height": 740}
MAX_LISTED = 15


@dataclass
class Weight:
    """Measurements of the first visit to one URL."""

    path: str
    sizes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    requests: int = 0
    elements: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def first_view(self) -> int:
        return sum(self.sizes[column] for column in COMPRESSED)

    @property
    def row(self) -> list[object]:
        cells = [self.sizes[column] for column in COLUMNS]
        return [self.path[:60], *cells, self.first_view, self.requests, self.elements]


def column_of(request: Request, kind: str) -> str:
    if "svg" in kind:
        return "drawings"
    if kind.startswith("image/"):
        return "pictures"
    return {"document": "HTML", "stylesheet": "CSS", "script": "JS"}.get(request.resource_type, "HTML")


def weigh(browser: Browser, site: str, path: str) -> Weight:
    """Opens a page as a new visitor on a phone; returns its weight and the faults found while loading."""
    weight = Weight(path)
    context = browser.new_context(viewport=PHONE, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    requests: list[Request] = []
    strangers: list[str] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.on(
        "request", lambda request: None if request.url.startswith((site, "data:")) else strangers.append(request.url)
    )
    page.on(
        "console", lambda message: weight.faults.append(f"console: {message.text}") if message.type == "error" else None
    )
    page.on("pageerror", lambda error: weight.faults.append(f"script error: {error}"))
    page.goto(site + path, wait_until="networkidle")
    weight.elements = page.evaluate("document.querySelectorAll('*').length")
    for request in requests:
        response = request.response()
        if response is None or request.url.startswith("data:"):
            continue
        headers = response.all_headers()
        column = column_of(request, headers.get("content-type", ""))
        size = request.sizes()["responseBodySize"]
        weight.sizes[column] += size
        weight.requests += 1
        name = urlsplit(request.url).path
        if column in COMPRESSED and "content-encoding" not in headers and is_worth_compressing(response.body()):
            weight.faults.append(f"not compressed: {name}")
        if name.startswith("/static/") and "immutable" not in headers.get("cache-control", ""):
            weight.faults.append(f"not kept by the browser: {name}")
    weight.faults += [f"request to another site: {url}" for url in strangers]
    if weight.first_view > MAX_FIRST_VIEW:
        weight.faults.append(f"{weight.first_view} bytes, more than {MAX_FIRST_VIEW}")
    if weight.requests > MAX_REQUESTS:
        weight.faults.append(f"{weight.requests} requests, more than {MAX_REQUESTS}")
    if weight.elements > MAX_ELEMENTS:
        weight.faults.append(f"{weight.elements} elements, more than {MAX_ELEMENTS}")
    context.close()
    return weight


def is_worth_compressing(body: bytes) -> bool:
    """Returns whether compression pays: WhiteNoise and proxies skip files that are very small or hardly shrink."""
    return len(body) > KILO / 2 and len(gzip.compress(body)) < 0.9 * len(body)


KINDS = ("not compressed", "another site", "requests, more", "elements, more", "script error")


def check(browser: Browser, site: str, paths: list[str], main: list[str], control: str, worst: str) -> Report:
    """Weighs `paths`; prints those of `main` and the heaviest."""
    weights = [weigh(browser, site, path) for path in paths]
    faults = [f"{weight.path}: {fault}" for weight in weights for fault in weight.faults]
    seen = weigh(browser, control, worst).faults
    faults += [f"control: '{kind}' was not found" for kind in KINDS if not any(kind in fault for fault in seen)]
    listed = sorted(weights, key=lambda weight: (weight.path not in main, -weight.first_view))[: len(main) + MAX_LISTED]
    head = ["page", *COLUMNS, "first view", "requests", "elements"]
    figures: dict[str, Any] = {
        "pages": len(weights),
        "heaviest first view": max(weight.first_view for weight in weights),
        "median first view": statistics.median(weight.first_view for weight in weights),
        "most requests": max(weight.requests for weight in weights),
        "most elements": max(weight.elements for weight in weights),
    }
    summary = ", ".join(f"{name}: {value}" for name, value in figures.items())
    figures["by page"] = {w.path: {**w.sizes, "requests": w.requests, "elements": w.elements} for w in weights}
    summary_with_table = f"{table(head, [weight.row for weight in listed])}\n{summary}"
    return Report("weight", summary_with_table, f"Chromium {browser.version}", faults, figures)
