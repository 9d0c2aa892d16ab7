"""What is around the proposals of the demonstration: a draft, a picture, who follows, what moderators decided."""

from datetime import datetime
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from common.markdown import french
from demo.clock import Clock
from demo.pictures import PICTURES
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
from participation.services.attachments import attach


def add_draft(clock: Clock, author: User) -> None:
    """Leaves `author` something to finish."""
    kept_at = clock.ago(2, 18)
    ProposalDraft.objects.create(
        author=author,
        title="Recevoir les réponses par courrier",
        problem="Ma voisine n’a pas d’e-mail. Elle ne sait pas ce que deviennent ses idées.",
        created_at=kept_at,
        updated_at=kept_at,
    )


def add_picture(proposal: Proposal) -> None:
    """Adds a picture to `proposal`, as its author did before sending it."""
    at = proposal.created_at
    draft = ProposalDraft.objects.create(author=proposal.author, title=proposal.title, created_at=at, updated_at=at)
    draw, _title, description = PICTURES["duree-d-une-demarche"]
    drawing = draw().file("dessin.png")
    picture = attach(draft=draft, file=UploadedFile(drawing, "dessin.png", size=drawing.size), key=uuid4(), now=at)
    Attachment.objects.filter(pk=picture.pk).update(draft=None, proposal=proposal, description=french(description))
    draft.delete()


def add_follows() -> None:
    """Lets people follow what they proposed, commented on or support, the strongest reason first, as the site does."""
    done = (
        (Follow.Source.OWN, Proposal.objects.values_list("author", "discussion")),
        (Follow.Source.OWN, CoAuthor.objects.values_list("user", "proposal__discussion")),
        (Follow.Source.COMMENTED, Comment.objects.values_list("author", "discussion").distinct().order_by()),
        (Follow.Source.SUPPORTED, Support.objects.values_list("user", "proposal__discussion")),
    )
    for source, pairs in done:
        Follow.objects.bulk_create(
            (Follow(user_id=user, discussion_id=discussion, source=source) for user, discussion in pairs),
            ignore_conflicts=True,
        )


def add_decisions(moderator: User) -> None:
    """Keeps for the register what moderation decided: each text that was published, then each that was removed."""
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
