"""Style sheet of the site, `css/site.css`, made of its parts when static files are looked for.

Each component keeps a file of its own (docs/design.md) and a page asks for one file; nothing that is generated is kept
in the repository, and no tool is needed to make it.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
# The colours alone, for the admin (static/css/admin.css).
ADMIN_NAME = "css/admin-tokens.css"
# What paper shows, on a screen: editors look at it before they print.
PAPER_NAME = "css/paper.css"
SOURCES = Path(settings.BASE_DIR) / "static" / "css"
# In the order of the cascade; what a pattern finds comes in alphabetical order.
PARTS = ("tokens.css", "base.css", "layout.css", "components/*.css", "print.css")
# How the site says which theme a person chose, and how Wagtail's admin does.
THEMES_OF_ADMIN = {
    ':root:not([data-theme="light"])': ".w-theme-system",
    ':root[data-theme="light"]': ".w-theme-light",
    ':root[data-theme="dark"]': ".w-theme-dark",
}


def parts() -> list[Path]:
    """Returns the files that the style sheet is made of, in order."""
    return [path for pattern in PARTS for path in sorted(SOURCES.glob(pattern))]


def bundle() -> str:
    """Returns the text of the style sheet."""
    return "\n".join(lightened(path.read_text(encoding="utf-8")) for path in parts())


def lightened(css: str) -> str:
    """Returns `css` without comments and needless spaces, its colours in short: a quarter less to download.

    Strings stay. Colours are in small letters, like all the rest: that alone compresses better.
    """
    parts = re.split(r"(\"[^\"]*\")", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return "".join(part if part.startswith('"') else _squeezed(part) for part in parts).strip()


def _squeezed(css: str) -> str:
    text = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css))
    text = re.sub(r"#[0-9A-F]{6}\b", lambda colour: colour[0].lower(), text)
    text = re.sub(r"#(\w)\1(\w)\2(\w)\3\b", r"#\1\2\3", text)
    return text.replace(": ", ":").replace(";}", "}")


def paper_bundle() -> str:
    """Returns the same with the rules of paper for every medium."""
    return bundle().replace("@media print", "@media all")


def admin_tokens() -> str:
    """Returns the colours of the tokens, under the themes of the admin: its own sizes stay, and so do their names."""
    text = (SOURCES / "tokens.css").read_text(encoding="utf-8")
    for ours, theirs in THEMES_OF_ADMIN.items():
        text = text.replace(ours, theirs)
    return re.sub(r"--[\w-]+: (?!#|var\()[^;]*;", "", text)


SHEETS = {NAME: bundle, PAPER_NAME: paper_bundle, ADMIN_NAME: admin_tokens}


class StylesheetFinder(BaseFinder):
    """Finds the style sheets, written anew under `VAR_DIR` whenever a part has changed.

    It serves the development server, WhiteNoise and `collectstatic` alike; in production the collected copy is served.
    """

    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "stylesheet")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Has nothing to say: the parts lie in the repository."""
        return []

    @overload
    def find(self, path: str, find_all: Literal[False] = False) -> str | None: ...

    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...

    def find(self, path: str, find_all: bool = False) -> str | list[str] | None:
        """Returns where the style sheet `path` lies, fresh; nothing for another path."""
        found = [self._write(path)] if path in SHEETS else []
        # Django takes an empty list for "not here"; a None would be in the list of what all finders found.
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yields the files, fresh."""
        for name in SHEETS:
            self._write(name)
            yield name, self.storage

    def _write(self, name: str) -> str:
        """Writes the file if its text has changed; at once, so that nobody reads half of it. Returns its path."""
        target, text = Path(self.storage.path(name)), SHEETS[name]()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as draft:
                draft.write(text)
            os.replace(draft.name, target)
        return str(target)
