"""Context of the list of entries: the filters and one page of entries."""

from typing import Any

from django.http import HttpRequest

from veille.forms import VeilleFilterForm
from veille.models import VeilleEntryPage, VeilleIndexPage


def entry_list(request: HttpRequest, index: VeilleIndexPage) -> dict[str, Any]:
    """Returns `filter_form` (what may be asked and what is), `active_filters` and one page of `entries`.

    Where nothing is found, `too_narrow` is the filter to do without.
    """
    published = VeilleEntryPage.objects.child_of(index).published()
    form = VeilleFilterForm.for_entries(published, request.GET)
    entries = index.paginate(request, form.filtered(published).as_cards())
    return {
        "filter_form": form,
        "active_filters": form.active_filters(),
        "entries": entries,
        "too_narrow": None if entries.paginator.count else form.too_narrow(published),
    }
