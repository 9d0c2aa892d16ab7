"""Search backend on PostgreSQL: the French configuration is the parameter `SEARCH_CONFIG`.

The one of what is found by its beginning keeps whole words; migrations of `home` make both, which ignore accents.
"""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import CombinedSearchVector, SearchQuery, SearchRank
from django.db.models import BigIntegerField, F, Q, QuerySet, Window
from django.db.models.functions import Cast, RowNumber
from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend, PostgresSearchQueryCompiler
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.backends.database.postgres.weights import get_sql_weights
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText

from common.search import WordsOnly, spellings


def all_wanted(terms: list[str], config: str) -> SearchQuery:
    """Returns the query for texts that hold each of `terms` in one of its spellings: stems leave "jeux" as it is."""
    wanted = reduce(and_, [reduce(or_, map(Lexeme, spellings(term))) for term in terms])
    return SearchQuery(wanted, search_type="raw", config=config)


class QueryCompiler(PostgresSearchQueryCompiler):
    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText) or invert:
            return super().build_tsquery_content(query, config=config, invert=invert)
        return all_wanted(query.query_string.split(), config)


class SearchBackend(WordsOnly, PostgresSearchBackend):
    query_compiler_class = QueryCompiler

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.autocomplete_config = "simple_unaccent"

    def ranked(self, terms: list[str], of_many: list[int], most: int) -> QuerySet:
        """Returns the content type and the number of each row of the index that holds all `terms`, the best first.

        Of each of the content types `of_many`, the `most` latest rows only are compared.
        """
        wanted = all_wanted(terms, self.config)
        entries = IndexEntry.objects.annotate(number=Cast("object_id", BigIntegerField()))
        latest = (
            # As the index of `home` has them.
            entries.annotate(text=CombinedSearchVector(F("title"), "||", F("body"), self.config))
            .filter(text=wanted)
            .annotate(place=Window(RowNumber(), partition_by="content_type", order_by="-number"))
            .filter(Q(place__lte=most) | ~Q(content_type__in=of_many))
        )
        # As the library counts: a word of the title weighs more.
        weights = get_sql_weights()
        in_title, in_body = (SearchRank(F(part), wanted, weights=weights) for part in ("title", "body"))
        best_first = (in_title * F("title_norm") + in_body).desc()
        # Their keys first: PostgreSQL would read the whole index again to find the rows of a question within another.
        found = entries.filter(pk__among=list(latest.values_list("pk", flat=True))).order_by(best_first, "-number")
        return found.values_list("content_type", "number")
