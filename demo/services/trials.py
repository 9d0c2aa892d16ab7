"""Test campaigns: a closed, a current and a future one, with findings in every state. All are invented."""

import uuid
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from committee.models import TopicPage
from common.markdown import french
from common.origins import Origin
from common.shown import BY_PROGRAM
from common.templatetags.dates import short_day
from demo.clock import Clock
from demo.content import Text, french_lines, read
from fieldwork.models import CampaignPage, Echo, Finding, FindingStep, Retest, Scenario, TrialIndexPage
from fieldwork.trials.services.reports import FindingInput, TrialInput, enter_trial, report_trial
from fieldwork.trials.services.retests import retest
from fieldwork.trials.services.states import change_state
from fieldwork.volunteers.services import set_volunteering
from home.services.publishing import publish_under
from participation.models import CityService
from participation.services.attachments import check_picture

# Accounts that coordinate the campaigns, that answer for the city, and that enter sheets.
COORDINATOR, CITY, DESK = "animation", "services", "accueil"
TRIED = ("device", "outcome", "browser", "assistive_technology", "minutes", "ease")
SERVICE_STATES = frozenset({Finding.State.SAID_FIXED, Finding.State.WILL_NOT_FIX})


def load(clock: Clock, accounts: dict[str, User], topics: dict[str, TopicPage]) -> None:
    """Publishes the campaigns, sends the trials on their days, then takes each finding through its steps."""
    texts = read("trials")
    for text in texts["campaigns"]:
        campaign = _campaign(clock, text, topics)
        scenarios = {
            row["slug"]: Scenario.objects.create(
                campaign=campaign,
                sort_order=rank,
                goal=french(row["goal"]),
                steps=french_lines(row["steps"]),
                expected=french(row["expected"]),
                minutes=row["minutes"],
            )
            for rank, row in enumerate(text["scenarios"])
        }
        for days, key in enumerate(text.get("going", []), 1):
            set_volunteering(user=accounts[key], thing=campaign, is_wanted=True, now=clock.ago(days))
        for row in text.get("sheets", []):
            _sheets(clock, accounts[DESK], scenarios[row["scenario"]], row)
        findings: dict[str, Finding] = {}
        for row in text.get("trials", []):
            found = _trial(clock, accounts, scenarios[row["scenario"]], row)
            findings |= dict(zip([one["slug"] for one in row.get("findings", [])], found, strict=True))
        for row in text.get("trials", []):
            for finding_text in row.get("findings", []):
                _follow(clock, accounts, findings, finding_text)
    # Past events: no mail is sent about them.
    Finding.objects.update(told_until=clock.now)


def _campaign(clock: Clock, text: Text, topics: dict[str, TopicPage]) -> CampaignPage:
    page = CampaignPage(
        slug=text["slug"],
        title=french(text["title"]),
        introduction=french(text["introduction"]),
        service_name=text["service_name"],
        service_url=text["service_url"],
        version=version_of(clock.ago(-text["starts"]) if text["starts"] < 0 else clock.ahead(text["starts"])),
        topic=topics[text["topic"]],
        answered_by=CityService.objects.get(name=text["service"]),
        starts_on=clock.day(text["starts"]),
        ends_on=clock.day(text["ends"]),
    )
    publish_under(TrialIndexPage.objects.get(), page, clock.ago(text["published_days_ago"], 9))
    return page


def _trial(clock: Clock, accounts: dict[str, User], scenario: Scenario, text: Text) -> list[Finding]:
    """Sends a trial as its tester; returns the findings, in the order of the text."""
    found = [_found(row, shows=text.get("shows_assistive_technology", False)) for row in text.get("findings", [])]
    tried = TrialInput(**{name: text[name] for name in TRIED if name in text})
    now = clock.ago(text["days_ago"], 19)
    tester = accounts[text["by"]]
    trial = report_trial(tester=tester, scenario=scenario, tried=tried, findings=found, key=uuid.uuid4(), now=now)
    return list(trial.findings.order_by("pk"))


def _sheets(clock: Clock, agent: User, scenario: Scenario, text: Text) -> None:
    """Enters sheets of one day, in the numbers given in the text."""
    now = clock.ago(text["days_ago"], 17)
    by_hand: dict[str, Any] = {
        "agent": agent,
        "scenario": scenario,
        "origin": Origin.PAPER,
        "tried_on": now.date(),
        "now": now,
    }
    for row in text["tried"]:
        for _number in range(row["number"]):
            tried = TrialInput(device=row["device"], outcome=row["outcome"])
            enter_trial(tried=tried, findings=[], key=uuid.uuid4(), **by_hand)


def _found(text: Text, *, shows: bool) -> FindingInput:
    return FindingInput(
        what_happened=french(text["happened"]),
        severity=text["severity"],
        expected=french(text.get("expected", "")),
        picture=check_picture(_screen()) if "picture" in text else None,
        picture_description=french(text.get("picture", "")),
        is_sensitive=text.get("is_sensitive", False),
        shows_assistive_technology=shows,
    )


def _follow(clock: Clock, accounts: dict[str, User], findings: dict[str, Finding], text: Text) -> None:
    """Takes a finding through the steps of its text, and adds others with the same problem."""
    finding = findings[text["slug"]]
    for step in text.get("steps", []):
        now = clock.ago(step["days_ago"], step.get("hour", 11))
        finding = _step(accounts, findings, finding, step, now)
    Echo.objects.bulk_create(
        Echo(finding=finding, user=accounts[name], created_at=finding.created_at + timedelta(days=4))
        for name in text.get("echoes", [])
    )


def _step(
    accounts: dict[str, User], findings: dict[str, Finding], finding: Finding, step: Text, now: datetime
) -> Finding:
    """Performs a step: a retest, or a change of state by the team or the city."""
    arguments: dict[str, Any] = {"finding": finding, "now": now}
    if "outcome" in step:
        retest(
            **arguments,
            tester=accounts[step["by"]],
            outcome=Retest.Outcome(step["outcome"]),
            tested_on=now.date(),
            key=uuid.uuid4(),
            version=finding.fixed_in,
            note=french(step["note"]),
        )
        finding.refresh_from_db()
        return finding
    state = Finding.State(step["to"])
    role, by = (FindingStep.Role.SERVICE, CITY) if state in SERVICE_STATES else (FindingStep.Role.TEAM, COORDINATOR)
    original = findings.get(step.get("original", ""))
    return change_state(
        **arguments,
        state=state,
        role=role,
        actor=accounts[by],
        reason=french(step.get("reason", "")),
        fixed_in=version_of(now) if state == Finding.State.SAID_FIXED else "",
        original=original,
        shown=BY_PROGRAM,
    )


def version_of(moment: datetime) -> str:
    """Returns the name of a version released at `moment`, with its day, so that no answer is older than its version."""
    return french(f"version du {short_day(moment)}")


def _screen() -> SimpleUploadedFile:
    """Draws a town hall page without opening hours, made of squares like the other pictures of the demonstration."""
    image = Image.new("RGB", (600, 400), "#FFFBF5")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 600, 60), fill="#0A5160")
    for rank in range(6):
        pen.rectangle((40, 100 + 45 * rank, 200, 120 + 45 * rank), fill="#857870")
        if rank < 5:
            pen.rectangle((260, 100 + 45 * rank, 480, 120 + 45 * rank), fill="#E1EFF1")
    content = BytesIO()
    image.save(content, "PNG")
    return SimpleUploadedFile("ecran.png", content.getvalue(), "image/png")
