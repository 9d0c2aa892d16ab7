"""Pages of the register of decisions: list, JSON file, checker, removal of a text."""

from itertools import groupby
from pathlib import Path
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from committee import permissions, verify_register
from committee.models import RegisterEntry
from committee.register.exports import export
from committee.register.forms import DecisionFilters, RedactionForm
from committee.register.queries import by_year, head_at, lines
from committee.register.services.redaction import redact as remove_words
from common.errors import Refusal
from common.notices import redirect_with_notice
from common.templatetags.dates import in_city_time

# For all years. A single year is never paginated: links to a decision contain its year.
DECISIONS_PER_PAGE = 20


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Lists the decisions by year of their session, the latest first, filtered by words, year and topic."""
    decisions = RegisterEntry.objects.decisions()
    filters = DecisionFilters.for_decisions(decisions, request.GET)
    matching = filters.filtered(decisions).order_by("-session_day", "-number")
    paginator = Paginator(matching, DECISIONS_PER_PAGE)
    if "annee" in filters.chosen:
        paginator.per_page = max(paginator.count, 1)
    page_obj = paginator.get_page(request.GET.get("page"))
    register_lines = lines(page_obj)
    is_cut = page_obj.has_other_pages() and not filters.chosen
    context = {
        "filters": filters,
        "active_filters": filters.active_filters(),
        "too_narrow": None if paginator.count else filters.too_narrow(decisions),
        "page_obj": page_obj,
        "count": paginator.count,
        "years": [(year, list(group)) for year, group in groupby(register_lines, key=lambda line: line.entry.year)],
        # Old links have no year: the decision may be on another page, and its number in the fragment links to it.
        "elsewhere": by_year(matching.exclude(pk__in=[line.entry.pk for line in register_lines])) if is_cut else [],
        "head": head_at(),
        "today": timezone.localdate(),
        "can_redact": permissions.can_redact_register(request.user, timezone.localdate()),
    }
    return render(request, "committee/register/register.html", context)


@require_safe
def register_json(request: HttpRequest) -> HttpResponse:
    """Returns the register as JSON, identical to `manage.py export_decisions`."""
    return HttpResponse(export(), content_type="application/json")


@require_safe
def checker(request: HttpRequest) -> FileResponse:
    """Serves the program that verifies the JSON file, to download and run with Python."""
    file = Path(verify_register.__file__).open("rb")  # noqa: SIM115 - the answer closes it
    return FileResponse(file, as_attachment=True, filename="verify_register.py", content_type="text/x-python")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def redact(request: HttpRequest, number: int) -> HttpResponse:
    """Removes the text of a decision permanently."""
    user, now = cast(User, request.user), timezone.now()
    if not permissions.can_redact_register(user, in_city_time(now).date()):
        raise PermissionDenied
    entry = get_object_or_404(RegisterEntry.objects.decisions(), number=number)
    form = RedactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_words(entry=entry, actor=user, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _("The words of decision no. %(number)d are removed.") % {"number": number}
            return redirect_with_notice(request, entry.get_absolute_url(), message)
    context = {
        "parents": [("/le-comite/", _("The committee")), (reverse("committee:register"), _("Register of decisions"))],
        "current": _("Remove the words of a decision"),
        "entry": entry,
        "form": form,
    }
    return render(request, "committee/register/redact.html", context)
