"""Views outside of apps: error pages, choice of the colour theme, reports of browsers."""

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
    """Error page for a malformed URL or request body (400).

    Without a CSRF token, unlike Django's handlers: it would read the body again, and a malformed body would cause a
    500.
    """
    context = {"is_about_body": request.method == "POST", "exception": exception}
    return render(request, "400.html", context, status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Error page for a missing page (404); does not read the body either (see `bad_request`)."""
    # `exception` suppresses the link preview (`cms.templatetags.cards`).
    return render(request, "404.html", {"exception": exception}, status=404)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Displays the submitted data again, in a form with a fresh token for the same URL (403).

    No text is lost: all fields are included, long texts in a visible field. But only data submitted from this site:
    otherwise another site could prepare a form with a valid token, one click away from submission.
    """
    posted = request.POST.lists() if written_here(request) else []
    fields = [
        (name, value)
        for name, values in posted
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    # A long value without spaces is a token of a form, not a text to display.
    texts = [(name, value) for name, value in fields if "\n" in value or (len(value) > 60 and " " in value)]
    hidden = [(name, value) for name, value in fields if (name, value) not in texts]
    return render(request, "403_csrf.html", {"texts": texts, "hidden": hidden}, status=403)


def written_here(request: HttpRequest) -> bool:
    """Returns whether a form was submitted from a page of this site, by `Origin` or else `Referer`.

    Without both: True over plain HTTP (old browsers); over HTTPS, browsers send one of them.
    """
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return not request.is_secure()
    parts = urlsplit(source)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


class Colours(RedirectURLMixin, FormView):
    """Form for the colour theme; stores the choice in a cookie and redirects to `next`."""

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
    """Logs the directive of a CSP violation; without IP address and query string."""
    try:
        if int(request.headers.get("Content-Length") or 0) > CSP_REPORT_MAX_BYTES:
            raise ValueError("too long")
        report = json.loads(request.body).get("csp-report", {})
        directive, blocked = report.get("violated-directive"), report.get("blocked-uri")
        logger.warning("content policy: %.60s blocked %.200s", directive, str(blocked).split("?")[0])
    except (ValueError, AttributeError, RecursionError):
        logger.info("content policy: a report that is not one")
    return HttpResponse(status=204)
