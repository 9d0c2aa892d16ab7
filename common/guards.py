"""Guards: triggers that keep rows as they were written, on SQLite and PostgreSQL.

A model whose rows are only added declares it below its class:

    HISTORY = Guard("fieldwork_history_switch", "The history of a finding is only added.")
    HISTORY.append_only(FindingStep, nullable_fields=["actor"])

`migrate` installs the triggers at its end (`CommonConfig.ready`), for the columns that the models have then. A
migration that changes a guarded table is therefore an ordinary one.

Conditions are SQL of both databases, with three additions: `ROW` is the row that is protected, `DAYS_SINCE(moment)`
counts by the clock of the database, and `IS DISTINCT FROM` compares with NULL on SQLite too.
"""
# ruff: noqa: S608 - nothing in these statements comes from outside

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

GUARDS: list["Guard"] = []
PREFIX = "guard_"
TRUNCATE, REPLACE = "TRUNCATE", "REPLACE"
# SQLite has no TRUNCATE. Its REPLACE deletes conflicting rows without the triggers of deletions, hence is refused as an
# insertion.
UNKNOWN = {"postgresql": REPLACE, "sqlite": TRUNCATE}
DAYS_SINCE = re.compile(r"DAYS_SINCE\(([\w.]+)\)")


@dataclass(frozen=True)
class Trigger:
    """Trigger of the database. `definition` is the part by which the database shows whether it is up to date."""

    table: str
    definition: str
    statements: list[str]


class Guard:
    """Rules for the rows of one or more tables. `message` is the error of the database where a rule has none.

    `switch` is a table of one row, created by a migration. While its `is_open` is true the rules are off: only the
    settings of the tests open it, to empty the tables. It is no model, so that `flush` and fixtures do not reach it.
    """

    def __init__(self, switch: str, message: str) -> None:
        self.switch, self.message = switch, message
        self.rules: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        GUARDS.append(self)

    def refuse(self, model: type[models.Model], verb: str, condition: str = "true", message: str = "") -> None:
        """Refuses an INSERT, UPDATE or DELETE of a row if `condition`, on `NEW` and `OLD`, holds."""
        self.rules[model._meta.db_table, verb].append((condition, message or self.message))

    def append_only(
        self,
        model: type[models.Model],
        *,
        once: str = "true",
        undeletable_while: str = "true",
        mutable_fields: Iterable[str] = (),
        nullable_fields: Iterable[str] = (),
        upserts: bool = False,
    ) -> None:
        """Refuses to change rows, and to delete them while `undeletable_while`; of the rows for which `once` holds.

        `mutable_fields` can change; `nullable_fields` can be set to NULL, as when an account is erased. Without either,
        an UPDATE that changes nothing is refused too. `upserts` are insertions that update the row they conflict with.
        """
        self.refuse(model, "UPDATE", f"({_of('OLD', once)}) AND ({_changed(model, mutable_fields, nullable_fields)})")
        self.refuse(model, "DELETE", _of("OLD", f"({once}) AND ({undeletable_while})"))
        self.refuse(model, TRUNCATE, _exists(model, once))
        if not upserts:
            self.irreplaceable(model, once=once)

    def closed(self, model: type[models.Model], *, once: str, mutable_fields: Iterable[str] = ()) -> None:
        """Refuses to add, change, move or delete the rows for which `once` holds, before or after.

        Without `mutable_fields`, an UPDATE that changes nothing is refused too.
        """
        old, new = _of("OLD", once), _of("NEW", once)
        self.refuse(model, "INSERT", new)
        self.refuse(model, "UPDATE", f"({old} OR {new}) AND ({_changed(model, mutable_fields)})")
        self.refuse(model, "DELETE", old)
        self.refuse(model, TRUNCATE, _exists(model, once))
        self.irreplaceable(model, once=once)

    def irreplaceable(self, model: type[models.Model], *, once: str = "true") -> None:
        """Refuses that an insertion takes the place of a row for which `once` holds (unique by columns alone)."""
        unique = [[field.column] for field in model._meta.concrete_fields if field.unique]
        unique += [
            [_field(model, name).column for name in constraint.fields]
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
        ]
        same = " OR ".join(" AND ".join(f'o."{name}" = NEW."{name}"' for name in names) for names in unique)
        self.refuse(model, REPLACE, _exists(model, f"({same}) AND ({once})"))

    def triggers(self, vendor: str) -> dict[str, Trigger]:
        """Returns the triggers of this guard by their name."""
        make = _postgresql if vendor == "postgresql" else _sqlite
        return {
            name: make(name, table, verb, self.switch, [(_dialect(vendor, rule), error) for rule, error in rules])
            for (table, verb), rules in self.rules.items()
            if verb != UNKNOWN[vendor]
            for name in [f"{PREFIX}{table}_{verb.lower()}"]
        }


