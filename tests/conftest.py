"""Fixtures of every test: the migrated database, users, mails, and servers that stand for others."""

import contextlib
import copy
import gc
import os

import pytest

# Playwright's sync interface runs an event loop; without this Django would refuse database access inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Writes the number of steps and the seconds of each browser journey. Nothing asserts them."""
    for report in terminalreporter.getreports(""):
        for noted in (value for name, value in report.user_properties if name == "journey"):
            if report.when == "teardown":
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {noted}")
    walks = [report.user_properties for report in terminalreporter.getreports("") if report.when == "teardown"]
    if cells := [value for properties in walks for name, value in properties if name == "cells"]:
        terminalreporter.write_line(f"visibility: {sum(cells):,} cells (object, role, address) in {len(cells)} walks")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sorts tests without database access first; deselects repetitions, and on PostgreSQL `one_database`.

    A test without database access is marked `one_database`, because pytest-django would block its queries. The mark is
    set before pytest evaluates `-m`. Such tests run first because the migrated database is still being built at the
    beginning of a run (`tests/migrated.py`).

    Do not name a test parameter like a browser fixture (above all `page`): the test would be sorted among the browser
    tests, behind tests that empty the database.
    """
    from django.db import connection

    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters and "browser_name" in parameters.params and not item.get_closest_marker("browser"):
            raise pytest.UsageError(f"{item.nodeid} has a parameter with the name of a fixture of the browser")
        if not opens_database(item):
            item.add_marker("one_database")
    # One worker runs all tests of a long group: the others have to have work meanwhile.
    items.sort(key=lambda item: (opens_database(item), not is_in_long_group(item)))
    if not os.environ.get("LONG"):
        repeated = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=repeated)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("one_database")])
        items[:] = [item for item in items if not item.get_closest_marker("one_database")]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuses repetitions without LONG=1, and xdist groups that are not kept together; freezes the garbage collector.

    A repetition is left here if its mark was set after the hook above had deselected the others. A worker of
    `--dist loadgroup` appends `@group` to the name of a test. A group without it would load the demonstration once per
    worker, and two tests that use all connections could silently run at the same time.
    """
    if not os.environ.get("LONG"):
        for item in session.items:
            if item.get_closest_marker("nightly"):
                raise pytest.UsageError(f"{item.nodeid} was marked nightly too late")
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid.rpartition("]")[2]:
                raise pytest.UsageError(f"pytest-xdist does not keep the group of {item.nodeid} in one worker")
    gc.freeze()


def is_in_long_group(item: pytest.Item) -> bool:
    group = item.get_closest_marker("xdist_group")
    return group is not None and group.args in (("races",), ("year",))


def opens_database(item: pytest.Item) -> bool:
    """Returns whether pytest-django gives the test database access: by its mark, its fixtures or its class."""
    from django.test import SimpleTestCase

    return (
        item.get_closest_marker("django_db") is not None
        or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))
        or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Copies the migrated template into the test database, whose name is known at this point."""
    from django.db import connection

    from tests.migrated import start_from_template

    with django_db_blocker.unblock():
        start_from_template(connection)


@pytest.fixture(scope="session", autouse=True)
def current_schema():
    """Marks the schema as that of the code, as the first request of a process does with queries."""
    from operations.services import schema

    schema._problem = ""


@pytest.fixture(scope="session")
def django_db_keepdb():
    """Keeps the copy on SQLite, where it already exists; on PostgreSQL Django creates it and drops it at the end."""
    from django.db import connection

    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Lets every connection of the process restore the data of the migrations.

    A test that empties the database restores it at its start (`serialized_rollback`). Django keeps the data on the
    connection that created the test database; once Playwright's event loop runs, the main thread gets another one.
    On SQLite the file is restored as a whole: row by row takes longer than many tests.
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
    """Clears what the process caches about the site, which outlives the test."""
    from django.core.cache import caches
    from wagtail.models import Site

    caches["local"].clear()
    yield
    caches["local"].clear()
    Site.clear_site_root_paths_cache()


@pytest.fixture(autouse=True)
def indexes(request, settings):
    """Turns off Wagtail's search and reference indexes unless the test reads them: updates cost a fifth of the time.

    Wagtail updates them in a background task at each save. On PostgreSQL and in the second tier on SQLite every test
    updates them, as the site does.
    """
    from django.db import connection

    updated = any(request.node.get_closest_marker(mark) for mark in ("indexed", "browser", "thorough", "stack"))
    if connection.vendor == "sqlite" and not updated and not os.environ.get("LONG"):
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(scope="class")
def stored_world(request, django_db_setup, django_db_blocker):
    """Objects of `make_world()` of the class, built once, in a transaction that is rolled back after the class.

    The clock stands as the mark `time_machine` of the class or module says, which itself is set for each test only.
    """
    import time_machine
    from django.db import transaction

    clock = request.node.get_closest_marker("time_machine")
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(*clock.args, **clock.kwargs) if clock else contextlib.nullcontext():
            objects = request.cls.make_world()
        yield objects
        transaction.set_rollback(True)


@pytest.fixture
def world(stored_world, db):
    """Copies of the objects of the class's `make_world()`: no test sees a change of another one."""
    return copy.deepcopy(stored_world)


@pytest.fixture
def user(db):
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def editor_of(db):
    """Returns a function from the name of a group to an account in it that may enter the admin."""
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
    """Templates used by these mails."""
    return written_mails[1]


@pytest.fixture(scope="session")
def written_mails(django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.mails import every_mail_of_the_run

    with django_db_blocker.unblock():
        return every_mail_of_the_run(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def media_of_the_run(tmp_path_factory):
    """Keeps the files of tests without the fixture `media` out of `var/`, among the temporary files of pytest.

    The processes of a run share the folder, because they share the demonstration (`tests/browser/conftest.py`).
    """
    from django.test import override_settings

    from tests.migrated import folder_of_the_run

    folder = folder_of_the_run(tmp_path_factory) / "media"
    folder.mkdir(exist_ok=True)
    with override_settings(MEDIA_ROOT=folder):
        yield


@pytest.fixture
def media(settings, tmp_path):
    """Folder of the uploaded files and of the renditions, empty at first."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def outbox(settings):
    """Stores mails as rows of the outbox, as the site does, instead of Django's in-memory backend for tests."""
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"


@pytest.fixture
def mailbox(settings, tmp_path):
    """Folder that mails are delivered to, and /courriels/ shows, as in the demonstration."""
    settings.MAILBOX_DIR = tmp_path
    settings.MAILING_TRANSPORT = "mailing.transports.MailboxTransport"
    return tmp_path


@pytest.fixture
def outside(monkeypatch):
    """Loopback servers that stand for other sites: the names in `.example` (`tests/outside.py`)."""
    from tests.outside import servers_of_others

    with servers_of_others(monkeypatch) as servers:
        yield servers


@pytest.fixture
def connected():
    """Addresses to which a socket of this process connected or tried to connect."""
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
    """Keeps all files in an empty S3 bucket, served over HTTP by an emulator (`tests/stores.py`)."""
    from django.core.cache import caches

    emulator.empty()
    caches["renditions"].clear()
    settings.STORAGES = emulator.storages(settings.STORAGES)
    yield emulator
    emulator.start_again()
