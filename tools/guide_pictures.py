"""Pictures of the admin's guide: screens of a role on a phone, at double resolution (docs/guide, static/img/guide)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tools.demonstration import ROOT

FOLDER = ROOT / "static" / "img" / "guide"
WINDOW = {"width": 390, "height": 620}
QUALITY = 52


@dataclass(frozen=True)
class Shot:
    """Picture to take: user and page of the admin, and the element to crop to, if not the whole window."""

    name: str
    group: str
    find_path: Callable[[], str]
    element: str = ""


def _at(path: str) -> Callable[[], str]:
    return lambda: path


def _last_news() -> str:
    # Settings are configured only at this point.
    from cms.models import NewsPage

    return f"/admin/pages/{NewsPage.objects.live().latest('first_published_at').pk}/edit/"


SHOTS = (
    Shot("tableau-de-bord", "Animation", _at("/admin/")),
    Shot("ouvrir", "Animation", _at("/admin/ouvrir-le-site/")),
    Shot("reglages", "Animation", _at("/admin/settings/cms/siteconfiguration/")),
    Shot("actualite", "Rédaction", _last_news),
    Shot("lettre", "Rédaction", _at("/admin/apercu-de-la-lettre/")),
    Shot("seance", "Secrétariat", _at("/admin/"), element="#prochaine-seance"),
    Shot("moderation", "Modération", _at("/admin/propositions/?state=recue")),
    Shot("reponses", "Services", _at("/admin/propositions-en-attente/")),
    Shot("accueil", "Accueil", _at("/admin/saisir-une-proposition/")),
    Shot("sondages", "Animation", _at("/admin/sondages/")),
)


@dataclass(frozen=True)
class Visit:
    """Picture to take: its file, the path of the page, the session of the user."""

    shot: Shot
    path: str
    session: str


def visits() -> list[Visit]:
    """Signs in a user of each group, before the browser starts (its event loop makes Django refuse the database)."""
    from django.test import Client

    from accounts.models import User

    found = []
    for shot in SHOTS:
        client = Client()
        client.force_login(User.objects.filter(groups__name=shot.group).earliest("pk"))
        found.append(Visit(shot, shot.find_path(), client.session.session_key or ""))
    return found


def capture_guide(browser: Browser, site: str, found: list[Visit]) -> Iterator[Path]:
    """Takes each picture; yields its file before writing it."""
    for visit in found:
        target = FOLDER / f"{visit.shot.name}.webp"
        yield target
        context = browser.new_context(
            viewport=WINDOW,
            device_scale_factor=2,
            color_scheme="light",
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        context.add_cookies([{"name": "sessionid", "value": visit.session, "url": site}])
        page = context.new_page()
        page.goto(site + visit.path, wait_until="networkidle")
        locator = page.locator(visit.shot.element) if visit.shot.element else page
        png = locator.screenshot(animations="disabled", caret="hide")
        Image.open(BytesIO(png)).convert("RGB").save(target, "WEBP", quality=QUALITY, method=6)
        context.close()
