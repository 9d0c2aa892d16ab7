"""Admin of findings: lists visible to each role, allowed decisions, exclusions of bulk actions, entry of sheets."""

import datetime as dt
import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from fieldwork.models import Finding, FindingStep, Retest, Trial
from fieldwork.trials.admin.actions import FindingAction
from fieldwork.trials.services.retests import retest
from fieldwork.trials.services.states import CHANGE
from tests.bulk import press, shown
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import FindingFactory, ScenarioFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, desk_agent, service_agent, user_in_groups

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State = Finding.State
DAY = dt.timedelta(days=1)
LIST, TO_ANSWER = "/admin/constats/", "/admin/constats-a-traiter/"


@pytest.fixture
def log_in(client):
    def login(user):
        client.force_login(user)
        return client

    return login


def act(client, action, *findings, **data):
    url = reverse("wagtail_bulk_action", args=["fieldwork", "finding", action])
    query = "&".join(f"id={finding.pk}" for finding in findings)
    return press(client, f"{url}?{query}&next={LIST}", data, follow=True)


@pytest.mark.parametrize(
    ("make", "team", "city"),
    [
        (coordinator, 200, 200),
        (service_agent, 302, 200),
        (desk_agent, 302, 302),
        (lambda: user_in_groups("Modération"), 302, 302),
        (UserFactory, 302, 302),
    ],
    ids=["coordinator", "service", "desk", "moderator", "resident"],
)
def test_access_to_the_lists_of_findings_by_role(log_in, make, team, city):
    FindingFactory(state=State.SENT)
    client = log_in(make())
    assert (client.get(LIST).status_code, client.get(TO_ANSWER).status_code) == (team, city)


def test_service_reads_sent_sensitive_findings_but_the_export_excludes_them(log_in):
    unsent = FindingFactory(is_sensitive=True, what_happened="Canari caché")
    sent = FindingFactory(is_sensitive=True, what_happened="Canari transmis", state=State.SENT)
    FindingFactory(what_happened="Moineau", state=State.SENT)
    client = log_in(service_agent())
    assert client.get(reverse("findings:inspect", args=[unsent.pk])).status_code == 404
    assert client.get(reverse("findings:history", args=[unsent.pk])).status_code == 404
    assert "Canari transmis" in client.get(reverse("findings:inspect", args=[sent.pk])).content.decode()
    page = client.get(TO_ANSWER).content.decode()
    assert "Canari transmis" in page
    assert "Canari caché" not in page
    file = b"".join(client.get(f"{TO_ANSWER}?export=csv").streaming_content).decode()
    assert "Moineau" in file
    assert "Canari" not in file


@pytest.mark.parametrize("is_shown", [False, True], ids=["not ticked", "ticked"])
def test_service_sees_no_comments_and_assistive_technology_only_if_agreed(log_in, is_shown):
    trial = TrialFactory(comment="Canari un", assistive_technology=Trial.Assistive.BRAILLE, browser="Navigateur 7")
    finding = FindingFactory(trial=trial, state=State.TO_TEST, shows_assistive_technology=is_shown)
    tried = {"outcome": Retest.Outcome.STILL_THERE, "tested_on": NOW.date(), "key": uuid.uuid4()}
    retest(finding=finding, tester=UserFactory(), now=NOW, note="Canari deux", **tried)
    url, braille = reverse("findings:inspect", args=[finding.pk]), str(Trial.Assistive.BRAILLE.label)
    team, city = [log_in(person).get(url).content.decode() for person in (coordinator(), service_agent())]
    assert all(words in team for words in ("Canari un", "Canari deux", braille, "Navigateur 7"))
    assert "Navigateur 7" in city
    assert "Canari" not in city
    assert (braille in city) is is_shown


