"""Phase × role × action: permissions as one table, compared with the rules and with the real pages.

« x » means allowed. Actions marked « . » are requested as well: the page refuses, and nothing changes.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Audience
from committee.models import Mandate, Member
from participation import permissions
from participation.models import CallPage, Comment, Discussion, Follow, OfficialAnswer, Proposal, Report, Support
from tests.bulk import confirm, fill, press
from tests.factories import (
    LONG_AGO,
    CallPageFactory,
    CityServiceFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
    UserFactory,
)
from tests.tables import assert_table, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# On a proposal and a comment written by "author" a moment ago, in a call with the phases proposals, discussion, support
# and closed. "no-support-phase" is a call in its first phase without a phase for supports; "no-call" is a proposal
# outside any call.
MATRIX = """
                                        anonymous account resident member author moderator service

coming            propose                   .        .       .       .      .       .        .
coming            comment                   .        .       .       .      .       .        .
coming            reply                     .        .       .       .      .       .        .
coming            support                   .        .       .       .      .       .        .
coming            edit-the-comment          .        .       .       .      .       .        .
coming            withdraw-the-comment      .        .       .       .      x       .        .
coming            withdraw-the-proposal     .        .       .       .      x       .        .
coming            report                    .        x       x       x      .       x        x
coming            follow                    .        x       x       x      x       x        x
coming            moderate                  .        .       .       .      .       x        .
coming            answer                    .        .       .       .      .       .        x

proposals         propose                   .        x       x       x      x       x        x
proposals         comment                   .        x       x       x      x       x        x
proposals         reply                     .        x       x       x      x       x        x
proposals         support                   .        .       .       .      .       .        .
proposals         edit-the-comment          .        .       .       .      x       .        .
proposals         withdraw-the-comment      .        .       .       .      x       .        .
proposals         withdraw-the-proposal     .        .       .       .      x       .        .
proposals         report                    .        x       x       x      .       x        x
proposals         follow                    .        x       x       x      x       x        x
proposals         moderate                  .        .       .       .      .       x        .
proposals         answer                    .        .       .       .      .       .        x

discussion        propose                   .        .       .       .      .       .        .
discussion        comment                   .        x       x       x      x       x        x
discussion        reply                     .        x       x       x      x       x        x
discussion        support                   .        .       .       .      .       .        .
discussion        edit-the-comment          .        .       .       .      x       .        .
discussion        withdraw-the-comment      .        .       .       .      x       .        .
discussion        withdraw-the-proposal     .        .       .       .      x       .        .
discussion        report                    .        x       x       x      .       x        x
discussion        follow                    .        x       x       x      x       x        x
discussion        moderate                  .        .       .       .      .       x        .
discussion        answer                    .        .       .       .      .       .        x

support           propose                   .        .       .       .      .       .        .
support           comment                   .        x       x       x      x       x        x
support           reply                     .        x       x       x      x       x        x
support           support                   .        x       x       x      x       x        x
support           edit-the-comment          .        .       .       .      x       .        .
support           withdraw-the-comment      .        .       .       .      x       .        .
support           withdraw-the-proposal     .        .       .       .      x       .        .
support           report                    .        x       x       x      .       x        x
support           follow                    .        x       x       x      x       x        x
support           moderate                  .        .       .       .      .       x        .
support           answer                    .        .       .       .      .       .        x

closed            propose                   .        .       .       .      .       .        .
closed            comment                   .        .       .       .      .       .        .
closed            reply                     .        .       .       .      .       .        .
closed            support                   .        .       .       .      .       .        .
closed            edit-the-comment          .        .       .       .      .       .        .
closed            withdraw-the-comment      .        .       .       .      x       .        .
closed            withdraw-the-proposal     .        .       .       .      x       .        .
closed            report                    .        x       x       x      .       x        x
closed            follow                    .        x       x       x      x       x        x
closed            moderate                  .        .       .       .      .       x        .
closed            answer                    .        .       .       .      .       .        x

no-support-phase  propose                   .        x       x       x      x       x        x
no-support-phase  comment                   .        x       x       x      x       x        x
no-support-phase  support                   .        x       x       x      x       x        x

no-call           propose                   .        x       x       x      x       x        x
no-call           comment                   .        x       x       x      x       x        x
no-call           reply                     .        x       x       x      x       x        x
no-call           support                   .        x       x       x      x       x        x
no-call           edit-the-comment          .        .       .       .      x       .        .
no-call           withdraw-the-comment      .        .       .       .      x       .        .
no-call           withdraw-the-proposal     .        .       .       .      x       .        .
no-call           report                    .        x       x       x      .       x        x
no-call           follow                    .        x       x       x      x       x        x
no-call           moderate                  .        .       .       .      .       x        .
no-call           answer                    .        .       .       .      .       .        x
"""

# The same call without a phase for supports, in its first phase, per audience. Other actions do not depend on it.
AUDIENCES = """
                                        anonymous account resident member author moderator service

