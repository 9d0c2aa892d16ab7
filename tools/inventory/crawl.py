"""Crawl of the demonstration as each role: `python -m tools.inventory.crawl [--check | --base FOLDER]`.

Follows every link, one or two of each kind, and writes every mail and every export of personal data. `crawl.txt` gets
a line for each of them, `var/crawl/texts.json` their texts. `--check` compares with `crawl.txt`, `--base` with texts
stored in FOLDER; both show each difference of texts once.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tools.demonstration import ROOT
from tools.inventory.pages import MASK, Answer, neutral, read, read_page
from tools.inventory.site import FOLDER, difference, empty_site, store_or_compare
from tools.screenshots import MOMENT

# Role and URL, or name of the mail or file → content.
Answers = dict[str, Answer]
TABLE = FOLDER / "crawl.txt"
TEXTS = ROOT / "var" / "crawl" / "texts.json"
# Role → beginning of the e-mail address of its user in the demonstration.
ROLES = {
    "visitor": "",
    "account": "habitante",
    "member": "membre",
    "editor": "redaction",
    "moderator": "moderation",
    "secretariat": "secretariat",
    "desk": "accueil",
    "administrator": "admin",
}
MOST_OF_A_ROLE = 2_000
# Left out: signing out; a deliberate error; a list ordered by a timestamp that all rows share here; a file.
NEVER = ("/logout/", "/deconnexion/", "/failwhale/", "/site-history/", "/static/", "/media/")
# Views whose URLs are all requested: open data sets, chapters of the guide.
EACH = ("home:", "guide_chapter")
# Parameters that lists of the admin add to all others.
OF_EVERY_LIST = {"p", "o", "ordering", "export"}
# Parts of a URL that name a kind of object, and those that name a page.
KINDS = ("app_name", "model_name", "app_label", "content_type_app_name", "content_type_model_name", "action")
PAGES = ("page_id", "parent_page_id", "page_to_move_id")


class Crawler:
    """Client, signed in or anonymous, that follows links; `pages` has the class of each page by key and URL."""

    def __init__(self, user: Any, pages: dict[str, str]) -> None:
        self.client = Client(raise_request_exception=False)
        self.pages = pages
        if user:
            self.client.force_login(user)

    def crawl(self, addresses: Iterable[str]) -> Iterator[tuple[str, Answer]]:
        """Yields the response of each of `addresses`, then of the pages they link to, a few of each kind."""
        waiting = deque(address for address in addresses if not any(part in address for part in NEVER))
        known = {*waiting}
        count_by_kind = Counter(self.kind_of(address)[0] for address in waiting)
        for _number in range(MOST_OF_A_ROLE):
            if not waiting:
                break
            address = waiting.popleft()
            answer, targets = self.get(address)
            yield neutral(address), answer
            for url in sorted({absolute(address, target) for target in targets} - known, key=neutral):
                known.add(url)
                kind, most = self.kind_of(url)
                if count_by_kind[kind] < most:
                    count_by_kind[kind] += 1
                    waiting.append(url)

    def get(self, address: str) -> tuple[Answer, set[str]]:
        """Returns the response to a GET and its links. Changes of the database are rolled back."""
        with transaction.atomic():
            answer = read(self.client.get(address))
            transaction.set_rollback(True)
        return answer

    def kind_of(self, address: str) -> tuple[str, int]:
        """Returns the view of a URL with its subject and parameters, and how many URLs of this kind to request."""
        url = urlsplit(address)
        parameters = {name for name, _value in parse_qsl(url.query, keep_blank_values=True)}
        if (
            not address
            or any(part in address for part in NEVER)
            or (len(parameters) > 1 and parameters & OF_EVERY_LIST)
        ):
            return "", 0
        try:
            match = resolve(url.path)
        except Resolver404:
            return url.path, 1
        named = [str(match.kwargs[name]) for name in KINDS if name in match.kwargs]
        in_admin = next((self.pages.get(str(match.kwargs[name]), "") for name in PAGES if name in match.kwargs), "")
        page = self.pages.get(url.path) or (in_admin if not parameters else "")
        most = 99 if match.view_name.startswith(EACH) else 1 if in_admin else 2
        return " ".join([match.view_name, page, *named, *sorted(parameters)]), most


def absolute(address: str, target: str) -> str:
    """Returns the URL of a link within this site, without its fragment; "" for other sites."""
    url = urlsplit(urljoin(f"http://testserver{address}", target.strip()))
    if url.netloc != "testserver" or url.scheme != "http":
        return ""
    # The script of a list adds the selected rows: here all of them.
    query = url.query or ("id=all" if url.path.startswith("/admin/bulk/") else "")
    return f"{url.path}?{query}" if query else url.path


def answers_of_the_site(begin: dict[str, list[str]]) -> Answers:
    """Loads the demonstration and returns all responses; `begin` has the start URLs by role."""
    # Settings are configured only at this point.
    from wagtail.models import Page

    from accounts.models import User
    from tools.inventory.sections import views

    with redirect_stdout(io.StringIO()):
        call_command("load_demo")
    every = list(Page.objects.select_related("content_type"))
    pages = {str(key): page.content_type.model for page in every for key in (page.pk, page.url)}
    found: Answers = {}
    # The home page, and each URL without an object, including those of menus and choosers.
    fixed = ["/", *(f"/{written}" for _name, written, _view in views() if written and not {*"<(^"} & {*written})]
    for role, name in ROLES.items():
        user = User.objects.get(email__startswith=f"{name}@") if name else None
        for address, answer in Crawler(user, pages).crawl(dict.fromkeys([*begin.get(role, []), *fixed])):
            # Most of these redirect roles without the permission to the sign-in page.
            if answer.status != HTTPStatus.FOUND or address not in fixed:
                found[f"{role} {address}"] = answer
        found |= {f"{role} {file}": answer for file, answer in copy_of_data(user)} if user else {}
    return found | dict(mails())


def copy_of_data(user: Any) -> Iterator[tuple[str, Answer]]:
    """Yields the files of the user's export of personal data."""
    from accounts.services.exports import archive_of

    with zipfile.ZipFile(io.BytesIO(archive_of(user, now=MOMENT))) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".html"):
                yield name, read_page(200, content.decode())[0]
            elif name.endswith(".json"):
                yield name, Answer(200, "json", neutral(content.decode()))
            else:
                yield name, Answer(200, "file", "")


