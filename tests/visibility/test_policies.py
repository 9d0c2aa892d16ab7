"""Every address has a policy, and does not reveal the existence of hidden objects to other roles."""

import uuid
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest
from django.urls import get_resolver
from wagtail.models import Page

from cms.models import CustomDocument
from committee.models import SessionPage
from tests.addresses import patterns
from tests.visibility.policies import EVERYONE, POLICIES, policy_of
from tests.visibility.world import World, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOW = "Add the roles that may open these addresses to tests/visibility/policies.py (docs/quality.md, “A new address”)"


def test_every_address_has_a_policy():
    found = {one.view for one in patterns()}
    assert len(found) > 500
    assert {view for view in found if policy_of(view) is None} == set(), HOW


def test_every_line_of_the_policies_matches_an_address():
    found = {one.view for one in patterns()}
    names = [name for views, _roles in POLICIES for name in views.split()]
    assert [name for name in names if not any(fnmatchcase(view, name) for view in found)] == []


def test_unknown_address_has_no_policy():
    """Control: unknown addresses have no policy."""
    assert policy_of("participation:everything") is None
    assert policy_of("wagtailsnippets_accounts_user:list") is None
    assert policy_of("operations:healthz") == set(EVERYONE.split())


def hidden_and_absent(world: World) -> Iterator[tuple[str, str, str]]:
    """Yields views with the URL of a hidden object and the same URL of an object that never existed."""
    key = world.canaries.keys
    for name in ("newspage", "sessionpage", "callpage"):
        address = Page.objects.get(pk=key[f"{name}.restricted.title"]).url
        yield "wagtail_serve", address, f"{address.rstrip('/')}-nulle-part/"
    document = CustomDocument.objects.get(pk=key["customdocument.closed.title"])
    yield "wagtaildocs_serve", document.url, document.url.replace(str(document.pk), "999999")
    numbers = [key[f"proposal.{state}.title"] for state in ("received", "refused", "withdrawn", "shared", "desk")]
    comments = [key[f"comment.{state}.body"] for state in ("recu", "refuse", "under-refused", "under-restricted")]
    sessions = [SessionPage.objects.get(pk=key["sessionpage.draft.title"]).slug]
    slugs = {
        "polls": ["sondage-draft", "sondage-planned"],
        "committee": sessions,
        "digests:session_reminder": sessions,
        "digests:follow_topic": ["page-topicpage-draft"],
        **{f"fieldwork:survey_{name}": ["page-surveypage-draft"] for name in ("answer", "answered", "table")},
        "fieldwork": ["page-campaignpage-draft", "page-campaignpage-restricted"],
        "participation:call": ["page-callpage-draft"],
        "participation:call_paper_form": ["page-callpage-draft"],
    }
    states = ("signale", "ecarte", "doublon", "sensitive-transmis", "sensitive-verifie", "restricted-confirme")
    findings = [key[f"finding.{state}.what_happened"] for state in states]
    cards = {"pages": [key["newspage.draft.title"], key["newspage.restricted.title"]], "propositions": numbers}
    cards["constats"] = findings
    closed = next(word for word, name in world.canaries.names.items() if name == "customimage.closed.file")
    for pattern in patterns(get_resolver()):
        if pattern.written.startswith("admin/"):
            continue
        view, namespace, place = pattern.view, pattern.view.partition(":")[0], (pattern.places or [""])[0]
        found = {
            "number": numbers if namespace == "participation" else [],
            "discussion_id": numbers,
            "pk": findings if view in FINDING_VIEWS else [],
            "comment_id": comments,
            "slug": slugs.get(view) or slugs.get(namespace, []),
            "key": [uuid.UUID(int=2), *(uuid.UUID(int=number) for number in numbers)],
            "name": [f"{closed}.width-20.jpg"],
            "year": [2030],
        }.get(place, [])
        absent = {"key": uuid.UUID(int=9), "name": "nulle-part.width-20.jpg", "slug": "nulle-part", "year": 2029}
        for value in found:
            yield (
                view,
                *(
                    pattern.filled(
                        lambda name, one=one, place=place: (
                            str(one) if name == place else OTHER_VALUES.get(name, "800001")
                        )
                    )
                    for one in (value, absent.get(place, 999_999))
                ),
            )
        if view == "cms:card":
            for kind, values in cards.items():
                for value in values:
                    yield view, f"/partage/{kind}/{value}.png", f"/partage/{kind}/999999.png"


FINDING_VIEWS = {f"fieldwork:{name}" for name in ("finding", "finding_picture", "echo", "retest")}
# Values of the other URL parameters.
OTHER_VALUES = {"slug": "x"}


@pytest.mark.parametrize("role", ["visitor", pytest.param("resident", marks=pytest.mark.thorough)])
def test_hidden_and_missing_objects_get_the_same_response(world, role):
    browser, different, asked = world.browser(role), set(), 0
    for view, hidden, absent in hidden_and_absent(world):
        first, second = browser.get(hidden), browser.get(absent)
        # The page repeats the requested URL, so lengths differ. Each request has its own ID.
        for answer in (first, second):
            del answer.headers["Content-Length"], answer.headers["X-Request-ID"]
        responses = [(one.status_code, text_of(one).replace(at, "")) for one, at in ((first, hidden), (second, absent))]
        asked += 1
        if responses[0] != responses[1]:
            different.add(f"{view}: {hidden} {first.status_code}, {absent} {second.status_code}")
    assert different == set()
    assert asked > 100
