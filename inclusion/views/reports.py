"""« Signaler une erreur »: report about a place, without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import NetworkBusy
from common.limits import throttle
from inclusion.errors import PlaceGone
from inclusion.forms.reports import PlaceReportForm
from inclusion.models import Place
from inclusion.services.places import report


@require_http_methods(["GET", "HEAD", "POST"])
def place_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the form and saves the report. The confirmation is rendered directly, so nothing is kept in the session."""
    place = get_object_or_404(Place.objects.public(), pk=pk)
    initial = {"email": request.user.email} if request.user.is_authenticated else {}
    form = PlaceReportForm(request.POST or None, initial=initial)
    parents = [(reverse("inclusion:places"), _("Digital help")), (place.get_absolute_url(), place.name)]
    context = {"place": place, "form": form, "parents": parents}
    if request.method != "POST" or not form.is_valid():
        return render(request, "inclusion/place_report.html", context)
    now, data = timezone.now(), form.cleaned_data
    try:
        throttle(request, now)
        sent = report(place=place, text=data["text"], email=data["email"], key=data["key"], now=now)
    except NetworkBusy as refusal:
        form.add_error(None, str(refusal))
        return render(request, "inclusion/place_report.html", context, status=429)
    except PlaceGone as refusal:
        form.add_error(None, str(refusal))
        return render(request, "inclusion/place_report.html", context)
    return render(request, "inclusion/place_report_sent.html", {**context, "report": sent})
