"""Guards of append-only tables (`common/guards.py`), on as on a site: the settings of the tests turn them off."""

from collections.abc import Callable

from django.db import DatabaseError, connection, transaction


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def guarded_by(switch: str) -> Callable[[Callable[[], object]], str]:
    """Returns a function that runs its argument with the guard of `switch` on, and returns the error of the database.

    The error is "" if nothing was refused; then the changes stay.
    """

    def shut(work: Callable[[], object]) -> str:
        with transaction.atomic():
            sql(f"UPDATE {switch} SET is_open = false")  # noqa: S608 - the name is our own.
            try:
                with transaction.atomic():
                    # PostgreSQL refuses TRUNCATE on a table with pending constraint checks.
                    connection.check_constraints()
                    work()
                    connection.check_constraints()
            except DatabaseError as refusal:
                return str(refusal)
            finally:
                sql(f"UPDATE {switch} SET is_open = true")  # noqa: S608
        return ""

    return shut
