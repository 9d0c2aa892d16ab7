"""Hubs « Participer » and « Résultats »: two menu entries, with a tile for each of their sections."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.discovery.navigation import doors, readable, sections_of
from cms.discovery.sections import PARTICIPATE, RESULTS, Section
from home.queries.open_now import open_now


@require_safe
def participate(request: HttpRequest) -> HttpResponse:
    """Shows open activities, with the remaining days, then the sections."""
    rows = open_now(request.user, timezone.now())
    return render(request, "home/participate.html", {**_hub(request, PARTICIPATE), "rows": rows})


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Shows the sections about the work, decisions and measurements of the committee."""
    return render(request, "home/hub.html", _hub(request, RESULTS))


def _hub(request: HttpRequest, target: str) -> dict[str, Any]:
    door: Section = next(section for section in doors() if section.target == target)
    tiles = [section for section in sections_of(target) if section.has_tile]
    return {"hub": door, "about": door, "current": door.name, "tiles": readable(tiles, request)}
