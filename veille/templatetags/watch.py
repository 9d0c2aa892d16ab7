"""Template tag of the list of entries."""

from typing import Any

from django import template
from django.template.context import RequestContext

from cms.models.pictures import add_covers
from veille.forms import VeilleFilterForm
from veille.models import VeilleEntryPage, VeilleIndexPage

register = template.Library()


@register.simple_tag(takes_context=True)
def filtered_entries(context: RequestContext, index: VeilleIndexPage) -> dict[str, Any]:
    """Returns `filter_form`, `active_filters` and one page of `entries`.

    If nothing matches, `too_narrow` is the filter to remove.
    """
    request = context["request"]
    published = VeilleEntryPage.objects.child_of(index).published()
    form = VeilleFilterForm.for_kinds(published.kinds(), request.GET)
    entries = index.paginate(request, form.filtered(published).as_cards(), count=form.count)
    add_covers(entries.object_list)
    return {
        "filter_form": form,
        "active_filters": form.active_filters(),
        "entries": entries,
        "too_narrow": None if entries.paginator.count else form.too_narrow(published),
    }
