"""Ranking of the latest texts, where a word stands in many: nobody waits until all of them are compared."""

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import CombinedSearchVector, SearchRank
from django.db import connection
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Cast
from modelsearch.backends import get_search_backend
from modelsearch.backends.database.postgres.weights import get_sql_weights
from modelsearch.models import IndexEntry

from common.search import words
from common.search.postgres import all_wanted


def best_of_latest(texts: QuerySet, query: str, limit: int) -> list[int]:
    """Returns the numbers of those of `texts` that hold all words of `query`, the best first. One query.

    PostgreSQL compares the `limit` latest, in the index alone: the caller looks which of them may be shown.
    """
    if connection.vendor != "postgresql":
        return list(texts.search(query).get_queryset().values_list("pk", flat=True)[:limit])  # type: ignore[attr-defined]
    config = get_search_backend().config
    wanted = all_wanted(words(query), config)
    entries = IndexEntry.objects.annotate(number=Cast("object_id", BigIntegerField()))
    latest = (
        entries.filter(content_type=ContentType.objects.get_for_model(texts.model))
        # As the index of `home` has them.
        .annotate(text=CombinedSearchVector(F("title"), "||", F("body"), config))
        .filter(text=wanted)
        .order_by("-number")
    )
    # As the backend counts: a word of the title weighs more.
    weights = get_sql_weights()
    in_title, in_body = (SearchRank(F(part), wanted, weights=weights) for part in ("title", "body"))
    ranked = entries.filter(pk__in=latest.values("pk")[:limit]).order_by(
        (in_title * F("title_norm") + in_body).desc(), "-number"
    )
    return list(ranked.values_list("number", flat=True))
