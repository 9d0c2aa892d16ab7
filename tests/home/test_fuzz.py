"""Bad values at every address, public and in the admin: never an error 500.

`make test-second` requests every address of the resolver as an administrator, who reaches the most views, as a member
of one group, as a resident and as a visitor. With LONG=1, as in `make audit`, each role sends GET and POST, and for an
administrator every parameter takes each of the twenty values in turn.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import wagtail
import wagtail_modeladmin
from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client

from common.middleware import UnreadableValueMiddleware
from tests.addresses import NEVER, patterns
from tests.factories import CommentFactory, DiscussionFactory, NewsPageFactory, ProposalFactory, UserFactory
from tests.outside import SOCKETS
from tests.visibility.roles import GROUPS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    # Wagtail warns about a chooser that no page uses, of a model that is not searchable.
    pytest.mark.filterwarnings("ignore:.* is defined as Indexable:RuntimeWarning"),
]

LONG = bool(os.environ.get("LONG"))

# Not a number, or out of range for the database; values that Python or SQL interpret otherwise.
VALUES = [
    *(
        "9" * 5_000,
        "abc",
        str(2**63),
        "",
        "-1",
        "0",
        "1e3",
        "²",
        "١٢",
        "1.5",
        "NaN",
        "null",
        "[]",
        "{}",
        "\0",
        "\ufffd",
    ),
    *("'\"--", "../../etc/passwd", "%", "2026-13-45"),
]
# Values of URL parameters: a plausible one, one too large for any database, and a word.
PLACES = ["1", "9" * 25, "abc"] if LONG else ["1"]
NAMES_OF_GROUPS = sorted(filter(None, GROUPS.values()))
LIBRARIES = [Path(wagtail.__file__).parent, Path(wagtail_modeladmin.__file__).parent]
READ = re.compile(r"""(?:GET|POST)(?:\.get\(|\.getlist\(|\[)\s*["']([\w-]+)["']""")
# Parameters of filter forms whose names are not written in the code, and one that is never read.
FILTERS = ["page", "ordering", "id", "user", "timestamp_from", "timestamp_before", "content_type", "nothing-reads-me"]


def names() -> list[str]:
    """Returns every request parameter that the code reads, ours and that of the admin."""
    folders = [*LIBRARIES, *(Path(settings.BASE_DIR, app) for app in settings.INSTALLED_APPS)]
    sources = [path for folder in folders for path in folder.rglob("*.py") if "test" not in path.name]
    found = {name for path in sources for name in READ.findall(path.read_text(encoding="utf-8"))}
    return sorted(found | set(FILTERS))


def addresses() -> list[str]:
    return sorted({pattern.filled(lambda _name, at=at: at) for pattern in patterns() for at in PLACES})


def bad(shift: int) -> dict[str, str]:
    """Returns a bad value for each parameter; another `shift` gives other values."""
    return {name: VALUES[(number + shift) % len(VALUES)] for number, name in enumerate(names())}


def member_of(*groups: Group, **rights: bool) -> Client:
    client, person = Client(raise_request_exception=False), UserFactory(**rights)
    person.groups.add(*groups)
    client.force_login(person)
    return client


def administrator() -> Client:
    return member_of(is_superuser=True, is_staff=True)


def status_of(answer: HttpResponse) -> int:
    """Returns the status. Reads streaming answers to their end, which closes the file; the client closes the others."""
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def failures(client: Client, methods: Iterable[str], shifts: Iterable[int]) -> list[str]:
    """Returns the requests that answered 500: method, address and shift of the values."""
    given = {shift: bad(shift) for shift in shifts}
    with SOCKETS.refusing():
        return [
            f"{method} {address[:120]} {shift}"
            for address in addresses()
            if not NEVER.search(address)
            for shift, values in given.items()
            for method in methods
            if status_of(getattr(client, method)(address, values)) >= 500
        ]


@pytest.fixture
def site(caplog):
    # Each refusal is logged, and pytest would keep the record with its request: gigabytes over time.
    for name in ("django.request", "django.security"):
        caplog.set_level("CRITICAL", name)
    CommentFactory(discussion=DiscussionFactory(proposal=ProposalFactory()))
    NewsPageFactory()


def test_addresses_and_parameters_include_those_of_the_site():
    found = addresses()
    assert len(found) > 500
    assert {"/propositions/1/", "/admin/", "/healthz"} <= set(found)
    assert {"arreter", "p", "ordering", "multiple"} <= set(names())


@pytest.mark.thorough
@pytest.mark.parametrize("shift", [0, 7])
def test_get_requests_of_an_administrator_never_return_500(site, shift):
    assert failures(administrator(), ["get"], [shift]) == []


@pytest.mark.thorough
@pytest.mark.parametrize("shift", range(20) if LONG else [0])
def test_post_requests_of_an_administrator_never_return_500(site, shift):
    assert failures(administrator(), ["post"], [shift]) == []


@pytest.mark.thorough
def test_requests_of_visitors_and_accounts_never_return_500(site):
    shifts = range(0, 20, 4) if LONG else [0]
    for client in (Client(raise_request_exception=False), member_of()):
        assert failures(client, ["get", "post"], shifts) == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES_OF_GROUPS if LONG else ["Animation"])
def test_requests_of_a_role_never_return_500(site, name):
    client = member_of(Group.objects.get(name=name))
    assert failures(client, ["get", "post"] if LONG else ["get"], range(0, 20, 4) if LONG else [0]) == []


def test_each_group_of_the_site_is_tested(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(NAMES_OF_GROUPS)


def test_unreadable_value_returns_400_with_a_message(admin_client):
    answer = admin_client.get("/admin/choose-anchor-link/", {"parent_page_id": "NaN"})
    assert answer.status_code == 400
    assert "Cette adresse ne peut pas être lue" in answer.content.decode()


def test_exceptions_of_our_own_code_are_not_handled(rf):
    """Control: exceptions of our own code stay errors, unless they name the value that could not be read."""
    middleware = UnreadableValueMiddleware(lambda request: None)
    for fault in (AttributeError("'NoneType' object has no attribute 'title'"), KeyError("title"), ValueError("no")):
        try:
            raise fault
        except Exception as raised:
            assert middleware.process_exception(rf.get("/admin/"), raised) is None  # noqa: PT017 - its traceback is what is looked at


@pytest.mark.parametrize(
    "body",
    ["[" * 9_000, "{" * 9_000, '{"csp-report":' * 600, "null", "[]", '"', "\ud800".encode("utf-8", "surrogatepass")],
)
def test_malformed_csp_report_returns_204(client, body):
    """The attack: nested brackets up to Python's recursion limit."""
    assert client.post("/rapport-csp/", body, content_type="application/csp-report").status_code == 204
