"""Views of the demonstration mailbox at /courriels/, with the mails that would have been sent. 404 elsewhere."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailing.frames import framed_mail
from mailing.transports import path_number

PAGE_SIZE = 20


@dataclass(frozen=True)
class StoredMail:
    """Parsed file of the mailbox."""

    number: int
    raw: bytes
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def date(self) -> datetime | None:
        date = getattr(self.message["Date"], "datetime", None)
        # "-0000" means UTC with unknown local time, which the parser returns as naive.
        return date.replace(tzinfo=UTC) if date and date.tzinfo is None else date

    def part(self, kind: str) -> str:
        """Returns the "plain" or "html" part; "" if there is none."""
        body = self.message.get_body(preferencelist=(kind,))
        return body.get_content() if body else ""


def mailbox_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Raises `Http404` unless `MAILBOX_DIR` is set; disables caching and indexing of the response."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.MAILBOX_DIR is None:
            raise Http404
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(require_safe(wrapper))


def _numbers() -> list[int]:
    """Returns the numbers of the mails, newest first."""
    folder = Path(settings.MAILBOX_DIR or "")
    return sorted((path_number(path) for path in folder.glob("*.eml") if path_number(path)), reverse=True)


def _read(number: int) -> StoredMail:
    """Returns the mail with this number. Raises `Http404` if there is none."""
    try:
        raw = (Path(settings.MAILBOX_DIR or "") / f"{number}.eml").read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return StoredMail(number=number, raw=raw, message=message)


@mailbox_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """Lists the mails, newest first."""
    page = Paginator(_numbers(), PAGE_SIZE).get_page(request.GET.get("page"))
    mails = [_read(number) for number in page.object_list]
    return render(request, "mailing/mailbox.html", {"mails": mails, "page_obj": page})


# The HTML part is shown in a sandboxed frame.
@csp_replace({"frame-src": ["'self'"]})
@mailbox_only
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the text part of a mail, and its HTML part in a frame."""
    stored = _read(number)
    parents = [(reverse("mailing:mailbox"), _("E-mails of the demonstration"))]
    context = {"mail": stored, "text": stored.part("plain"), "has_html": bool(stored.part("html")), "parents": parents}
    return render(request, "mailing/mail.html", context)


@mailbox_only
def mail_html(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the HTML part."""
    html = _read(number).part("html")
    if not html:
        raise Http404
    return framed_mail(html)


@mailbox_only
def mail_source(request: HttpRequest, number: int) -> HttpResponse:
    """Downloads the raw mail, as sent."""
    return HttpResponse(
        _read(number).raw,
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{number}.eml"'},
    )
