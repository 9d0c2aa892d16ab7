"""Texts of residents, and decisions and answers of moderators and services about them, in every state."""

import datetime as dt
import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from participation.models import (
    Addendum,
    AnswerTemplate,
    Appeal,
    Attachment,
    CityService,
    CoAuthor,
    Comment,
    CommentVersion,
    Decision,
    DeskEntry,
    Discussion,
    Follow,
    Invitation,
    OfficialAnswer,
    Proposal,
    ProposalDraft,
    ProposalStep,
    ProposalVersion,
    Report,
)
from tests.factories import UserFactory
from tests.visibility.words import Canaries
from veille.models import ReadingItem, Source

DAY = dt.timedelta(days=1)


def make_texts(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    """Creates proposals with all related objects, comments, drafts, answers and entries of the desk."""
    now, author = timezone.now(), people["author"]
    proposals = _proposals(canaries, author, pages["call"], now)
    for state, proposal in proposals.items():
        _related_objects(canaries, state, proposal, people, now)
    _comments(canaries, proposals, author, people, pages, now)
    _answers(canaries, proposals["published"], people, now)
    canaries.make(ReadingItem, "suggested", suggested_by=author)
    for state, is_public in (("named", True), ("unnamed", False)):
        source = canaries.make(Source, state, is_public=is_public, state=Source.State.PAUSED)
    canaries.make(ReadingItem, "brought", source=source)
    draft = canaries.make(ProposalDraft, "own", key=uuid.UUID(int=1), author=author, call=pages["call"])
    _file(canaries, "draft", uuid.UUID(int=2), draft=draft)


def _proposals(canaries: Canaries, author: User, call, now: dt.datetime) -> dict[str, Proposal]:
    states, other = Proposal.State, UserFactory(email="autre@courriel.example", public_name="Une autre personne")
    rows = {
        "received": (states.RECEIVED, author),
        "published": (states.PUBLISHED, author),
        "refused": (states.REFUSED, author),
        "withdrawn": (states.WITHDRAWN, author),
        "merged": (states.MERGED, author),
        "shared": (states.RECEIVED, other),
        "desk": (states.RECEIVED, None),
        "decided": (states.ACCEPTED, author),
    }
    made = {}
    for state, (value, writer) in rows.items():
        is_public = value in Proposal.PUBLIC_STATES
        dates = {"published_at": now - 5 * DAY if is_public else None, "created_at": now - 9 * DAY}
        named = {"origin": "guichet"} if state == "desk" else {"author_name": ""}
        made[state] = canaries.make(Proposal, state, state=value, author=writer, call=call, **dates, **named)
        Discussion.objects.create(pk=made[state].pk, proposal=made[state])
    Proposal.objects.filter(pk=made["merged"].pk).update(merged_into=made["published"])
    CoAuthor.objects.create(pk=made["shared"].pk, proposal=made["shared"], user=author, since=now)
    return made


def _related_objects(
    canaries: Canaries, state: str, proposal: Proposal, people: dict[str, User], now: dt.datetime
) -> None:
    """Creates the objects of a proposal: steps, versions, files, addenda, invitations, decisions, reports, appeals."""
    about, team = {"proposal": proposal}, people["moderator"]
    ProposalStep.objects.create(
        pk=canaries.next_key(ProposalStep), **about, at=proposal.created_at, to_state="recue", role="auteur"
    )
    canaries.make(ProposalStep, state, **about, at=now - 4 * DAY, to_state=proposal.state, role="equipe", actor=team)
    before = {"replaced_at": now - 8 * DAY} if proposal.published_at else {"replaced_at": now - DAY}
    canaries.make(ProposalVersion, f"{state}-before", **about, **before)
    canaries.make(ProposalVersion, f"{state}-hidden", **about, replaced_at=now - DAY, is_hidden=True)
    if proposal.published_at:
        canaries.make(ProposalVersion, f"{state}-read", **about, replaced_at=now - DAY)
    _file(canaries, state, uuid.UUID(int=proposal.pk), **about)
    writer = people["author"]
    for number, value in enumerate(Addendum.State.values):
        at = now - number * DAY if value == Addendum.State.PUBLISHED else None
        canaries.make(
            Addendum, f"{state}-{value}", **about, author=writer, state=value, created_at=now, published_at=at
        )
    canaries.make(Invitation, state, **about, created_at=now)
    outcome = Decision.Outcome.REFUSED if state == "refused" else Decision.Outcome.PUBLISHED
    ground = "respect" if state == "refused" else ""
    common = {"moderator": team, "waiting_since": now - 9 * DAY, "decided_at": now - 6 * DAY}
    decision = canaries.make(
        Decision, state, **about, comment=None, addendum=None, outcome=outcome, ground=ground, **common
    )
    canaries.make(Report, state, **about, comment=None, addendum=None, author=people["resident"], created_at=now)
    if state == "refused":
        canaries.make(Appeal, state, decision=decision, created_at=now)
    if state == "desk":
        canaries.make(DeskEntry, state, proposal=proposal, agent=people["desk"], entered_at=now)


def _file(canaries: Canaries, state: str, key: uuid.UUID, **owner) -> None:
    file = ContentFile(b"%PDF-1.4 piece %%EOF", name="piece.pdf")
    canaries.make(
        Attachment, state, key=key, file=file, type="application/pdf", size=20, created_at=timezone.now(), **owner
    )


def _comments(canaries: Canaries, proposals: dict, author: User, people: dict, pages: dict, now: dt.datetime) -> None:
    """Creates comments in each state on public objects, and published ones on hidden objects."""
    open_to_all = Discussion.objects.get(proposal=proposals["published"])
    hidden = {state: Discussion.objects.get(proposal=proposals[state]) for state in ("refused", "withdrawn")}
    for state in ("restricted", "unpublished"):
        hidden[state] = canaries.make(
            Discussion, state, pk=proposals["decided"].pk + 1 + len(hidden), page=pages[state]
        )
    rows = [(value, open_to_all, value) for value in Comment.State.values]
    rows += [(f"under-{state}", discussion, Comment.State.PUBLISHED) for state, discussion in hidden.items()]
    for state, discussion, value in rows:
        at = now - 2 * DAY if value in (Comment.State.PUBLISHED, Comment.State.WITHDRAWN) else None
        comment = canaries.make(
            Comment,
            state,
            discussion=discussion,
            author=author,
            author_name="",
            state=value,
            created_at=now - 3 * DAY,
            published_at=at,
        )
        Comment.objects.filter(pk=comment.pk).update(thread=comment)
        canaries.make(CommentVersion, state, comment=comment, replaced_at=now)
        refused = value == Comment.State.REFUSED
        outcome = Decision.Outcome.REFUSED if refused else Decision.Outcome.PUBLISHED
        common = {"moderator": people["moderator"], "waiting_since": now - 3 * DAY, "decided_at": now}
        about = {"proposal": None, "comment": comment, "addendum": None}
        canaries.make(
            Decision, f"comment-{state}", **about, outcome=outcome, ground="respect" if refused else "", **common
        )
        canaries.make(Report, f"comment-{state}", **about, author=people["resident"], created_at=now)
    desk = {"author": None, "origin": "guichet", "state": Comment.State.RECEIVED, "created_at": now}
    entered = canaries.make(Comment, "desk", discussion=open_to_all, **desk)
    Comment.objects.filter(pk=entered.pk).update(thread=entered)
    canaries.make(DeskEntry, "comment", comment=entered, agent=people["desk"], entered_at=now)
    Follow.objects.create(user=people["member"], discussion=open_to_all, source="chosen", created_at=now)


def _answers(canaries: Canaries, proposal: Proposal, people: dict[str, User], now: dt.datetime) -> None:
    service = canaries.make(CityService, "known")
    canaries.make(AnswerTemplate, "known")
    for value, dates in {
        "brouillon": {},
        "programmee": {"publish_at": now + DAY},
        "publiee": {"published_at": now - DAY},
    }.items():
        common = {"decision": Proposal.State.ACCEPTED, "service": service, "status": value}
        canaries.make(
            OfficialAnswer, value, proposal=proposal, writer=people["service"], created_at=now, **common, **dates
        )
