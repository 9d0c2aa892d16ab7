"""Style sheet of the site, `css/site.css`, assembled by a static files finder.

Each component has its own file (docs/design.md), and pages load one; there are no generated files in the repository,
and no build tool.
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
# Colours only, for the admin (static/css/admin.css).
ADMIN_NAME = "css/admin-tokens.css"
# Print styles on screen, for the preview of editors.
PAPER_NAME = "css/paper.css"
SOURCES = Path(settings.BASE_DIR) / "static" / "css"
# In the order of the cascade; wildcards expand alphabetically.
PARTS = ("tokens.css", "base.css", "layout.css", "components/*.css", "print.css")
# Selectors of the themes on the site, and in Wagtail's admin.
THEMES_OF_ADMIN = {
    ':root:not([data-theme="light"])': ".w-theme-system",
    ':root[data-theme="light"]': ".w-theme-light",
    ':root[data-theme="dark"]': ".w-theme-dark",
}


def parts() -> list[Path]:
    """Returns the source files of the style sheet, in order."""
    return [path for pattern in PARTS for path in sorted(SOURCES.glob(pattern))]


def bundle() -> str:
    """Returns the text of the style sheet."""
    return "\n".join(lightened(path.read_text(encoding="utf-8")) for path in parts())


def lightened(css: str) -> str:
    """Returns `css` minified: a quarter smaller.

    Strings are kept. Hex colours are shortened and in lowercase, which compresses better.
    """
    parts = re.split(r"(\"[^\"]*\")", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return "".join(part if part.startswith('"') else _squeezed(part) for part in parts).strip()


def _squeezed(css: str) -> str:
    text = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css))
    text = re.sub(r"#[0-9A-F]{6}\b", lambda colour: colour[0].lower(), text)
    text = re.sub(r"#(\w)\1(\w)\2(\w)\3\b", r"#\1\2\3", text)
    return text.replace(": ", ":").replace(";}", "}")


def paper_bundle() -> str:
    """Returns the style sheet with the print rules applied to all media."""
    return bundle().replace("@media print", "@media all")


def admin_tokens() -> str:
    """Returns the colour tokens with the selectors of the admin's themes, without sizes."""
    text = (SOURCES / "tokens.css").read_text(encoding="utf-8")
    for selector, admin_selector in THEMES_OF_ADMIN.items():
        text = text.replace(selector, admin_selector)
    return re.sub(r"--[\w-]+: (?!#|var\()[^;]*;", "", text)


SHEETS = {NAME: bundle, PAPER_NAME: paper_bundle, ADMIN_NAME: admin_tokens}


class StylesheetFinder(BaseFinder):
    """Static files finder for the style sheets, rewritten under `VAR_DIR` when a source has changed.

    Used by the development server, WhiteNoise and `collectstatic`; in production the collected copy is served.
    """

    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "stylesheet")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Returns no messages: the sources are in the repository."""
        return []

    @overload
    def find(self, path: str, find_all: Literal[False] = False) -> str | None: ...

    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...

    def find(self, path: str, find_all: bool = False) -> str | list[str] | None:
        """Returns the path of the style sheet `path`, up to date; empty for other files."""
        paths = [self._write(path)] if path in SHEETS else []
        # Django expects an empty list for a missing file; None would appear in the results of all finders.
        return paths if find_all or not paths else paths[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yields the files, up to date."""
        for name in SHEETS:
            self._write(name)
            yield name, self.storage

    def _write(self, name: str) -> str:
        """Writes the file atomically if its text has changed. Returns its path."""
        target, text = Path(self.storage.path(name)), SHEETS[name]()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as draft:
                draft.write(text)
            os.replace(draft.name, target)
        return str(target)
