"""Queries whose SQL is written once in a process: over most of them Django takes longer than the database.

Django's own `raw()` keeps SQL too, but reads one table: it has no `select_related()`, which most of these need. So this
goes through the compiler of queries, an inner part of Django: `tests/common/test_compiled.py` says whether a new
version still allows it.
"""

import copy
import datetime as dt
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet

from common.lookups import as_parameter

M = TypeVar("M", bound=Model)
# Stands for an argument while the SQL is written: nothing of a site is as old, or has such a number.
FIRST_MOMENT = dt.datetime(1801, 1, 1, tzinfo=dt.UTC)
LAST_NUMBER = -2_000_000_000


def compiled(build: Callable[..., QuerySet[M]]) -> Callable[..., list[M]]:
    """Decorator of a function that returns a query; the decorated one returns what is found, as a list.

    `build` is called once in a process. What it returns may depend on its arguments alone (moments, days, whole numbers
    and sets of keys for `among`), which it puts into the query as they are, without looking at them: never on a
    setting, a cache or a person.
    """
    lock = Lock()
    known: list[_Compiled] = []

    @wraps(build)
    def find(*arguments: Any) -> list[M]:
        if not known:
            with lock:
                if not known:
                    known.append(_Compiled(build, arguments))
        return known[0].find(arguments)

    return find


def _mark(number: int, argument: Any) -> Any:
    """Returns what stands for the argument of that `number`. Raises TypeError for another kind."""
    if isinstance(argument, dt.datetime):
        return FIRST_MOMENT + dt.timedelta(days=number)
    if isinstance(argument, dt.date):
        return FIRST_MOMENT.date() + dt.timedelta(days=number)
    if isinstance(argument, int) and not isinstance(argument, bool):
        return LAST_NUMBER - number
    if isinstance(argument, set):
        return {LAST_NUMBER - number}
    raise TypeError(f"{argument!r} has no place in a compiled query")


class _Compiled:
    """The query that `build` returns, its SQL, and where each argument stands among the parameters."""

    def __init__(self, build: Callable[..., QuerySet], arguments: tuple[Any, ...]) -> None:
        marks = [_mark(number, argument) for number, argument in enumerate(arguments)]
        self.queryset = build(*marks)
        self.alias = self.queryset.db
        self.compiler = self.queryset.query.get_compiler(using=self.alias)
        try:
            self.sql, parameters = self.compiler.as_sql()
        except EmptyResultSet:
            raise TypeError(f"{build.__name__} never finds anything") from None
        # What makes Python values of the columns, which Django would look for each time.
        self.converters = self.compiler.get_converters([column for column, *_sql in self.compiler.select])
        adapted = [self._adapt(mark) for mark in marks]
        self.parameters = list(parameters)
        self.places = [
            (place, adapted.index(parameter)) for place, parameter in enumerate(parameters) if parameter in adapted
        ]
        if {number for _place, number in self.places} != set(range(len(marks))):
            raise TypeError(f"{build.__name__} does not put each of its arguments into the query as it is")

    def _adapt(self, value: Any) -> Any:
        operations = connections[self.alias].ops
        if isinstance(value, dt.datetime):
            return operations.adapt_datetimefield_value(value)
        if isinstance(value, set):
            return as_parameter(value, connections[self.alias])
        return operations.adapt_datefield_value(value) if isinstance(value, dt.date) else value

    def find(self, arguments: tuple[Any, ...]) -> list:
        adapted, parameters = [self._adapt(argument) for argument in arguments], [*self.parameters]
        for place, number in self.places:
            parameters[place] = adapted[number]
        # One of each for this run: connections belong to a thread.
        compiler, query = copy.copy(self.compiler), copy.copy(self.queryset.query)
        compiler.connection, compiler.query = connections[self.alias], query
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, tuple(parameters))
        compiler.get_converters = lambda _columns: self.converters
        query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        run = object.__new__(type(self.queryset))
        # Not a copy of the query set: Django would run it first.
        run.__dict__ |= self.queryset.__dict__ | {"_query": query, "_result_cache": None, "_prefetch_done": False}
        return list(run)
