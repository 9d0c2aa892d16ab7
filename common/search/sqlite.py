"""Search backend for SQLite."""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast
from modelsearch.backends.database.sqlite.query import Lexeme, MatchExpression, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchBackend, SQLiteSearchQueryCompiler
from modelsearch.models import SQLiteFTSIndexEntry
from modelsearch.query import PlainText
from wagtail.models import Page

from common.search import WordsOnly, beginnings, spellings


class QueryCompiler(SQLiteSearchQueryCompiler):
    def build_search_query_content(self, query: Any, config: Any = None) -> Any:
        """Requires every word, in one of its spellings or, if long enough, as a prefix."""
        if not isinstance(query, PlainText):
            return super().build_search_query_content(query, config=config)
        return reduce(and_, [_any_form(word) for word in query.query_string.split()])


def _any_form(word: str) -> SearchQueryExpression:
    lexemes = [Lexeme(spelling) for spelling in spellings(word)]
    lexemes += [Lexeme(beginning, prefix=True) for beginning in beginnings(word)]
    return reduce(or_, [SearchQueryExpression(lexeme) for lexeme in lexemes])


class SearchBackend(WordsOnly, SQLiteSearchBackend):
    query_compiler_class = QueryCompiler

    def ranked(self, terms: list[str], of_many: list[int], most: int) -> QuerySet:
        """Returns the same as the backend for PostgreSQL, but ranks all rows."""
        # The query does not depend on the model.
        compiler = self.query_compiler_class(Page.objects.all(), PlainText(" ".join(terms)))
        match = MatchExpression(compiler.FTS_TABLE_FIELDS, compiler.build_search_query(compiler.query))
        rank = compiler._build_rank_expression(compiler.get_search_vectors(), None)
        number = Cast("index_entry__object_id", BigIntegerField())
        entries = (
            SQLiteFTSIndexEntry.objects.filter(match).annotate(rank=rank, number=number).order_by("rank", "-number")
        )
        return entries.values_list("index_entry__content_type", "number")