def test_a_row_shows_the_first_decision_and_a_menu_has_the_others(log_in):
    """Regression test: five buttons did not fit the width of the column."""
    FindingFactory(state=State.REPORTED)
    row = BeautifulSoup(log_in(coordinator()).get(LIST).text, "html.parser").select_one("#listing-results .actions")
    names = [link.get_text(strip=True) for link in row.select("a[href*='/bulk/']")]
    assert len(names) > 2
    assert [link.get_text(strip=True) for link in row.select(":scope > li > a")] == names[:1]
    menu = {link.get_text(strip=True) for link in row.select("[data-controller=w-dropdown] a")}
    assert menu == {*names[1:], "Inspecter"}


@pytest.mark.parametrize(
    ("state", "usual"),
    [
        (State.REPORTED, ["Confirmer"]),
        (State.CONFIRMED, ["Transmettre à la ville"]),
        (State.SENT, ["C’est corrigé…"]),
        (State.SAID_FIXED, ["Demander un nouvel essai…"]),
        (State.VERIFIED, []),
        (State.DISMISSED, []),
    ],
)
def test_first_button_of_a_row_is_the_usual_decision(log_in, state, usual):
    """Regression test: sent findings had “It is a duplicate…” as the first button."""
    FindingFactory(state=state)
    row = BeautifulSoup(log_in(coordinator()).get(LIST).text, "html.parser").select_one("#listing-results .actions")
    assert [link.get_text(strip=True) for link in row.select(":scope > li > a")] == usual
    may_be_duplicate = state in (State.REPORTED, State.CONFIRMED, State.SENT)
    assert ("C’est un doublon…" in row.get_text()) is may_be_duplicate


def test_bulk_action_returns_404_for_unreadable_findings(log_in):
    unsent = FindingFactory(is_sensitive=True)
    client = log_in(service_agent())
    url = reverse("wagtail_bulk_action", args=["fieldwork", "finding", "say_fixed"])
    assert client.get(f"{url}?id={unsent.pk}").status_code == 404


def test_bulk_action_applies_allowed_changes_and_lists_skipped_findings(log_in):
    client = log_in(coordinator())
    new, confirmed = FindingFactory(state=State.REPORTED), FindingFactory()
    page = act(client, "confirm", new, confirmed).content.decode()
    assert f"n° {confirmed.pk}" in page
    new.refresh_from_db()
    confirmed.refresh_from_db()
    assert (new.state, confirmed.state, confirmed.steps.count()) == (State.CONFIRMED, State.CONFIRMED, 1)


def test_message_says_that_everybody_reads_a_finding_only_if_it_is_not_sensitive(log_in):
    client = log_in(coordinator())
    for is_sensitive in (False, True):
        finding = FindingFactory(state=State.REPORTED, is_sensitive=is_sensitive)
        page = act(client, "confirm", finding).content.decode().replace("\u00a0", " ")
        assert "1 constat est confirmé" in page
        assert ("tout le monde le lit" in page) is not is_sensitive


def test_the_history_shows_each_decision_of_a_batch(log_in):
    """Wagtail groups the log entries of one event into one line."""
    client, findings = log_in(coordinator()), [FindingFactory(state=State.REPORTED) for _number in range(2)]
    act(client, "confirm", *findings)
    act(client, "send", *findings)
    assert len(set(ModelLogEntry.objects.filter(action=CHANGE).values_list("uuid", flat=True))) == 4


def test_finding_goes_from_reported_to_verified_in_the_admin(log_in):
    finding = FindingFactory(state=State.REPORTED, created_at=NOW - DAY)
    steward, agent, second = coordinator(), service_agent(), coordinator()

    def state():
        finding.refresh_from_db()
        return finding.state

    act(log_in(steward), "confirm", finding)
    act(log_in(steward), "send", finding)
    assert state() == State.SENT
    act(log_in(agent), "confirm", finding)
    assert state() == State.SENT
    act(log_in(agent), "say_fixed", finding, fixed_in="4.3", fixed_by=second.email, reason="Le bouton réagit.")
    assert (state(), finding.fixed_by, finding.said_fixed_by) == (State.SAID_FIXED, second, agent)
    act(log_in(steward), "test_again", finding)
    url = reverse("findings:retest", args=[finding.pk])
    given = {"outcome": Retest.Outcome.WORKS, "tested_on": "10/03/2026", "key": str(uuid.uuid4())}
    assert log_in(second).post(url, given).status_code == 422
    assert log_in(steward).post(url, given).status_code == 302
    assert state() == State.VERIFIED


