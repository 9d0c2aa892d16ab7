"""A lookup for many keys, which `common.apps` registers."""

from typing import Any

from django.db.models import Lookup


class Among(Lookup):
    """`pk__among=keys`: what `in` finds, for hundreds of numbers, as one parameter instead of one for each.

    A set is quicker than a list: Django looks in each item of a list for an expression.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        keys = ",".join(map(str, map(int, self.rhs)))
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*parameters, f"{{{keys}}}")
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, f"[{keys}]")  # noqa: S608
