"""Check of the migrations: during an upgrade, the code of the previous release runs on the new schema.

So a migration only adds; what the previous release uses is removed in a later release. `docs/operations.md`
("Upgrading") lists the refused operations and the alternatives.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

ROOT = Path(__file__).resolve().parents[1]
# SQL that removes or renames a table or column.
TAKES_AWAY = re.compile(r"\bDROP\s+(TABLE|COLUMN)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b", re.IGNORECASE)
TWO_STEPS = (
    "the previous release still uses it. First take it out of the code (`SeparateDatabaseAndState`, only the state),"
    " and out of the database one release later, in a migration that says `unused_since`"
)

Fault = tuple[str, str, str, str]


def faults(migrations: Iterable[Migration], ours: set[str], changelog: str) -> list[str]:
    """Returns a sentence for each operation of `migrations`, in order, that would break the previous release.

    Only the apps `ours` are checked, without squashes (`replaces`). A column without a default is accepted if
    a later migration gives it one. A migration may remove what has been unused since the version in its attribute
    `unused_since`, which must be in `changelog`.
    """
    state = ProjectState()
    rows: list[Fault] = []
    for migration in migrations:
        is_checked = migration.app_label in ours and not migration.replaces
        created: set[str] = set()
        since = getattr(migration, "unused_since", "")
        if is_checked and since and not re.search(rf"^## \[?{re.escape(since)}\b", changelog, re.MULTILINE):
            rows.append((migration.app_label, migration.name, "", f"`unused_since` names {since}, no known release"))
        for step in migration.operations:
            for operation in _database_operations([step]):
                if isinstance(operation, operations.CreateModel):
                    created.add(operation.name_lower)
                for thing, sentence in _refused(operation, migration.app_label, state, created) if is_checked else ():
                    if not (since and sentence.endswith(TWO_STEPS)):
                        rows.append((migration.app_label, migration.name, thing, sentence))
            step.state_forwards(migration.app_label, state)
    return [
        f"{app_label}.{name}: {sentence}."
        for app_label, name, thing, sentence in rows
        if not (thing and _is_mended(state, app_label, thing))
    ]


def _database_operations(steps: Iterable[Operation]) -> Iterator[Operation]:
    for operation in steps:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _database_operations(operation.database_operations)
        else:
            yield operation


def _refused(operation: Operation, app_label: str, state: ProjectState, created: set[str]) -> Iterator[tuple[str, str]]:
    """Yields (model.field or model, sentence) for each problem of `operation`. Tables in `created` are new too."""
    if isinstance(operation, FieldOperation) and operation.model_name_lower in created:
        return
    if isinstance(operation, operations.AddField):
        thing = f"{operation.model_name_lower}.{operation.name_lower}"
        if _has_column(operation.field) and not operation.field.null and not _has_default(operation.field):
            yield thing, f"adds {thing} NOT NULL without `db_default`: the previous release does not fill it"
    elif isinstance(operation, operations.AlterField):
        thing = f"{operation.model_name_lower}.{operation.name_lower}"
        old = state.models[app_label, operation.model_name_lower].fields[operation.name]
        if old.null and not operation.field.null and _has_column(operation.field):
            yield "", f"makes {thing} NOT NULL: {TWO_STEPS}"
        if (operation.field.max_length or 0) < (old.max_length or 0) and operation.field.max_length:
            yield "", f"makes {thing} shorter: {TWO_STEPS}"
        if operation.field.db_column != old.db_column:
            yield "", f"renames the column of {thing}: {TWO_STEPS}"
    elif isinstance(operation, operations.RemoveField):
        thing = f"{operation.model_name_lower}.{operation.name_lower}"
        yield thing, f"removes {thing}: {TWO_STEPS}"
    elif isinstance(operation, operations.RenameField):
        yield "", f"renames {operation.model_name_lower}.{operation.old_name_lower}: {TWO_STEPS}"
    elif isinstance(operation, operations.DeleteModel):
        yield "", f"removes the table of {operation.name_lower}: {TWO_STEPS}"
    elif isinstance(operation, operations.RenameModel):
        yield "", f"renames the table of {operation.old_name_lower}: {TWO_STEPS}"
    elif isinstance(operation, operations.AlterModelTable):
        yield "", f"renames the table of {operation.name_lower}: {TWO_STEPS}"
    elif isinstance(operation, operations.RunSQL) and TAKES_AWAY.search(str(operation.sql)):
        yield "", f"takes away by SQL what it names: {TWO_STEPS}"


def _has_column(field: Field) -> bool:
    return not field.many_to_many and not field.generated


def _has_default(field: Field) -> bool:
    return field.db_default is not NOT_PROVIDED


def _is_mended(state: ProjectState, app_label: str, thing: str) -> bool:
    """Returns whether the column `thing` (model.field) is nullable or has a database default in the last state."""
    model, _, name = thing.partition(".")
    known = state.models.get((app_label, model))
    field = known.fields.get(name) if known else None
    return field is not None and (field.null or _has_default(field))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    plan = {key: None for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)}
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    migrations = [graph.nodes[key] for key in plan]
    problems = faults(migrations, ours, (ROOT / "CHANGELOG.md").read_text())
    print("\n".join([*problems, f"{len(migrations)} migrations, {len(problems)} faults"]))
    return 1 if problems or not migrations else 0


if __name__ == "__main__":
    sys.exit(main())