def test_refusals_need_a_reason_and_duplicates_a_valid_original(log_in):
    client, sent, new, original = (
        log_in(coordinator()),
        FindingFactory(state=State.SENT),
        FindingFactory(state=State.REPORTED),
        FindingFactory(),
    )
    act(client, "will_not_fix", sent, reason="")
    act(client, "dismiss_finding", new, reason="")
    act(client, "merge", new, original="0")
    act(client, "merge", new, original=str(new.pk))
    for finding, state in ((sent, State.SENT), (new, State.REPORTED)):
        finding.refresh_from_db()
        assert finding.state == state
    act(client, "merge", new, original=f"n° {original.pk}")
    act(client, "will_not_fix", sent, reason="Le service ferme en mai.")
    new.refresh_from_db()
    sent.refresh_from_db()
    assert (new.duplicate_of, sent.state) == (original, State.WILL_NOT_FIX)


def test_only_sent_findings_are_shown_as_late(log_in, time_machine):
    """On a Saturday: answers due before Friday show how many working days late; those due on Friday are late."""
    time_machine.move_to("2026-03-14T10:00:00+01:00", tick=False)
    friday, tuesday = dt.date(2026, 3, 13), dt.date(2026, 3, 10)
    for state in (State.SAID_FIXED, State.WILL_NOT_FIX, State.TO_TEST, State.VERIFIED, State.CAME_BACK):
        FindingFactory(state=state, answer_due_on=tuesday)
    client = log_in(coordinator())
    assert "work-panel__late" not in client.get(LIST).content.decode()
    for due in (tuesday, friday, dt.date(2026, 3, 14)):
        FindingFactory(state=State.SENT, answer_due_on=due)
    for url in (LIST, TO_ANSWER):
        page = BeautifulSoup(client.get(url).content, "html.parser")
        labels = sorted(one.get_text(strip=True) for one in page.select(".work-panel__late"))
        assert labels == ["en retard", "en retard de 3 jours ouvrés"], url


def test_filters_find_by_state_severity_service_and_delay(log_in):
    client = log_in(coordinator())
    sent = {"state": State.SENT, "created_at": NOW - 90 * DAY, "is_sensitive": True}
    late = FindingFactory(**sent, what_happened="Canari en retard")
    FindingFactory(state=State.SENT, what_happened="Moineau", severity="gene")
    for query in ("overdue=true", f"service={late.service_id}", "state=transmis&severity=bloque", "is_sensitive=true"):
        page = client.get(f"{LIST}?{query}").content.decode()
        assert "Canari en retard" in page, query
        assert "Moineau" not in page, query
    view = client.get(f"{LIST}?is_sensitive=true").context["view"]
    assert [str(one.value) for one in view.active_filters] == ["Oui"]


def entry(scenario, **changed):
    blocks = {f"constats-{n}-{name}": "" for n in range(3) for name in ("what_happened", "expected", "severity")}
    return {
        "key": str(uuid.uuid4()),
        "scenario": scenario.pk,
        "tried_on": "09/03/2026",
        "origin": "papier",
        "outcome": Trial.Outcome.GAVE_UP,
        "device": Trial.Device.PHONE,
        "constats-TOTAL_FORMS": 3,
        "constats-INITIAL_FORMS": 0,
        **blocks,
        **changed,
    }