residents         propose                   .        .       x       .      .       .        .
residents         comment                   .        .       x       .      .       .        .
residents         reply                     .        .       x       .      .       .        .
residents         support                   .        .       x       .      .       .        .
residents         edit-the-comment          .        .       .       .      x       .        .
residents         withdraw-the-comment      .        .       .       .      x       .        .
residents         withdraw-the-proposal     .        .       .       .      x       .        .
residents         report                    .        x       x       x      .       x        x
residents         follow                    .        x       x       x      x       x        x

members           propose                   .        .       .       x      .       .        .
members           comment                   .        .       .       x      .       .        .
members           reply                     .        .       .       x      .       .        .
members           support                   .        .       .       x      .       .        .
members           edit-the-comment          .        .       .       .      x       .        .
members           withdraw-the-comment      .        .       .       .      x       .        .
members           withdraw-the-proposal     .        .       .       .      x       .        .
members           report                    .        x       x       x      .       x        x
members           follow                    .        x       x       x      x       x        x
"""


def read(table):
    """Returns {row: {role: {action: True if allowed}}}."""
    roles, *rows = [line.split() for line in table.splitlines() if line.strip()]
    cells = {}
    for row, action, *marks in rows:
        for role, mark in zip(roles, marks, strict=True):
            cells.setdefault(row, {}).setdefault(role, {})[action] = mark == "x"
    return cells


TABLES = read(MATRIX) | read(AUDIENCES)


# Number of phases of the call that have begun.
BEGUN = {"coming": 0, "proposals": 1, "discussion": 2, "support": 3, "closed": 4}
HOUR = dt.timedelta(hours=1)


def call_in(row):
    """Returns the call of a row; None for "no-call"."""
    if row == "no-call":
        return None
    if row in BEGUN:
        now, names = timezone.now(), list(CallPage.BEGINNINGS.values())
        dates = {name: now + (place + 0.5 - BEGUN[row]) * HOUR for place, name in enumerate(names)}
        return CallPageFactory(**dates)
    audience = row if row in Audience.values else Audience.ACCOUNTS
    return CallPageFactory(proposals_from=LONG_AGO, audience=audience)


def user_as(role, editor_of):
    match role:
        case "anonymous":
            return AnonymousUser()
        case "resident":
            return UserFactory(commune="67482")
        case "member":
            person = UserFactory()
            member = Member.objects.create(name="Odile M.", user=person)
            Mandate.objects.create(member=member, starts_on=LONG_AGO.date())
            return person
        case "moderator":
            return editor_of("Modération")
        case "service":
            return editor_of("Services")
        case _:
            return UserFactory()


@dataclass
class Scene:
    """A call, texts of "author" in it, a comment pending moderation, and the user of the test."""

    person: object
    call: CallPage | None
    proposal: Proposal
    comment: Comment
    waiting: Comment
    browser: Client

    @property
    def discussion(self) -> Discussion:
        return Discussion.objects.with_subject().get(pk=self.comment.discussion_id)

    def fresh_comment(self) -> Comment:
        comment = Comment.objects.get(pk=self.comment.pk)
        comment.discussion = self.discussion
        return comment

    def facts(self):
        """Returns everything that an action of the table could change."""
        return (
            list(Proposal.objects.order_by("pk").values_list("pk", "state", "support_count", "comment_count")),
            list(Comment.objects.order_by("pk").values_list("pk", "state", "body", "needs_review")),
            sorted(Follow.objects.values_list("user", "discussion", "muted")),
            Support.objects.count(),
            Report.objects.count(),
            OfficialAnswer.objects.count(),
        )


def make_scene(call, role, editor_of):
    person = user_as(role, editor_of)
    author = person if role == "author" else UserFactory()
    proposal = ProposalFactory(call=call, author=author)
    discussion = DiscussionFactory(proposal=proposal)
    comment = CommentFactory(discussion=discussion, author=author)
    waiting = CommentFactory(discussion=discussion, state="recu", published_at=None)
    browser = Client()
    if person.is_authenticated:
        browser.force_login(person)
    return Scene(person, call, proposal, comment, waiting, browser)


def rules(scene):
    """Returns each action of the table with the rule that decides it."""
    now, person = timezone.now(), scene.person
    proposal, comment, discussion = scene.proposal, scene.fresh_comment(), scene.discussion
    may: dict[str, Callable[[], bool]] = {
        "comment": partial(permissions.can_comment, person, discussion, now),
        "reply": partial(permissions.can_reply, person, comment, now),
        "support": partial(permissions.can_support, person, proposal, now),
        "edit-the-comment": partial(permissions.can_edit_comment, person, comment, now),
        "withdraw-the-comment": partial(permissions.can_withdraw_comment, person, comment),
        "withdraw-the-proposal": partial(permissions.can_withdraw, person, proposal),
        "report": partial(permissions.can_report, person, comment),
        "follow": partial(permissions.can_follow, person, discussion),
        "moderate": partial(permissions.can_moderate, person, scene.waiting),
        "answer": partial(permissions.can_answer_proposals, person),
        "propose": partial(permissions.can_propose, person, scene.call, now),
    }
    return may


def propose(scene):
    """Submits the three screens like a browser; returns the last response."""
    key = uuid.uuid4()
    idea = {"key": key, "title": "Un banc", "problem": "Il manque un banc.", "body": "Mettre un banc."}
    scene.browser.post(reverse("participation:deposit_idea"), idea)
    subject = {"key": key, "topic": "", "district": "", "call": scene.call.pk if scene.call else ""}
    fill(scene.browser, reverse("participation:deposit_topic"), subject)
    return fill(scene.browser, reverse("participation:deposit_check"), {"key": key, "rules": "on"})


def act(scene, action):
    """Posts `action` to the site as the user of the scene."""
    number, comment = scene.proposal.pk, scene.comment
    if action == "propose":
        return propose(scene)
    if action == "moderate":
        url = reverse("wagtail_bulk_action", args=["participation", "comment", "publish"])
        return press(scene.browser, f"{url}?id={scene.waiting.pk}&next=/admin/")
    if action == "withdraw-the-proposal":
        return confirm(scene.browser, reverse("participation:withdraw", args=[number]), {"reason": ""})
    text = {"key": uuid.uuid4(), "body": "Voici ce que je pense."}
    url, data = {
        "comment": (reverse("participation:comment", args=[number]), text),
        "reply": (comment.reply_url, text),
        "support": (reverse("participation:support", args=[number]), {"action": "soutenir"}),
        "edit-the-comment": (comment.edit_url, {"body": "Je corrige."}),
        "withdraw-the-comment": (comment.withdraw_url, {}),
        "report": (comment.report_url, {"reason": "Ce n’est pas le sujet."}),
        "follow": (reverse("participation:follow", args=[number]), {"action": "suivre"}),
        "answer": (
            reverse("answers:add"),
            {
                "proposal": number,
                "decision": Proposal.State.ACCEPTED.value,
                "reasons": "Voici pourquoi.",
                "next_steps": "",
                "service": CityServiceFactory().pk,
                "signed_as": "responsable",
            },
        ),
    }[action]
    return scene.browser.post(url, data)


@dataclass(frozen=True)
class Cell:
    """Results of the rule and of the page, and whether a refused text is shown again."""

    is_allowed: bool
    changes: bool
    leads_on: bool
    keeps_the_text: bool = True


@pytest.mark.parametrize(("row", "roles"), TABLES.items(), ids=TABLES)
def test_rules_and_pages_match_the_table(row, roles, editor_of):
    call, found, expected = call_in(row), {}, {}
    for role, cells in roles.items():
        with undone():
            scene = make_scene(call, role, editor_of)
            asked = rules(scene)
            allowed = {action: asked[action]() for action in cells}
            for action, may in cells.items():
                expected[role, action] = Cell(is_allowed=may, changes=may, leads_on=True)
                found[role, action] = result_of(scene, action, may, is_allowed=allowed[action])
    assert_table(found, expected)


def result_of(scene, action, may, *, is_allowed):
    """Runs `action`, then rolls it back."""
    before, keeps_the_text = scene.facts(), True
    with transaction.atomic():
        answer = act(scene, action)
        after = scene.facts()
        if action in ("comment", "reply") and not may:
            # Anonymous users are redirected to the sign-in page, which shows the text.
            shown = scene.browser.get(answer.headers["Location"]) if "Location" in answer else answer
            keeps_the_text = "Voici ce que je pense." in shown.content.decode()
        transaction.set_rollback(True)
    # Allowed actions redirect; refused ones show a message, redirect to sign-in or back, or answer 403 or 404.
    leads_on = answer.status_code in ((302,) if may else (200, 302, 403, 404))
    return Cell(is_allowed, after != before, leads_on, keeps_the_text)
