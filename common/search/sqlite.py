"""Search backend on SQLite."""

from functools import reduce
from operator import and_, or_
from typing import Any

from modelsearch.backends.database.sqlite.query import Lexeme, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchBackend, SQLiteSearchQueryCompiler
from modelsearch.query import PlainText

from common.search import WordsOnly, beginnings, spellings


class QueryCompiler(SQLiteSearchQueryCompiler):
    def build_search_query_content(self, query: Any, config: Any = None) -> Any:
        """Every word is wanted, in one of its spellings or, if it is long enough, as the beginning of a word."""
        if not isinstance(query, PlainText):
            return super().build_search_query_content(query, config=config)
        return reduce(and_, [_any_form(word) for word in query.query_string.split()])


def _any_form(word: str) -> SearchQueryExpression:
    lexemes = [Lexeme(spelling) for spelling in spellings(word)]
    lexemes += [Lexeme(beginning, prefix=True) for beginning in beginnings(word)]
    return reduce(or_, [SearchQueryExpression(lexeme) for lexeme in lexemes])


class SearchBackend(WordsOnly, SQLiteSearchBackend):
    query_compiler_class = QueryCompiler
