"""Lists and pages of resources and workshops, and their calendars."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.calendars import calendar_response
from common.fragments import render_page_or_fragment
from common.urls import absolute_url
from inclusion.exports.calendars import calendar_of
from inclusion.forms.learning import ResourceFilters
from inclusion.models import Resource, Workshop
from inclusion.queries.learning import with_topics
from inclusion.views.heads import head

PER_PAGE = 24
PAST_SHOWN = 12


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """Lists the resources, filtered."""
    published = Resource.objects.published()
    form = ResourceFilters.for_resources(published, request.GET)
    page_obj = Paginator(form.filtered(published), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **head(_("Resources to learn with")),
        "filter_form": form,
        "active_filters": form.active_filters(),
        "page_obj": page_obj,
        "too_narrow": None if page_obj.paginator.count else form.too_narrow(published),
    }
    return render_page_or_fragment(request, "inclusion/resources.html", context, says="resultats")


@require_safe
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one resource: its content, its requirements and its link."""
    resource = get_object_or_404(with_topics(Resource.objects.published()), pk=pk)
    parent = (reverse("inclusion:resources"), _("Resources to learn with"))
    return render(request, "inclusion/resource.html", {**head(resource.title, parent), "resource": resource})


@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    """Lists the upcoming workshops, cancelled ones included, and the latest past ones."""
    now, published = timezone.now(), Workshop.objects.published()
    calendar_url = absolute_url(reverse("inclusion:calendar"))
    context = {
        **head(_("Workshops")),
        "upcoming": published.upcoming(now),
        "past": published.held(now)[:PAST_SHOWN],
        "calendar_url": calendar_url,
        "webcal_url": "webcal://" + calendar_url.partition("://")[2],
    }
    return render(request, "inclusion/workshops.html", context)


@require_safe
def workshop(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one workshop: day, place, content, access."""
    workshop = get_object_or_404(with_topics(Workshop.objects.published().select_related("place")), pk=pk)
    parent = (reverse("inclusion:workshops"), _("Workshops"))
    context = {**head(workshop.title, parent), "workshop": workshop, "is_over": workshop.ends_at <= timezone.now()}
    return render(request, "inclusion/workshop.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Calendar of all published workshops. Cancelled ones are included, so that calendar applications update them."""
    return calendar_response(calendar_of(Workshop.objects.published().order_by("starts_at", "pk")), "ateliers.ics")


@require_safe
def workshop_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """Calendar of one workshop."""
    workshop = get_object_or_404(Workshop.objects.published(), pk=pk)
    return calendar_response(calendar_of([workshop]), f"atelier-{workshop.pk}.ics")
