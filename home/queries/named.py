"""Objects identified by a query: proposals and decisions by number, sessions by day, places by name."""

import re

from django.db.models import Count, QuerySet

from committee.models import RegisterEntry, SessionPage
from common.search import fold, spellings
from common.search.named import named_day, named_number
from fieldwork.models import Finding
from home.queries.search_results import ResultKind
from participation.models import Proposal
from participation.models.districts import known_places, within


def named_by(query: str) -> dict[ResultKind, list[int]]:
    """Returns the primary keys of the public objects that `query` identifies.

    Database queries only for a number or a day.
    """
    querysets: dict[ResultKind, QuerySet] = {}
    if named := named_number(query):
        if named.of in ("", "proposition"):
            querysets[ResultKind.PROPOSALS] = Proposal.objects.published().filter(pk=named.value)
        if named.of in ("", "decision"):
            querysets[ResultKind.DECISIONS] = RegisterEntry.objects.readable().filter(number=named.value)
        if named.of == "constat":
            querysets[ResultKind.FINDINGS] = Finding.objects.public().filter(pk=named.value)
    elif day := named_day(query):
        on_that_day = {f"starts_at__{part}": value for part, value in day.items()}
        querysets[ResultKind.SESSIONS] = SessionPage.objects.published().filter(**on_that_day)
    return {kind: list(rows.values_list("pk", flat=True)) for kind, rows in querysets.items()}


def proposals_by_place(terms: list[str]) -> dict[str, int]:
    """Returns the number of proposals by place whose name has all of `terms`, in the order of the places."""
    spellings_of_terms = [set(map(fold, spellings(term))) for term in terms]
    places = [
        place
        for _label, choices in known_places()
        for place, _name in choices
        if all(forms.intersection(re.findall(r"[^\W_]+", fold(place))) for forms in spellings_of_terms)
    ]
    if not places:
        return {}
    district_names = {name for place in places for name in within(place)}
    proposals = Proposal.objects.published().filter(district__in=district_names).order_by()
    count_by_district = dict(proposals.values_list("district").annotate(Count("pk")))
    count_by_place = {place: sum(count_by_district.get(name, 0) for name in within(place)) for place in places}
    return {place: count for place, count in count_by_place.items() if count}
