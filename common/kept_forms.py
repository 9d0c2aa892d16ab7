"""Forms that were submitted but not processed: how the session keeps one, and the page that sends it again.

A form arrives too late if the session of its author has ended, or if its CSRF token is old. Passwords and codes are
never kept or displayed again; a file cannot be, and the page says so.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from common.limits import throttle

KEY = "kept_form"
LIFE = timedelta(hours=1)
SECRET = re.compile("password|^(code|credential|csrfmiddlewaretoken)$")
# Hidden fields that a page fills in. A form without any other value is a confirmation: its page is to be read again.
OF_THE_PAGE = {"next", "key", "seen", "shown", "shown_at"}


class SubmittedForm(NamedTuple):
    """Form submitted to `url`, without its secrets; `files` has the field and the file name of each upload."""

    url: str
    data: QueryDict
    files: list[tuple[str, str]]

    @classmethod
    def of(cls, request: HttpRequest) -> "SubmittedForm":
        data = request.POST.copy()
        for name in [name for name in data if SECRET.search(name)]:
            del data[name]
        files = [(name, str(upload.name)) for name, uploads in request.FILES.lists() for upload in uploads]
        return cls(request.get_full_path(), data, files)

    @property
    def values(self) -> Iterator[tuple[str, str]]:
        """Name and value of each field; names repeat."""
        return ((name, value) for name, values in self.data.lists() for value in values)

    @property
    def is_filled_in(self) -> bool:
        """True if the form contains something that its author would have to enter again."""
        return bool(self.files) or any(value.strip() for name, value in self.values if name not in OF_THE_PAGE)


def keep(request: HttpRequest, form: SubmittedForm, *, max_length: int) -> bool:
    """Keeps `form` in the session, in place of an earlier one; returns False if it has more characters, URL-encoded.

    Raises `NetworkBusy`.
    """
    now = timezone.now()
    throttle(request, now, what="intended")
    encoded = form.data.urlencode()
    if len(encoded) > max_length:
        return False
    request.session[KEY] = {"url": form.url, "form": encoded, "files": form.files, "at": now.timestamp()}
    return True


def kept_form(request: HttpRequest, now: datetime) -> SubmittedForm | None:
    """Returns the form that this session kept within the last hour; forgets an older one."""
    stored = request.session.get(KEY)
    if not stored:
        return None
    if now.timestamp() - stored["at"] > LIFE.total_seconds():
        forget(request)
        return None
    return SubmittedForm(stored["url"], QueryDict(stored["form"]), [(name, file) for name, file in stored["files"]])


def forget(request: HttpRequest) -> None:
    del request.session[KEY]


def forget_sent(request: HttpRequest) -> None:
    """Forgets the kept form if `request` is about the same URL: it was sent again. Forgets an old one too."""
    form = kept_form(request, timezone.now())
    if form and form.url == request.get_full_path():
        forget(request)


def is_written_here(request: HttpRequest) -> bool:
    """Returns whether a form was submitted from a page of this site, by `Origin` or else `Referer`.

    Without both: True over plain HTTP (old browsers); over HTTPS, browsers send one of them.
    """
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return not request.is_secure()
    parts = urlsplit(source)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def render_again(
    request: HttpRequest, form: SubmittedForm | None, *, title: str, lead: str, status: int = 200, **more: str
) -> HttpResponse:
    """Displays what was written, in a form with a fresh token for the same URL; without `form`, a link to that page.

    All values that a person entered are displayed: what looks like a text in a field, the others in a folded list.
    """
    fields = [(name, value, words_of(value)) for name, value in form.values] if form else []
    texts = [field for field in fields if field[2] is not None]
    others = [field[:2] for field in fields if field[2] is None]
    listed = [(name, value) for name, value in others if value and name not in OF_THE_PAGE]
    context = {"form": form, "texts": texts, "others": others, "listed": listed, "title": title, "lead": lead, **more}
    return render(request, "common/form_again.html", context, status=status)


def words_of(value: str) -> str | None:
    """Returns the text in a submitted value, also of a rich text (JSON of Draft.js); None for any other value."""
    if value.startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return _words_of_json(json.loads(value))
    return value if len(value.split()) > 1 else None


def _words_of_json(data: Any) -> str | None:
    try:
        return "\n".join(block["text"] for block in data["blocks"]) or None
    except (LookupError, TypeError):
        return None
