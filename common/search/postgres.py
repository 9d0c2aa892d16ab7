"""Search backend on PostgreSQL: the French configuration is the parameter `SEARCH_CONFIG`."""

from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend

from common.search import WordsOnly


class SearchBackend(WordsOnly, PostgresSearchBackend):
    pass
