"""Views outside of apps: error pages, choice of the colour theme, reports of browsers."""

import json
import logging

from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from common.forms import ThemeForm
from common.kept_forms import SubmittedForm, is_written_here, render_again
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

    But only data submitted from this site: otherwise another site could prepare a form with a valid token, one click
    away from submission. And only a form that was filled in: the page of a confirmation is to be read again.
    """
    form = SubmittedForm.of(request) if is_written_here(request) else None
    title = _("The page stayed open for too long")
    if form is None or not form.is_filled_in:
        return render_again(request, None, title=title, lead=_("Nothing was sent. Open the page again."), status=403)
    return render_again(request, form, title=title, lead=_("Your text is still here. Send it again."), status=403)


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
