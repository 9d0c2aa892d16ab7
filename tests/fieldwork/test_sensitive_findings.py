"""Sensitive findings in each state: visible to coordinators, to the city once sent, to no one else on any page."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from common.shown import BY_PROGRAM
from fieldwork import permissions
from fieldwork.models import Finding, TrialIndexPage
from fieldwork.trials.services.states import mark_sensitive
from tests.factories import TopicPageFactory, UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, desk_agent, service_agent, user_in_groups
from tests.tables import assert_table

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOW, tick=False),
    pytest.mark.usefixtures("outbox"),
    pytest.mark.indexed,
]

State = Finding.State
# Words used only by the findings, one for each state.
WORDS = {state: f"Zephirine{rank:02d}" for rank, state in enumerate(State)}
SENT = {state for state in State if state in Finding.SENT_STATES}
ROLES = {
    "visitor": (AnonymousUser, set()),
    "tester": (UserFactory, set()),
    "desk": (desk_agent, set()),
    "moderator": (lambda: user_in_groups("Modération"), set()),
    "service": (service_agent, SENT),
    "coordinator": (coordinator, set(State)),
}


@pytest.fixture
def trial(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    campaign = CampaignFactory(topic=TopicPageFactory())
    return TrialFactory(scenario=ScenarioFactory(campaign=campaign))


@pytest.fixture
def findings(trial):
    original = FindingFactory(trial=trial, what_happened="Un moineau")
    made = {}
    for state, word in WORDS.items():
        others = {"duplicate_of": original} if state == State.DUPLICATE else {}
        finding = FindingFactory(
            trial=trial, state=state, is_sensitive=True, what_happened=word, expected=word, **others
        )
        finding.picture.save("", ContentFile(b"jpeg"))
        made[state] = finding
    return made


def public_pages(trial, findings):
    """Yields the pages, files and lists that show findings of the campaign, or could."""
    campaign = trial.campaign
    yield from (campaign.url, TrialIndexPage.objects.get().url, campaign.topic.url, "/")
    yield reverse("home:search", query={"q": " ".join(WORDS.values())})
    yield from (reverse("home:search", query={"q": word}) for word in WORDS.values())
    for name in ("constats", "essais"):
        for form in ("csv", "json"):
            yield reverse(f"home:open_data_{form}", args=[name])
    yield from (finding.get_absolute_url() for finding in findings.values())
    yield reverse("fieldwork:own_trials")


def text_of(client, url):
    answer = client.get(url, follow=True)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


@pytest.mark.thorough
def test_only_permitted_roles_see_sensitive_findings(trial, findings):
    found, expected = {}, {}
    for role, (make, reads) in ROLES.items():
        client, person = Client(), trial.tester if role == "tester" else make()
        if person.is_authenticated:
            client.force_login(person)
        for url in public_pages(trial, findings):
            text = text_of(client, url)
            # The search repeats its query, which is not a leak; coordinators and the city may read the words anywhere.
            asked = [word for word in WORDS.values() if word in url]
            leaked = {state for state, word in WORDS.items() if word in text and word not in asked} - reads
            is_result = "q=" in url and "constats/" in text
            found[role, url], expected[role, url] = (leaked, is_result), (set(), False)
        for state, finding in findings.items():
            picture = client.get(reverse("fieldwork:finding_picture", args=[finding.pk]))
            # Read the stream to its end, which closes the file.
            assert b"".join(picture.streaming_content if picture.streaming else [b"jpeg"]) == b"jpeg"
            page = client.get(reverse("findings:inspect", args=[finding.pk]))
            is_read = page.status_code == 200 and WORDS[state] in page.content.decode()
            found[role, state] = picture.status_code == 200, is_read
            expected[role, state] = state in reads, state in reads
        for url in (reverse("findings:list"), reverse("findings_to_answer:list"), reverse("wagtailadmin_home")):
            text = text_of(client, url)
            found[role, url], expected[role, url] = (
                {state for state, word in WORDS.items() if word in text} - reads,
                set(),
            )
    assert_table(found, expected)


def test_visible_to_and_the_search_index_exclude_sensitive_findings(findings, trial):
    for make, _reads in ROLES.values():
        assert not Finding.objects.visible_to(make()).filter(is_sensitive=True).exists()
    assert not Finding.objects.visible_to(trial.tester).filter(is_sensitive=True).exists()
    assert not Finding.get_indexed_objects().filter(is_sensitive=True).exists()


def test_readable_findings_of_each_role(findings):
    found = {}
    for role, (make, _reads) in ROLES.items():
        readable = permissions.readable_findings(make()).filter(is_sensitive=True)
        found[role] = {State(finding.state) for finding in readable}
    assert_table(found, {role: reads for role, (_make, reads) in ROLES.items()})


def test_search_excludes_a_finding_while_it_is_marked_sensitive(trial):
    finding, steward = FindingFactory(trial=trial, what_happened="Zephirine"), coordinator()
    found = lambda: list(Finding.objects.search("Zephirine"))  # noqa: E731
    assert found() == [finding]
    mark_sensitive(finding=finding, is_sensitive=True, actor=steward, now=NOW, shown=BY_PROGRAM)
    assert found() == []
    mark_sensitive(finding=finding, is_sensitive=False, actor=steward, now=NOW, shown=BY_PROGRAM)
    assert found() == [finding]