def install(using: str, plan: Iterable[tuple[Any, bool]] = (), **kwargs: Any) -> None:
    """Receiver of `post_migrate`: makes the triggers those of the models; touches none that is up to date.

    A table that is not there yet, after a migration of some apps only, is left out.
    """
    if _goes_back(plan):
        return
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        tables = {*connection.introspection.table_names(cursor)}
        wanted = {
            name: trigger
            for guard in GUARDS
            for name, trigger in guard.triggers(connection.vendor).items()
            if {guard.switch, trigger.table} <= tables
        }
        installed = _installed(cursor, connection.vendor)
        _drop(cursor, connection.vendor, [name for name in installed if name not in wanted])
        for name, trigger in wanted.items():
            if installed.get(name) != trigger.definition:
                _drop(cursor, connection.vendor, [name])
                for statement in trigger.statements:
                    cursor.execute(statement)


def stand_down(using: str, plan: Iterable[tuple[Any, bool]], **kwargs: Any) -> None:
    """Receiver of `pre_migrate`: removes the triggers from SQLite while migrations run.

    SQLite rebuilds the tables that a migration changes. It loses their triggers then, and fails at those of other
    tables that name the rebuilt one. PostgreSQL keeps them, unless migrations are reversed: the models are newer than
    the tables then, until the next `migrate`.
    """
    connection = connections[using]
    if (plan and connection.vendor == "sqlite") or _goes_back(plan):
        with connection.cursor() as cursor:
            _drop(cursor, connection.vendor, _installed(cursor, connection.vendor))


def _goes_back(plan: Iterable[tuple[Any, bool]]) -> bool:
    return any(backwards for _migration, backwards in plan)


def differ(columns: Iterable[str | None]) -> str:
    """Returns the condition that one of `columns` differs between `OLD` and `NEW`."""
    return " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns)


def exists(table: str, condition: str) -> str:
    """Returns the condition that `table`, a name with its alias, has a row for which `condition` holds."""
    return f"EXISTS (SELECT 1 FROM {table} WHERE {condition})"


def _changed(model: type[models.Model], mutable_fields: Iterable[str], nullable_fields: Iterable[str] = ()) -> str:
    """Returns the condition that a protected field differs between `OLD` and `NEW`; "true" if all are protected."""
    free, emptied = ({_field(model, name) for name in names} for names in (mutable_fields, nullable_fields))
    if not free | emptied:
        return "true"
    changes = [differ([field.column]) for field in model._meta.concrete_fields if field not in free | emptied]
    changes += [f'(NEW."{field.column}" IS NOT NULL AND {differ([field.column])})' for field in emptied]
    return " OR ".join(sorted(changes))


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _of(row: str, condition: str) -> str:
    return re.sub(r"\bROW\b", row, condition)


def _exists(model: type[models.Model], condition: str) -> str:
    return exists(f"{model._meta.db_table} o", _of("o", condition))


def _dialect(vendor: str, condition: str) -> str:
    if vendor == "postgresql":
        return DAYS_SINCE.sub(r"extract(epoch FROM clock_timestamp() - \1) / 86400", condition)
    condition = condition.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")
    return DAYS_SINCE.sub(r"(julianday('now') - julianday(\1))", condition)


def _sqlite(name: str, table: str, verb: str, switch: str, rules: list[tuple[str, str]]) -> Trigger:
    refusals = " ".join(f"SELECT RAISE(ABORT, '{error}') WHERE {condition};" for condition, error in rules)
    event = "INSERT" if verb == REPLACE else verb
    statement = (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
        f" WHEN NOT EXISTS (SELECT 1 FROM {switch} WHERE is_open) BEGIN {refusals} END"
    )
    return Trigger(table, statement, [statement])


def _postgresql(name: str, table: str, verb: str, switch: str, rules: list[tuple[str, str]]) -> Trigger:
    row, each = {"DELETE": ("OLD", "ROW"), TRUNCATE: ("NULL", "STATEMENT")}.get(verb, ("NEW", "ROW"))
    refusals = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION '{error}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for condition, error in rules
    )
    body = f"BEGIN IF NOT EXISTS (SELECT 1 FROM {switch} WHERE is_open) THEN {refusals} END IF; RETURN {row}; END"
    return Trigger(
        table,
        body,
        [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
        ],
    )


def _installed(cursor: CursorWrapper, vendor: str) -> dict[str, str]:
    """Returns the definitions of the installed triggers by name; one that is disabled does not count."""
    if vendor == "postgresql":
        cursor.execute(
            "SELECT p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid AND p.proname = t.tgname"
            f" WHERE t.tgenabled <> 'D' AND pg_function_is_visible(p.oid) AND starts_with(p.proname, '{PREFIX}')"
        )
    else:
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{PREFIX}*'")
    return dict(cursor.fetchall())


def _drop(cursor: CursorWrapper, vendor: str, names: Iterable[str]) -> None:
    for name in names:
        cursor.execute(
            f"DROP FUNCTION IF EXISTS {name}() CASCADE" if vendor == "postgresql" else f"DROP TRIGGER IF EXISTS {name}"
        )
