"""Search backend on PostgreSQL: the French configuration is the parameter `SEARCH_CONFIG`.

The one of what is found by its beginning keeps whole words; migrations of `home` make both, which ignore accents.
"""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend, PostgresSearchQueryCompiler
from modelsearch.backends.database.postgres.query import Lexeme
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
