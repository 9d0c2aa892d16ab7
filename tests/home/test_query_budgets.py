"""Queries do not grow with the rows: every address, with the objects of the visibility tests, then with copies of them.

A statement that a page runs more often for more rows is reported with its address. A new model needs nothing here,
unless the values of its row cannot be guessed (`ROWS`). Acts, services, mails and tasks have tests of their own.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from wagtail.models import Page, get_page_models

from cms.models import CustomDocument, CustomImage
from committee.models import Member, TopicPage
from config.urls import urlpatterns as urls_of_the_site
from participation.models import CityService, Proposal
from participation.services.counters import refresh_every_count
from tests.copies import Copies, models_of_the_site
from tests.factories import ProposalFactory
from tests.visibility.conftest import world
from tests.visibility.policies import policy_of
from tests.visibility.words import FIRST
from tests.visibility.world import World

__all__ = ["world"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    pytest.mark.time_machine("2026-12-02T12:00:00Z", tick=False),
    # Wagtail warns about a chooser that no page uses, of a model that is not searchable.
    pytest.mark.filterwarnings("ignore:.* is defined as Indexable:RuntimeWarning"),
]

# States of the objects that get the relations that no visibility test needs.
STATES = ("published", "live", "past", "open", "adopted", "author", "known", "shown", "used", "member")
# Objects that others may name: each of those names one.
NAMED = (TopicPage, CustomImage, CustomDocument, CityService, Member)
# Values of a row that cannot be guessed; None for tables that are not lists.
ROWS: dict[str, dict[str, Any] | None] = {
    "accounts.InactivityWarning": {"number": 1},
    "cms.PageCheck": {"lix": 30, "longest_sentence": 10, "pictures_without_text": 0},
    "digests.AddressedMember": {"by_mail": True},
    "fieldwork.Volunteer": {"campaign": None},
    "mailing.Identity": None,
    "operations.Fault": {"count": 1},
    "operations.MediaMark": None,
}
# An address is requested by the first of these who may open it.
ROLES = ("author", "member", "coordinator", "administrator")
# Views whose addresses differ in kind are requested at all of them, others at a few.
KINDS = ("wagtail_serve", "home:open_data_json")
MAX_ADDRESSES, MAX_REFUSALS = 2, 5
# Lists of the admin, for the first tier.
LISTS = re.compile("list$|:index$|_index$|_explore$|_home$")
# Values and columns of a statement, which are left out, and its first table.
VALUE, COLUMNS = re.compile(r"'[^']*'|\d+|%s(, %s)*"), re.compile(r'"\w+"\."\w+", ')
TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "(\w+)"')
# Views whose queries grow, with the reason.
GROWING: dict[str, str] = {
    "*_usage": "Wagtail reads the page of each object that names this one",
    "*:usage": "Wagtail reads the page of each object that names this one",
    "wagtailadmin_api:*": "Wagtail reads the tags of each picture and document",
    "wagtaildocs_chooser:*": "Wagtail reads the collection of each document, ten a page",
    "wagtailsnippets_committee_workprogramme:edit": "a form for each priority, with its topic",
    "wagtailsnippets_polls_poll:edit": "a form set of choices for each question",
    "wagtailsnippets_polls_poll:preview_on_edit": "a form set of choices for each question",
    "wagtailadmin_account": "one account more; the reason is not known yet",
}


def in_first_tier(view: str, address: str) -> bool:
    """Returns whether `make test` requests an address: pages of the site, and lists of the admin."""
    return "?" not in address and bool(not address.startswith("/admin/") or LISTS.search(view))


def in_second_tier(view: str, address: str) -> bool:
    return "?p=" not in address


@pytest.mark.parametrize(
    ("is_requested", "at_least"),
    [(in_first_tier, 250), pytest.param(in_second_tier, 700, marks=pytest.mark.thorough)],
)
def test_queries_do_not_grow_with_the_rows(world, is_requested, at_least):
    add_relations(world)
    walk = Walk(world.browser)
    walk.start(addresses(world, is_requested))
    assert len(walk.before) > at_least, "control: a walk that shrinks proves nothing"
    rows = row_counts()
    Copies(Page.objects.filter(pk__gte=FIRST))
    assert sum(number > rows[model] for model, number in row_counts().items()) > 80, "control"
    growing = walk.growing()
    assert not growing, "\n".join(growing)


def addresses(world: World, is_requested: Callable[[str, str], bool]) -> Iterator[tuple[str, str, str]]:
    """Yields the role, the view and the address of each request."""
    found = [(one.view, one.address) for one in world.surfaces]
    found += [("wagtail_serve", page.url) for page in Page.objects.live().filter(pk__lt=FIRST, depth__gt=1)]
    for view, address in found:
        allowed = policy_of(view) or set()
        roles = [role for role in ROLES if role in allowed and (role == ROLES[-1] or not address.startswith("/admin/"))]
        if roles and is_requested(view, address):
            yield roles[0], view, address


def add_relations(world: World) -> None:
    """Fills empty relations to `NAMED`, and adds a row to each table without one."""
    for model in (*models_of_the_site(), *get_page_models()):
        relations = [field for field in model._meta.concrete_fields if field.is_relation]
        for field in (one for one in relations if one.related_model in NAMED and one.null):
            named = {field.name: chosen(field.related_model, world)}
            try:
                with transaction.atomic():
                    model._base_manager.filter(**{field.name: None}).update(**named)
            except IntegrityError:
                assert model._base_manager.exclude(**{field.name: None}).exists(), f"{model}: no {field.name}"
        values = ROWS.get(model._meta.label, {})
        if values is not None and not model._base_manager.exists():
            own = {field.name: chosen(field.related_model, world) for field in relations}
            world.canaries.make(model, "row", **(own | values))
    refresh_every_count()


def row_counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in models_of_the_site()}


def chosen(model: type[models.Model], world: World) -> models.Model | None:
    """Returns the object of a model that other rows name."""
    starts = [f"{model._meta.model_name}.{state}." for state in STATES]
    keys = [key for start in starts for name, key in world.canaries.keys.items() if name.startswith(start)]
    return model._base_manager.filter(pk__in=keys[:1]).first() or model._base_manager.first()


class Walk:
    """Requests addresses before and after the database is enlarged."""

    def __init__(self, browser: Callable[[str], Client]) -> None:
        self.browsers = {role: browser(role) for role in ROLES}
        self.before: dict[tuple[str, str, str], Counter[str]] = {}

    def start(self, requests: Iterable[tuple[str, str, str]]) -> None:
        ContentType.objects.get_for_models(*apps.get_models())
        found: Counter[tuple[str, bool]] = Counter()
        refused: Counter[tuple[str, bool]] = Counter()
        for role, view, address in requests:
            kind = view, "?" in address
            if view not in KINDS and (found[kind] == MAX_ADDRESSES or refused[kind] == MAX_REFUSALS):
                continue
            status, statements = statements_of(self.browsers[role], address)
            if status == 200:
                self.before[role, view, address] = statements
            (found if status == 200 else refused)[kind] += 1

    def growing(self) -> list[str]:
        """Returns the addresses with a statement that is run more often than before."""
        return [
            f"{address} ({view} as {role}): {more}"
            for role, view, address in self.before
            # Requested twice: the first request draws the pictures of the copies.
            if not grows(view) and self._more(role, view, address) and (more := self._more(role, view, address))
        ]

    def _more(self, role: str, view: str, address: str) -> str:
        """Returns the statement that is run more often, if its table is read more often.

        A statement that is run once reads what did not exist before. The form of some depends on the number of values.
        """
        status, after = statements_of(self.browsers[role], address)
        if status != 200:
            return f"answers {status}"
        before = self.before[role, view, address]
        tables = _tables_of(after) - _tables_of(before)
        more = Counter({sql: times - before[sql] for sql, times in after.items() if times > max(before[sql], 1)})
        faults = [f"{times} more of {sql[:300]}" for sql, times in more.most_common() if _table_of(sql) in tables]
        return faults[0] if faults else ""


def statements_of(browser: Client, address: str) -> tuple[int, Counter[str]]:
    """Returns the status of a page, and its statements without their values. The cache of the process is empty."""
    caches["local"].clear()
    statements: Counter[str] = Counter()

    def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        statements[COLUMNS.sub("", VALUE.sub("?", sql))] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = browser.get(address)
        if answer.streaming:
            answer.getvalue()
    return answer.status_code, statements


def grows(view: str) -> bool:
    return any(fnmatchcase(view, one) for one in GROWING)


def _tables_of(statements: Counter[str]) -> Counter[str]:
    tables: Counter[str] = Counter()
    for sql, times in statements.items():
        tables[_table_of(sql)] += times
    return tables


def _table_of(sql: str) -> str:
    found = TABLE.search(sql)
    return found[1] if found else sql


def names_of_authors(request: HttpRequest, *, faulty: bool) -> HttpResponse:
    proposals = Proposal.objects.all() if faulty else Proposal.objects.select_related("author")
    return HttpResponse(" ".join(proposal.author.public_name for proposal in proposals))


urlpatterns = [
    path("faulty/", names_of_authors, {"faulty": True}),
    path("correct/", names_of_authors, {"faulty": False}),
    *urls_of_the_site,
]


@pytest.mark.urls(__name__)
def test_a_query_for_each_row_is_found():
    """Control: two views that differ in `select_related`."""
    ProposalFactory.create_batch(2)
    walk = Walk(lambda role: Client())
    walk.start([("author", "faulty", "/faulty/"), ("author", "correct", "/correct/")])
    Copies()
    [fault] = walk.growing()
    assert fault.startswith("/faulty/ (faulty as author): 4 more of SELECT")
    assert 'FROM "accounts_user"' in fault
