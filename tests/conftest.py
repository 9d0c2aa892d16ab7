"""What every test may rely on: people, a clock, and pages of the tree that the migrations made."""

import gc
import os

import pytest
import time_machine

# Playwright's sync interface runs an event loop; Django would refuse the database inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Writes how many steps and seconds each journey of a browser took: to be read, and asserted nowhere."""
    for report in terminalreporter.getreports(""):
        for noted in (value for name, value in report.user_properties if name == "journey"):
            if report.when == "teardown":
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {noted}")
    walks = [report.user_properties for report in terminalreporter.getreports("") if report.when == "teardown"]
    if cells := [value for properties in walks for name, value in properties if name == "cells"]:
        terminalreporter.write_line(f"visibility: {sum(cells):,} cells (object, role, address) in {len(cells)} walks")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the tests that may not open the database first; leaves out repetitions, and on PostgreSQL `one_database`.

    A test that may not open the database is one of `one_database`: pytest-django would stop its queries. It is marked
    before pytest chooses by `-m`. At the beginning of a run the migrated database is still being made
    (`tests/migrated.py`).

    A parameter of a test that is named like a fixture of the browser, `page` above all, would put the test among those
    of the browser, behind tests that empty the database.
    """
    from django.db import connection

    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters and "browser_name" in parameters.params and not item.get_closest_marker("browser"):
            raise pytest.UsageError(f"{item.nodeid} has a parameter with the name of a fixture of the browser")
        if not opens_database(item):
            item.add_marker("one_database")
    items.sort(key=opens_database)
    if not os.environ.get("LONG"):
        repeated = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=repeated)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("one_database")])
        items[:] = [item for item in items if not item.get_closest_marker("one_database")]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuses groups that pytest-xdist would not keep in one worker; spares the garbage collector what is loaded.

    A worker of `--dist loadgroup` adds `@group` to the name of a test. One that did not would make the demonstration
    once in each worker, and let two tests of all connections run at the same time, without a word.
    """
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid.rpartition("]")[2]:
                raise pytest.UsageError(f"pytest-xdist does not keep the group of {item.nodeid} in one worker")
    gc.freeze()


def opens_database(item: pytest.Item) -> bool:
    """Returns whether pytest-django lets a test into the database: by its mark, its fixtures or its class."""
    from django.test import SimpleTestCase

    return (
        item.get_closest_marker("django_db") is not None
        or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))
        or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """The test database has its name by now; it will be a copy of one that was migrated before."""
    from django.db import connection

    from tests.migrated import start_from_template

    with django_db_blocker.unblock():
        start_from_template(connection)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """On SQLite the copy lies there when Django comes; PostgreSQL's is made by Django, and dropped at the end."""
    from django.db import connection

    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Lets every connection of the process restore what the migrations made.

    A test that empties the database puts that back at its start (`serialized_rollback`). Django keeps it on the
    connection that made the test database; once Playwright's event loop runs, the main thread gets another one.
    On SQLite it is put back as a whole: row by row takes longer than many a test.
    """
    from django.db import connection, connections

    from tests.migrated import restore_by_copy

    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            restore_by_copy(connection)

    for wrapper in connections.all():
        contents = getattr(wrapper, "_test_serialized_contents", None)
        if contents is not None:
            type(wrapper)._test_serialized_contents = contents


@pytest.fixture(autouse=True)
def site_as_migrated():
    """Forgets what a test made of the site: the process remembers it longer than the test lasts."""
    from django.core.cache import caches
    from wagtail.models import Site

    caches["local"].clear()
    yield
    caches["local"].clear()
    Site.clear_site_root_paths_cache()


@pytest.fixture(autouse=True)
def indexes(request, settings):
    """Leaves Wagtail's search and reference indexes as they are, unless the test reads them: a fifth of the time.

    Wagtail updates them in a background task at each save. On PostgreSQL, in the second tier of SQLite and in
    `make nightly` every test does so, as the site does.
    """
    from django.db import connection

    updated = any(request.node.get_closest_marker(mark) for mark in ("indexed", "browser", "thorough", "stack"))
    if connection.vendor == "sqlite" and not updated and not os.environ.get("LONG"):
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def stopped_clock(request):
    """Stops the clock at the `NOW` of the module."""
    with time_machine.travel(request.module.NOW, tick=False):
        yield


@pytest.fixture
def user(db):
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def editor_of(db):
    """Returns a function: the name of a group → an account in it that may enter the admin."""
    from django.contrib.auth.models import Group

    from tests.factories import UserFactory

    def make(group: str):
        person = UserFactory()
        person.groups.add(Group.objects.get(name=group))
        return person

    return make


@pytest.fixture(scope="session")
def every_mail(written_mails):
    """Every kind of mail, written on the demonstration: name → bytes."""
    return written_mails[0]


@pytest.fixture(scope="session")
def templates_of_mails(written_mails):
    """The templates of which these mails are made."""
    return written_mails[1]


@pytest.fixture(scope="session")
def written_mails(django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.mails import every_mail_of_the_run

    with django_db_blocker.unblock():
        return every_mail_of_the_run(tmp_path_factory)


@pytest.fixture
def outbox(settings):
    """Mails become rows of the outbox, as on the site: Django's test runner would keep them in memory."""
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"


@pytest.fixture
def outside(monkeypatch):
    """The servers of others, on the loopback: the names in `.example` (`tests/outside.py`)."""
    from tests.outside import servers_of_others

    with servers_of_others(monkeypatch) as servers:
        yield servers


@pytest.fixture
def connected():
    """The addresses to which a socket of this process connected, or tried to."""
    from tests.outside import SOCKETS

    with SOCKETS.hearing() as heard:
        yield heard


@pytest.fixture(scope="session")
def emulator():
    from tests.stores import Emulator

    emulator = Emulator()
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture
def object_store(emulator, settings):
    """All files lie in a store of the protocol of S3, an empty one, that speaks HTTP (`tests/stores.py`)."""
    from django.core.cache import caches

    emulator.empty()
    caches["renditions"].clear()
    settings.STORAGES = emulator.storages(settings.STORAGES)
    yield emulator
    emulator.start_again()
