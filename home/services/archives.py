"""Archives of a year: the public content of the site, as files with checksums, in a BagIt folder (RFC 8493).

A page is stored as plain HTML without style, script or drawing, which any program opens. Charts are kept as tables.
Comments are in the open data only, without names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import bagit
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from cms.models import SiteConfiguration
from committee.models import SessionPage
from common.hooks import datasets
from common.urls import absolute_url
from home import errors
from indicators.models import Restitution
from participation.models import Proposal
from participation.queries.dossier import dossier_url, read_dossier

CHECKSUMS = ["sha256", "sha512"]
# Interactive parts of a page, which are left out of the document.
REMOVED_PARTS = "script, style, svg, form, nav, button, .not-on-paper, #discussion, .actions"
# Uploaded files and images are kept; drawings of the site itself are not.
FILES = ("/documents/", "/media/")
SESSIONS, REGISTER, REPORT = "comptes-rendus", "registre", "restitution"
DOSSIERS, DATA, ATTACHED = "dossiers", "donnees", "pieces-jointes"


@dataclass
class Archives:
    """Archives in progress.

    `files` are the names of the files so far; `missing` the paths that could not be read, each with its status.
    """

    folder: Path
    year: int
    now: datetime
    files: list[str] = field(default_factory=list)
    missing: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        site = urlsplit(settings.BASE_URL)
        self._is_secure = site.scheme == "https"
        self._reader = Client(SERVER_NAME=site.hostname, SERVER_PORT=str(site.port or (443 if self._is_secure else 80)))

    def read(self, path: str) -> bytes | None:
        """Returns the response at `path` for an anonymous user; records the path as missing unless it is a 200."""
        answer: Any = self._reader.get(path, secure=self._is_secure)
        if answer.status_code != 200:
            self.missing.append((path, answer.status_code))
            return None
        return b"".join(answer)

    def keep(self, path: str, name: str) -> None:
        """Saves the file at `path` as `name`, unless it exists already."""
        if name not in self.files and (content := self.read(path)) is not None:
            self._write(name, content)

    def keep_page(self, path: str, name: str) -> None:
        """Saves the page at `path` as an HTML document, with its linked and embedded files."""
        if (content := self.read(path)) is None:
            return
        page = BeautifulSoup(content, "html.parser")
        main: Any = page.main
        for part in main.select(REMOVED_PARTS):
            part.decompose()
        for part in main.select("details"):
            part["open"] = ""
        for tag, attribute in [*((tag, "href") for tag in main.select("a[href]")), *self._pictures(main)]:
            tag[attribute] = self._archived_url(path, tag[attribute])
        context = {
            "title": page.title.get_text(strip=True) if page.title else name,
            "source": absolute_url(path),
            "now": self.now,
            "content": mark_safe("".join(str(part) for part in main.contents)),
        }
        self._write(name, render_to_string("home/archived_page.html", context).encode())

    def _pictures(self, main: Any) -> Iterator[tuple[Any, str]]:
        """Yields the pictures to keep, without the URLs of other sizes; removes the others."""
        for picture in main.select("img, source"):
            del picture["srcset"]
            if picture.name == "img" and urlsplit(picture["src"]).path.startswith(FILES):
                yield picture, "src"
            else:
                picture.decompose()

    def _archived_url(self, page: str, written: str) -> str:
        """Returns the URL for the link `written` in a document: that of a kept file, or else the absolute one.

        A malformed URL, and one that is no path of this site (`mailto:`), stay as they are.
        """
        try:
            address = urljoin(page, written)
            scheme, host, path, *_rest = urlsplit(address)
        except ValueError:
            return written
        if scheme or host:
            return address
        if not address.startswith(FILES):
            return absolute_url(address)
        name = f"{ATTACHED}/{unquote(path).strip('/').replace('/', '-')}"
        self.keep(path, name)
        return f"../{name}" if name in self.files else absolute_url(address)

    def _write(self, name: str, content: bytes) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.files.append(name)


def export_archives(*, year: int, target: Path, now: datetime) -> Archives:
    """Writes the archives of `year` to the new folder `target`, validates their checksums and returns them.

    Raises `YearNotBegun` for a future year, and `FolderExists` if `target` exists.
    """
    if year > timezone.localdate(now).year:
        raise errors.YearNotBegun
    if target.exists():
        raise errors.FolderExists
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as beside:
        folder = Path(beside) / "archives"
        folder.mkdir()
        archives = Archives(folder=folder, year=year, now=now)
        for path, name in _contents(year, now):
            if name.endswith(".html"):
                archives.keep_page(path, name)
            else:
                archives.keep(path, name)
        has_report = report_of(year) in archives.files
        folders = {name.partition("/")[0] for name in archives.files}
        context = {"archives": archives, "folders": folders, "has_report": has_report, "site": absolute_url("/")}
        (folder / "LISEZMOI.txt").write_text(render_to_string("home/archives.txt", context), encoding="utf-8")
        bagit.make_bag(str(folder), bag_info=_information(year, now), checksums=CHECKSUMS).validate()
        folder.rename(target)
    return archives


def _contents(year: int, now: datetime) -> Iterator[tuple[str, str]]:
    """Yields the paths to keep, each with the name of its file; those that end in ".html" are pages."""
    visitor = AnonymousUser()
    for session in SessionPage.objects.visible_to(visitor).filter(starts_at__year=year).order_by("starts_at"):
        yield session.url, f"{SESSIONS}/{session.slug}.html"
    yield reverse("committee:register_json"), f"{REGISTER}/registre.json"
    yield reverse("committee:register_checker"), f"{REGISTER}/verify_register.py"
    if Restitution.objects.published().filter(year=year).exists():
        yield reverse("indicators:restitution", args=[year]), report_of(year)
        yield reverse("indicators:restitution_table", args=[year]), f"{REPORT}/chiffres-{year}.csv"
    for proposal in Proposal.objects.visible_to(visitor).order_by("pk").iterator():
        if any(_is_of(year, step.on) for step in read_dossier(proposal, visitor, now=now).steps):
            name = f"{DOSSIERS}/{proposal.pk}-{proposal.slug}"
            yield dossier_url(proposal), f"{name}.html"
            yield reverse("participation:dossier_json", args=[proposal.pk, proposal.slug]), f"{name}.json"
    for dataset in datasets():
        yield reverse("home:open_data_csv", args=[dataset.slug]), f"{DATA}/{dataset.slug}.csv"
        yield reverse("home:open_data_json", args=[dataset.slug]), f"{DATA}/{dataset.slug}.json"
    yield reverse("home:open_data_catalogue"), f"{DATA}/catalogue.jsonld"


def report_of(year: int) -> str:
    """Returns the name of the file of the report of `year`."""
    return f"{REPORT}/restitution-{year}.html"


def _is_of(year: int, day: date | None) -> bool:
    return day is not None and day.year == year


def _information(year: int, now: datetime) -> dict[str, str]:
    """Returns the metadata of `bag-info.txt`."""
    configuration = SiteConfiguration.load()
    return {
        "Source-Organization": configuration.institution,
        "Contact-Email": configuration.contact_email,
        "External-Description": f"{settings.WAGTAIL_SITE_NAME}, {year}",
        "External-Identifier": f"{urlsplit(settings.BASE_URL).hostname}-{year}",
        "Bagging-Date": timezone.localdate(now).isoformat(),
    }
