"""Places of help: search, page of a place, and the sheet of a commune to print for a notice board."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.communes import COMMUNES
from common.fragments import render_page_or_fragment
from common.templatetags.dates import in_city_time
from common.urls import absolute_url
from inclusion.forms.finding import FindForm
from inclusion.models import Place, Resource, Workshop
from inclusion.models.hours import is_always_open
from inclusion.models.workshops import WorkshopQuerySet
from inclusion.queries.finding import PlaceMatch, cost_of, find, needs_of, numbered
from inclusion.queries.nearby import Nearby
from inclusion.queries.opening import days_to_come, grouped_week
from inclusion.queries.plan import plan_of
from inclusion.views.heads import ABOUT, head

# A last page with three places or fewer is merged into the page before.
PER_PAGE, ORPHANS, WORKSHOPS_SHOWN = 12, 3, 2
# Number of blocks that fit on two A4 sheets.
ON_PAPER = 7
CODES = {slugify(name): code for code, name in COMMUNES.items()}


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Lists the places that match the filters, nearest first, with a plan, the next workshops and the resources."""
    now, form = timezone.now(), FindForm(request.GET)
    public = Place.objects.public()
    matches = find(form.filtered(public), commune=form.commune_code, open_only=form.is_open_now, now=now)
    page_obj = Paginator(matches, PER_PAGE, orphans=ORPHANS).get_page(request.GET.get("page"))
    numbered_matches = numbered(page_obj.object_list)
    context = {
        "about": ABOUT,
        "current": _("Digital help"),
        "form": form,
        "active_filters": form.active_filters(),
        "page_obj": page_obj,
        "matches": numbered_matches,
        "plan": plan_of(numbered_matches, form.commune_code),
        "commune": COMMUNES.get(form.commune_code, ""),
        "commune_slug": slugify(COMMUNES.get(form.commune_code, "")),
        "too_narrow": None if matches else form.too_narrow(public),
        **_learn(now),
    }
    return render_page_or_fragment(request, "inclusion/places.html", context, says="resultats")


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one place: phone, hours of the week, access, services, date of the last check."""
    place, now = get_object_or_404(Place.objects.public(), pk=pk), timezone.now()
    today = in_city_time(now).date()
    context = {
        **head(place.name),
        "place": place,
        "match": PlaceMatch(Nearby(place), now),
        "days": days_to_come(place, today),
        "is_always_open": is_always_open(place.hours),
        "needs": needs_of(place),
        "costs": cost_of(place),
        "workshops": _next_workshops(now).filter(place=place)[:WORKSHOPS_SHOWN],
    }
    return render(request, "inclusion/place.html", context)


@require_safe
def sheet(request: HttpRequest, commune: str) -> HttpResponse:
    """Sheet with the places of a commune and the nearest others, to print for a notice board: at most two A4 pages."""
    code = CODES.get(commune)
    if code is None:
        raise Http404
    now = timezone.now()
    matches = find(Place.objects.public(), commune=code, open_only=False, now=now)[:ON_PAPER]
    context = {
        "current": _("Sheet to print"),
        "parents": head("")["parents"],
        "commune": COMMUNES[code],
        "blocks": [
            (match, grouped_week(match.place.hours, in_city_time(now).date()), cost_of(match.place))
            for match in matches
        ],
        "today": in_city_time(now).date(),
        "address": absolute_url(request.path).removesuffix(f"{commune}/imprimer/").partition("://")[2],
    }
    return render(request, "inclusion/sheet.html", context)


def _learn(now: datetime) -> dict[str, Any]:
    """Returns the context below the places: the next workshops, and the number of resources."""
    return {
        "workshops": _next_workshops(now)[:WORKSHOPS_SHOWN],
        "resource_count": Resource.objects.published().count(),
    }


def _next_workshops(now: datetime) -> WorkshopQuerySet:
    return Workshop.objects.published().upcoming(now).filter(cancelled_because="")