def mails() -> Iterator[tuple[str, Answer]]:
    """Yields every mail of `tools.mails`: subject, text, and text of the HTML."""
    from tools.mails import stage
    from tools.mails.acts import ACTS

    for name, raw in stage.play_all(ACTS, now=MOMENT).items():
        before = f"{stage.read(raw)['Subject']}\n{stage.part(raw, 'plain')}"
        yield f"mail {name}", read_page(250, stage.part(raw, "html"), "mail", before)[0]


def table(answers: Answers) -> str:
    return "".join(f"{key} {answer.row}\n" for key, answer in sorted(answers.items()))


def explain(base: Answers, found: Answers) -> None:
    """Prints each difference of texts once, with the responses that have it."""
    changed = defaultdict(list)
    for key in sorted(base.keys() & found.keys()):
        if base[key].row != found[key].row:
            changed[difference(base[key].whole, found[key].whole, "text")].append(key)
    for text, keys in changed.items():
        print(f"\n{len(keys)} × {', '.join(keys[:5])}\n{text}")


def read_texts(path: Path) -> Answers:
    texts = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {key: Answer(**fields) for key, fields in texts.items()}


def main(arguments: list[str]) -> int:
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets shows in the text of a query, and in Wagtail's list of usages.
        command = [sys.executable, "-m", "tools.inventory.crawl", *arguments]
        return subprocess.call(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"})
    parser = argparse.ArgumentParser(prog="python -m tools.inventory.crawl")
    parser.add_argument("--check", action="store_true", help="compare with crawl.txt")
    parser.add_argument("--base", type=Path, help="compare with the texts that this folder keeps")
    args = parser.parse_args(arguments)
    check = bool(args.check or args.base)
    base = read_texts(args.base / TEXTS.name if args.base else TEXTS) if check else {}
    stored = table(base) if args.base else TABLE.read_text(encoding="utf-8") if check else None
    begin = defaultdict(list)
    for role, address, *_rest in (line.split(" ") for line in (stored or "").splitlines()):
        if address.startswith("/") and MASK not in address:
            begin[role].append(address)
    with empty_site():
        found = answers_of_the_site(begin)
    TEXTS.parent.mkdir(parents=True, exist_ok=True)
    texts = {key: asdict(answer) for key, answer in sorted(found.items())}
    target = TEXTS.with_name("found.json") if check else TEXTS
    target.write_text(json.dumps(texts, ensure_ascii=False, indent=0), encoding="utf-8")
    explain(base, found)
    return store_or_compare(TABLE, table(found), stored=stored)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
