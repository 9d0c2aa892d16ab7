"""Map of the proposals."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from participation.queries.places import map_of_proposals


@require_safe
def proposal_map(request: HttpRequest) -> HttpResponse:
    """Shows the number of published proposals in each commune, with a link to them."""
    context = {
        "chart": map_of_proposals(),
        "parents": [(reverse("participation:proposal_list"), _("Proposals"))],
        "current": _("Map of the proposals"),
    }
    return render(request, "participation/proposal_map.html", context)
