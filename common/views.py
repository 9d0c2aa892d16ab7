"""Views that belong to no app: an expired form, the choice of colours, reports of the browser."""

import json
import logging
from urllib.parse import urlsplit

from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from common.forms import ThemeForm
from common.themes import Theme, chosen_theme, remember_theme

logger = logging.getLogger(__name__)

CSP_REPORT_MAX_BYTES = 10_000


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Shows that the address, or what was sent, cannot be read (400).

    Django's own handler, and that of 404, ask for the token of a form first, which reads the body again: one that
    cannot be read would become a fault (500).
    """
    context = {"is_about_body": request.method == "POST", "exception": exception}
    return render(request, "400.html", context, status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Shows that there is no such page (404), and reads no body: see `bad_request`."""
    # The head of the page has no card of an address that is not there (`cms.templatetags.cards`).
    return render(request, "404.html", {"exception": exception}, status=404)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Shows what was written again, in a form with a fresh token that goes to the same URL (403).

    Nothing that a person wrote is lost: each posted field comes back, long texts in a field that can be read. Only
    what was written on this site comes back, though: a form of another site must not arrive here filled in and with
    a valid token, one press away from being sent.
    """
    posted = request.POST.lists() if written_here(request) else []
    fields = [
        (name, value)
        for name, values in posted
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    # A long value without a space is a key that a form of ours carries, not something to read again.
    texts = [(name, value) for name, value in fields if "\n" in value or (len(value) > 60 and " " in value)]
    hidden = [(name, value) for name, value in fields if (name, value) not in texts]
    return render(request, "403_csrf.html", {"texts": texts, "hidden": hidden}, status=403)


def written_here(request: HttpRequest) -> bool:
    """Says whether a form was sent from a page of this site, by its `Origin` or else its `Referer`.

    Without both (an old browser over plain HTTP) it may be; over HTTPS browsers name the page they come from.
    """
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return not request.is_secure()
    found = urlsplit(source)
    return (found.scheme, found.netloc) == (request.scheme, request.get_host())


class Colours(RedirectURLMixin, FormView):
    """Asks which colours a person wants, keeps the answer in a cookie and goes back to where she was (`next`)."""

    template_name = "common/colours.html"
    form_class = ThemeForm
    next_page = "/accessibilite/"

    def get_initial(self) -> dict[str, Theme]:
        return {"theme": chosen_theme(self.request)}

    def form_valid(self, form: ThemeForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_theme(response, Theme(form.cleaned_data["theme"]))
        return response


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Logs which directive a browser refused to break; never the IP address of the reader or the page's query."""
    try:
        if int(request.headers.get("Content-Length") or 0) > CSP_REPORT_MAX_BYTES:
            raise ValueError("too long")
        report = json.loads(request.body).get("csp-report", {})
        directive, blocked = report.get("violated-directive"), report.get("blocked-uri")
        logger.warning("content policy: %.60s blocked %.200s", directive, str(blocked).split("?")[0])
    except (ValueError, AttributeError, RecursionError):
        logger.info("content policy: a report that is not one")
    return HttpResponse(status=204)
