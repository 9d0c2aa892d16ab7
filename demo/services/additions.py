"""Additions to the proposals: corrections, co-authors, draft, picture, follows, decisions of moderation."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from common.markdown import french
from demo.clock import Clock
from demo.content import read
from demo.pictures import DRAWINGS
from participation.models import (
    Addendum,
    Attachment,
    CoAuthor,
    Comment,
    Decision,
    Follow,
    Ground,
    Proposal,
    ProposalDraft,
    Support,
)
from participation.models.texts import ModeratedText
from participation.models.versions import published_content
from participation.services.attachments import attach


def add_corrections(clock: Clock, proposals: dict[str, Proposal], people: dict[str, User]) -> None:
    """Adds an earlier text, two co-authors and an addendum to one proposal."""
    text = read("additions")["corrected"]
    proposal = proposals[text["proposal"]]
    changed_at = (proposal.published_at or proposal.created_at) + timedelta(hours=3)
    earlier = published_content(proposal) | {"title": text["first_title"], "body": text["first_body"]}
    proposal.versions.create(**earlier, replaced_at=changed_at)
    CoAuthor.objects.bulk_create(
        CoAuthor(proposal=proposal, user=people[key], since=changed_at) for key in text["coauthors"]
    )
    read_at = clock.ago(29, 10)
    Addendum.objects.create(
        proposal=proposal,
        author=proposal.author,
        body=text["addendum"],
        state=Addendum.State.PUBLISHED,
        created_at=clock.ago(30, 18),
        state_changed_at=read_at,
        published_at=read_at,
    )
    proposal.edited_at = changed_at
    proposal.save(update_fields=["edited_at"])


def add_draft(clock: Clock, author: User) -> None:
    """Creates a draft of `author`."""
    kept_at = clock.ago(2, 18)
    ProposalDraft.objects.create(author=author, created_at=kept_at, updated_at=kept_at, **read("additions")["draft"])


def add_picture(proposal: Proposal) -> None:
    """Adds a picture to `proposal`, as its author did before sending it."""
    at = proposal.created_at
    draft = ProposalDraft.objects.create(author=proposal.author, title=proposal.title, created_at=at, updated_at=at)
    name = "duree-d-une-demarche"
    drawing = DRAWINGS[name]().file("dessin.png")
    description = read("pictures")[name]["description"]
    picture = attach(draft=draft, file=UploadedFile(drawing, "dessin.png", size=drawing.size), key=uuid4(), now=at)
    Attachment.objects.filter(pk=picture.pk).update(draft=None, proposal=proposal, description=french(description))
    draft.delete()


def add_follows() -> None:
    """Adds follows of own, commented and supported proposals, the strongest reason first, as the site does."""
    done = (
        (Follow.Source.OWN, Proposal.objects.values_list("author", "discussion", "created_at")),
        (Follow.Source.OWN, CoAuthor.objects.values_list("user", "proposal__discussion", "since")),
        (
            Follow.Source.COMMENTED,
            Comment.objects.order_by("created_at").values_list("author", "discussion", "created_at"),
        ),
        (Follow.Source.SUPPORTED, Support.objects.values_list("user", "proposal__discussion", "created_at")),
    )
    for source, rows in done:
        Follow.objects.bulk_create(
            (
                Follow(user_id=user, discussion_id=discussion, source=source, created_at=at)
                for user, discussion, at in rows
            ),
            ignore_conflicts=True,
        )


def add_decisions(moderator: User) -> None:
    """Records the decisions of moderation: each publication, then each removal."""
    texts: list[ModeratedText] = [
        *Proposal.objects.exclude(published_at=None),
        *Addendum.objects.exclude(published_at=None),
        *Comment.objects.exclude(published_at=None),
    ]
    removed = Comment.objects.filter(state=Comment.State.REFUSED)
    Decision.objects.bulk_create(
        [_decision(text, moderator, Decision.Outcome.PUBLISHED, text.created_at, text.published_at) for text in texts]
    )
    Decision.objects.bulk_create(
        [
            _decision(text, moderator, Decision.Outcome.REFUSED, text.state_changed_at, text.state_changed_at)
            for text in removed
        ]
    )


def _decision(
    text: ModeratedText, moderator: User, outcome: str, since: datetime | None, decided_at: datetime | None
) -> Decision:
    refused = outcome == Decision.Outcome.REFUSED
    return Decision(
        **{str(text._meta.model_name): text},
        outcome=outcome,
        ground=Ground.RESPECT if refused else "",
        reason=text.state_reason if refused else "",
        moderator=moderator,
        waiting_since=since or text.created_at,
        decided_at=decided_at or text.created_at,
    )
