"""Calls and proposals with their steps, answers, supports and comments, at past dates.

Rows are written directly: the services of the site use the current time, and would send mails.
"""

from datetime import datetime

from accounts.models import User
from committee.models import TopicPage
from common.markdown import body, french
from demo.clock import Clock
from demo.content import Text, read, read_folder
from demo.services.additions import add_corrections, add_decisions, add_draft, add_follows, add_picture
from demo.services.discussions import add_comments, add_supports
from home.services.publishing import publish_under
from participation.models import AnswerTemplate, CallIndexPage, CallPage, CityService, OfficialAnswer, Proposal
from participation.models import ProposalStep as Step
from participation.models.deadlines import answer_due_on
from participation.services.follows import discussion_for_page, discussion_for_proposal
from veille.models import VeilleEntryPage

State, Role = Proposal.State, Step.Role
# Proposal with a picture.
ILLUSTRATED = "reprendre"


def load(clock: Clock, people: dict[str, User], topics: dict[str, TopicPage]) -> dict[str, Proposal]:
    """Creates calls, then proposals in order of reception, so that numbers follow dates; returns the proposals."""
    calls = {text["slug"]: add_call(clock, text, people, topics) for text in read("calls")["calls"]}
    answering = read("services")
    services = {
        name: CityService.objects.create(name=name, contact_email=email)
        for name, email in answering["services"].items()
    }
    for name, agents in answering["agents"].items():
        services[name].members.set([people[key] for key in agents])
    for template in answering["templates"]:
        AnswerTemplate.objects.create(
            name=french(template["name"]),
            decision=template["decision"],
            reasons=french(template["reasons"]),
            next_steps=french(template.get("next_steps", "")),
        )
    texts = clock.in_days_ago(read_folder("proposals"))
    proposals: dict[str, Proposal] = {}
    for key in sorted(texts, key=lambda one: -texts[one]["received"]):
        text = texts[key]
        proposals[key] = proposal = add_proposal(clock, text, people[text["author"]], topics[text["topic"]])
        proposal.call = calls[text["call"]] if "call" in text else None
        proposal.asked_service = services[text["service"]] if "service" in text else None
        if "inspired_by" in text:
            proposal.inspired_by = VeilleEntryPage.objects.get(slug=text["inspired_by"])
        proposal.save()
        add_history(clock, proposal, text, answering["signed_as"])
        add_supports(clock, proposal, text, people)
        add_comments(clock, text.get("comments", []), people, discussion_for_proposal(proposal=proposal))
    for key, text in texts.items():
        if "merged_into" in text:
            merge(proposals[key], proposals[text["merged_into"]], text["reason"])
    add_corrections(clock, proposals, people)
    add_decisions(people["moderation"])
    add_follows()
    add_draft(clock, people["habitante"])
    add_picture(proposals[ILLUSTRATED])
    return proposals


def add_call(clock: Clock, text: Text, people: dict[str, User], topics: dict[str, TopicPage]) -> CallPage:
    """Returns the call, published on its opening day (or three days ago), with its discussion."""
    published_at = clock.ago(max(-min(text["days"].values()), 3), 9)
    dates = {CallPage.BEGINNINGS[CallPage.Phase(phase)]: moment(clock, days) for phase, days in text["days"].items()}
    page = CallPage(
        slug=text["slug"],
        title=french(text["title"]),
        introduction=french(text["introduction"]),
        topic=topics[text["topic"]],
        body=body(text["body"]),
        **dates,
        **{name: text[name] for name in ("audience", "reading") if name in text},
    )
    publish_under(CallIndexPage.objects.get(), page, published_at)
    add_comments(clock, text.get("comments", []), people, discussion_for_page(page=page))
    return page


def moment(clock: Clock, days: int) -> datetime:
    """Returns the beginning of the day `days` after the loading (negative: before)."""
    return clock.ahead(days, 0) if days > 0 else clock.ago(-days, 0)