def test_agent_enters_a_sheet_and_the_next_form_is_prefilled(log_in):
    client, scenario = log_in(desk_agent()), ScenarioFactory()
    url = reverse("desk_trial:enter")
    data = entry(
        scenario, **{"constats-0-what_happened": "Le bouton est gris.", "constats-0-severity": "bloque", "ease": "2"}
    )
    answer = client.post(url, data)
    assert answer.status_code == 302
    client.post(url, data)
    trial = Trial.objects.get()
    assert (trial.origin, trial.ease, trial.findings.get().what_happened) == ("papier", 2, "Le bouton est gris.")
    page = client.get(answer.headers["Location"]).content.decode()
    assert f'<option value="{scenario.pk}" selected' in page
    assert 'value="09/03/2026"' in page


def test_invalid_sheet_is_redisplayed_with_its_data(log_in):
    client, scenario = log_in(desk_agent()), ScenarioFactory()
    wrong = {"constats-0-what_happened": "Le bouton est gris."}
    answer = client.post(reverse("desk_trial:enter"), entry(scenario, **wrong))
    assert answer.status_code == 422
    assert "Le bouton est gris." in answer.content.decode()
    assert client.post(reverse("desk_trial:enter"), entry(scenario, tried_on="11/03/2026")).status_code == 422
    ticked = client.post(reverse("desk_trial:enter"), entry(scenario, **{"constats-0-is_sensitive": "on"}))
    assert (ticked.status_code, "Écrivez ce qui s’est passé." in ticked.content.decode()) == (422, True)
    assert not Trial.objects.exists()


@pytest.mark.parametrize(
    ("action", "state"), [("confirm", State.REPORTED), ("send", State.CONFIRMED), ("remind", State.SENT)]
)
def test_service_compares_with_what_was_shown_under_its_lock(log_in, monkeypatch, action, state):
    # As if the finding changed after the first comparison, that of the view.
    monkeypatch.setattr(FindingAction, "shown_again", lambda self, form: None)
    finding, client = FindingFactory(state=state), log_in(coordinator())
    url = f"{reverse('wagtail_bulk_action', args=['fieldwork', 'finding', action])}?id={finding.pk}&next={LIST}"
    page = client.get(url)
    Finding.objects.filter(pk=finding.pk).update(what_happened="Canari nouveau")
    answer = client.post(url, {"shown": shown(page)})
    assert (answer.status_code, "Canari nouveau" in answer.content.decode()) == (409, True)
    finding.refresh_from_db()
    assert (finding.state, finding.steps.count()) == (state, 1)
    client.post(url, {"shown": shown(answer)})
    assert finding.steps.count() == 2


def test_reminder_about_findings_answered_meanwhile_names_them(log_in):
    finding, client = FindingFactory(state=State.SENT), log_in(coordinator())
    url = f"{reverse('wagtail_bulk_action', args=['fieldwork', 'finding', 'remind'])}?id={finding.pk}&next={LIST}"
    page = client.get(url)
    Finding.objects.filter(pk=finding.pk).update(state=State.WILL_NOT_FIX, state_reason="Trop cher.")
    answer = client.post(url, {"shown": shown(page)}, follow=True)
    assert f"n° {finding.pk} ({State.WILL_NOT_FIX.label})" in answer.content.decode().replace("\xa0", " ")
    assert not finding.steps.filter(kind=FindingStep.Kind.REMINDER).exists()


def test_confirming_a_finding_changed_since_display_returns_409(log_in):
    finding, client = FindingFactory(state=State.REPORTED), log_in(coordinator())
    url = f"{reverse('wagtail_bulk_action', args=['fieldwork', 'finding', 'confirm'])}?id={finding.pk}"
    for change in ({"what_happened": "Canari nouveau"}, {"picture_description": "Une carte d’identité"}):
        page = client.get(url)
        Finding.objects.filter(pk=finding.pk).update(**change)
        answer = client.post(url, {"shown": shown(page)})
        assert answer.status_code == 409, change
        assert "Canari nouveau" in answer.content.decode()
        finding.refresh_from_db()
        assert finding.state == State.REPORTED
    press(client, url)
    finding.refresh_from_db()
    assert finding.state == State.CONFIRMED
