"""Residents' texts required by acts: submitted, moderated, published."""

import uuid

from common.shown import BY_PROGRAM
from participation.models import (
    CallPage,
    Comment,
    Proposal,
)
from participation.models.texts import ModeratedText
from participation.services.comments import (
    post_comment,
)
from participation.services.moderation import (
    moderate,
)
from participation.services.proposals import (
    submit_proposal,
)
from tools.mails.stage import Stage

REFUSAL = "Votre texte présente un commerce. Le site ne sert pas à la publicité."


def open_call(stage: Stage) -> CallPage:
    return CallPage.objects.accepting_proposals(stage.now).order_by("pk")[0]


def sent_proposal(stage: Stage, key: str = "habitante", *, title: str = "Prévenir quand un dossier avance") -> Proposal:
    """Returns a proposal that has just been submitted."""
    return submit_proposal(
        author=stage.user(key),
        call=open_call(stage),
        title=title,
        problem="Je ne sais jamais si mon dossier est lu, ni par qui. J’appelle pour le savoir.",
        body="Envoyer un e-mail à chaque étape : reçu, lu, décidé. Dire la date de la suite.",
        topic=None,
        district="",
        key=uuid.uuid4(),
        now=stage.now,
    )


def read_by_moderators(stage: Stage, text: ModeratedText, state: str) -> None:
    ground = "advertising" if state == "REFUSED" else ""
    reason = REFUSAL if ground else ""
    moderator = stage.user("moderation")
    moderate(
        text=text,
        state=text.State[state],
        moderator=moderator,
        now=stage.now,
        ground=ground,
        reason=reason,
        shown=BY_PROGRAM,
    )


def published_proposal(stage: Stage, key: str = "habitante", **texts: str) -> Proposal:
    proposal = sent_proposal(stage, key, **texts)
    read_by_moderators(stage, proposal, "PUBLISHED")
    return Proposal.objects.get(pk=proposal.pk)


def sent_comment(stage: Stage, key: str, body: str, parent: Comment | None = None) -> Comment:
    """Returns a comment that has just been submitted on the first proposal open to comments."""
    proposal = Proposal.objects.filter(state=Proposal.State.PUBLISHED).order_by("pk").first() or published_proposal(
        stage, "helene"
    )
    return post_comment(
        author=stage.user(key),
        discussion=parent.discussion if parent else proposal.discussion,
        body=body,
        key=uuid.uuid4(),
        now=stage.now,
        parent=parent,
    )


def published_comment(stage: Stage, key: str, body: str, parent: Comment | None = None) -> Comment:
    comment = sent_comment(stage, key, body, parent)
    if comment.state != Comment.State.PUBLISHED:
        read_by_moderators(stage, comment, "PUBLISHED")
    return Comment.objects.get(pk=comment.pk)
