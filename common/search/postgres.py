"""Search backend for PostgreSQL; its French configuration is the parameter `SEARCH_CONFIG`.

The configuration for prefixes keeps whole words. Both ignore accents, and are created by migrations of `home`.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend, PostgresSearchQueryCompiler
from modelsearch.backends.database.postgres.weights import get_sql_weights
from modelsearch.index import get_indexed_models
from modelsearch.query import PlainText

from common.search import WordsOnly, spellings

# Rows of the index with all words, of one or several content types. PostgreSQL drops stop words: a query of stop words
# only finds nothing.
HOLDING = """
SELECT content_type_id, object_id::bigint AS number, title, title_norm, body
FROM modelsearch_indexentry
WHERE numnode({all}) > 0 AND {words} AND content_type_id"""
# Condition for a word in one of its spellings. Searching title and body separately is faster than in their
# concatenation.
WORD = "(title @@ {word} OR body @@ {word} OR numnode({word}) = 0)"
# Ranking formula of modelsearch: words in the title weigh more.
RANKED = """
SELECT content_type_id, number FROM ({found}) AS found
ORDER BY ts_rank(%(weights)s::float4[], title, {all}) * title_norm
    + ts_rank(%(weights)s::float4[], body, {all}) DESC, number DESC"""
TSQUERY = "to_tsquery(%(config)s::regconfig, %({})s)".format
QUOTED = "'{}'".format


def tsquery(terms: list[str]) -> str:
    """Returns the query for texts with each of `terms` in one of its spellings: stemming does not reduce "jeux".

    Words are alphanumeric (`common.search.words`): quoting protects from the rest.
    """
    return " & ".join(f"({' | '.join(map(QUOTED, spellings(term)))})" for term in terms)


class QueryCompiler(PostgresSearchQueryCompiler):
    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText) or invert:
            return super().build_tsquery_content(query, config=config, invert=invert)
        return SearchQuery(tsquery(query.query_string.split()), search_type="raw", config=config)


class SearchBackend(WordsOnly, PostgresSearchBackend):
    query_compiler_class = QueryCompiler

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.autocomplete_config = "simple_unaccent"

    def ranked(self, terms: list[str], of_many: list[int], most: int) -> list[tuple[int, int]]:
        """Returns content type and object id of the rows with all `terms`, the best first.

        For the content types `of_many`, only the `most` latest matching rows are ranked. Each has its own subquery:
        PostgreSQL scans backwards from the latest row for a frequent word (`home_search_latest`), and uses the word
        index for a rare one. The other content types are listed explicitly, so that rows of `of_many` need not be read
        to be excluded.
        """
        types = ContentType.objects.get_for_models(*get_indexed_models()).values()
        others = [content_type.pk for content_type in types if content_type.pk not in of_many]
        each = {f"word{number}": tsquery([term]) for number, term in enumerate(terms)}
        words = " AND ".join(WORD.format(word=TSQUERY(name)) for name in each)
        holding = HOLDING.format(all=TSQUERY("all"), words=words)
        subqueries = [f"{holding} = ANY(%(others)s)"]
        subqueries += [f"({holding} = {pk:d} ORDER BY number DESC LIMIT %(most)s)" for pk in of_many]
        params = {"config": self.config, "all": tsquery(terms), "others": others, "weights": get_sql_weights()}
        with connection.cursor() as cursor:
            cursor.execute(
                RANKED.format(found=" UNION ALL ".join(subqueries), all=TSQUERY("all")),
                {**params, **each, "most": most},
            )
            return cursor.fetchall()