def add_proposal(clock: Clock, text: Text, author: User, topic: TopicPage) -> Proposal:
    """Returns the unsaved proposal in its current state. It was read on the day after its reception."""
    received_at, changed_at = clock.ago(text["received"], 19), clock.ago(text["changed"], 14)
    published_at = None
    if text["state"] in Proposal.PUBLIC_STATES:
        published_at = changed_at if text["state"] == State.PUBLISHED else clock.ago(text["received"] - 1, 11)
    return Proposal(
        topic=topic,
        title=text["title"],
        problem=text["problem"],
        body=text["idea"],
        district=text.get("district", ""),
        kind=text.get("kind", Proposal.Kind.PROPOSAL),
        author=author,
        state=State(text["state"]),
        state_reason=french(text.get("reason", "")),
        state_changed_at=max(received_at, changed_at),
        created_at=received_at,
        published_at=published_at,
        answer_due_on=answer_due_on(published_at.date()) if published_at else None,
    )


def add_history(clock: Clock, proposal: Proposal, text: Text, signed_as: str) -> None:
    """Adds the steps and the answers of the proposal, studied halfway between publication and first answer."""
    steps = [Step(to_state=State.RECEIVED, at=proposal.created_at, role=Role.AUTHOR)]
    published_at, changed_at = proposal.published_at, proposal.state_changed_at or proposal.created_at
    if published_at:
        steps.append(Step(to_state=State.PUBLISHED, at=published_at, role=Role.TEAM))
    if published_at and proposal.state in Proposal.ANSWERED_STATES:
        last = {"days_ago": text["changed"], "decision": text["state"], **text}
        earlier = [text["earlier"]] if "earlier" in text else []
        answers = [add_answer(clock, proposal, one, signed_as) for one in (*earlier, last)]
        first_at = answers[0].published_at or changed_at
        steps.append(Step(to_state=State.STUDIED, at=published_at + (first_at - published_at) / 2, role=Role.TEAM))
        steps += [
            Step(
                to_state=answer.decision,
                at=answer.published_at or changed_at,
                role=Role.SERVICE,
                reason=answer.reasons,
                answer=answer,
            )
            for answer in answers
        ]
        proposal.answered_at = answers[-1].published_at
        proposal.answer_delay = (first_at.date() - published_at.date()).days
        proposal.save(update_fields=["answered_at", "answer_delay"])
    elif proposal.state != steps[-1].to_state:
        role = Role.AUTHOR if proposal.state == State.WITHDRAWN else Role.TEAM
        steps.append(Step(to_state=proposal.state, at=changed_at, role=role, reason=proposal.state_reason))
    for before, step in zip(["", *(step.to_state for step in steps)], steps, strict=False):
        step.proposal, step.from_state = proposal, before
    if "reminded" in text:
        at, state = clock.ago(text["reminded"], 10), proposal.state
        steps.append(
            Step(proposal=proposal, kind=Step.Kind.REMINDER, at=at, from_state=state, to_state=state, role=Role.TEAM)
        )
    Step.objects.bulk_create(steps)


def add_answer(clock: Clock, proposal: Proposal, text: Text, signed_as: str) -> OfficialAnswer:
    """Returns the published answer of the service in charge."""
    return OfficialAnswer.objects.create(
        proposal=proposal,
        decision=text["decision"],
        reasons=french(text.get("reasons") or text["reason"]),
        next_steps=french(text.get("next_steps", "")),
        service=proposal.asked_service,
        signed_as=signed_as,
        status=OfficialAnswer.Status.PUBLISHED,
        published_at=clock.ago(text["days_ago"], 14),
    )


def merge(merged: Proposal, kept: Proposal, reason: str) -> None:
    """Merges `merged` into `kept`, whose number is in `reason`."""
    merged.state_reason = french(reason.format(number=kept.pk))
    merged.merged_into = kept
    merged.save(update_fields=["state_reason", "merged_into"])
    merged.steps.filter(to_state=State.MERGED).update(target=kept, reason=merged.state_reason)
