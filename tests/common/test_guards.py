"""Guards of append-only tables: installed after `migrate`, whatever a migration did to the tables."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.signals import post_migrate, pre_migrate
from django.test.utils import CaptureQueriesContext, isolate_apps

from common import guards
from tests.tables import undone

SWITCH = "tests_of_guards_switch"
REFUSED = "A settled order stays."


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def triggers():
    """Returns the names of all triggers of the guarded tables."""
    tables = {table for guard in guards.GUARDS for table, _verb in guard.rules}
    query = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for name, table in cursor.fetchall() if table in tables}


def expected():
    return {name for guard in guards.GUARDS for name in guard.triggers(connection.vendor)}


@pytest.mark.django_db
def test_installed_triggers_match_the_models():
    assert len(guards.GUARDS) == 7
    assert triggers() == expected()


@pytest.mark.django_db
def test_only_missing_triggers_are_created_again():
    on = "" if connection.vendor == "sqlite" else " ON polls_poll"
    guards.install("default")
    with undone():
        sql(f"DROP TRIGGER guard_polls_poll_update{on}")
        with CaptureQueriesContext(connection) as queries:
            guards.install("default")
        assert triggers() == expected()
        changes = [query["sql"] for query in queries if query["sql"].startswith(("CREATE TRIGGER", "CREATE FUNCTION"))]
        assert changes
        assert all("guard_polls_poll_update" in change for change in changes)
        with CaptureQueriesContext(connection) as queries:
            guards.install("default")
        assert not [query for query in queries if query["sql"].startswith(("CREATE", "DROP"))]


def send(signal):
    """Sends a signal of `migrate` for one migration forwards."""
    app, plan = apps.get_app_config("common"), [("a migration", False)]
    signal.send(sender=app, app_config=app, using="default", plan=plan, apps=apps, verbosity=0, interactive=False)


def refusal(statement):
    try:
        with transaction.atomic():
            sql(statement)
            # Nothing that passes stays.
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return REFUSED in str(refused)
    return False


@pytest.fixture
def shop(transactional_db, django_db_serialized_rollback, monkeypatch):
    """Returns the models of an order and its lines, with their tables, a settled order with a line, and a switch."""
    with isolate_apps("common"):

        class Order(models.Model):  # noqa: DJ008
            is_settled = models.BooleanField()
            note = models.TextField(default="", db_default="")

            class Meta:
                app_label = "common"

        class Line(models.Model):  # noqa: DJ008
            order = models.ForeignKey(Order, models.CASCADE)
            text = models.CharField(max_length=20)

            class Meta:
                app_label = "common"

        with connection.schema_editor() as editor:
            editor.create_model(Order)
            editor.create_model(Line)
        sql(f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY, is_open boolean NOT NULL)")
        sql("INSERT INTO common_order (id, is_settled) VALUES (1, true)")
        sql("INSERT INTO common_line (id, order_id, text) VALUES (1, 1, 'Bread')")
        with monkeypatch.context() as patch:
            yield Order, Line, patch
        send(pre_migrate)
        guards.install("default")
        with connection.schema_editor() as editor:
            editor.delete_model(Line)
            editor.delete_model(Order)
        sql(f"DROP TABLE {SWITCH}")
    # `migrate` clears the cache of content types, which the data of the next test needs before they are restored.
    ContentType.objects.get_for_models(*apps.get_models())


def declare(patch, order, line, site=tuple(guards.GUARDS)):
    """Declares the guard of the shop beside those of the site, as the models are now."""
    patch.setattr(guards, "GUARDS", [*site])
    guard = guards.Guard(SWITCH, REFUSED)
    guard.append_only(order, once="ROW.is_settled", mutable_fields=["note"])
    guard.closed(line, once=guards.exists("common_order p", "p.id = ROW.order_id AND p.is_settled"))


def add_column(order, line, column):
    """Adds a column to the orders, as a migration does."""
    operation, before = migrations.AddField("order", "place", column), ProjectState()
    for model in (order, line):
        before.add_model(ModelState.from_model(model))
    after = before.clone()
    operation.state_forwards("common", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("common", editor, before, after)
    column.clone().contribute_to_class(order, "place")


@pytest.mark.parametrize("options", [{"default": "", "db_default": ""}, {"null": True}], ids=["rebuilt", "added"])
def test_a_column_is_added_by_an_ordinary_migration(shop, options):
    """SQLite rebuilds the table for the first column, which other triggers name."""
    order, line, patch = shop
    declare(patch, order, line)
    guards.install("default")
    assert refusal("UPDATE common_line SET text = 'Cake'")
    send(pre_migrate)
    add_column(order, line, models.CharField(max_length=9, **options))
    declare(patch, order, line)
    send(post_migrate)
    changes = ["UPDATE common_order SET place = 'Paris'", "UPDATE common_line SET text = 'Cake'"]
    changes += ["DELETE FROM common_order", "INSERT INTO common_line (id, order_id, text) VALUES (2, 1, 'Cake')"]
    assert [refusal(change) for change in changes] == [True] * 4
    assert not refusal("UPDATE common_order SET note = 'Thanks.'"), "control: what may change"


def test_migrations_create_each_switch_closed():
    """`config.settings.test` opens them; on a site they stay as the migrations made them."""
    statements = "".join(
        sql
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, migrations.RunSQL)
        for sql in operation.sql
    )
    switches = {guard.switch for guard in guards.GUARDS}
    assert len(switches) > 5
    for switch in switches:
        assert f"{switch} (id, is_open) VALUES (1, false)" in statements
