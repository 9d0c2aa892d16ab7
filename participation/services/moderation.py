"""One decision about a text, whatever kind of text it is."""

from typing import Any

from participation.models import Addendum, Comment, Proposal
from participation.models.moderation import Moderated
from participation.services.addenda import moderate_addendum
from participation.services.comments import moderate_comment
from participation.services.proposals import moderate_proposal


def moderate(text: Moderated, state: str, **decision: Any) -> None:
    """Leads `text` to the state named `state` (PUBLISHED, REFUSED). See the three services for the rest."""
    if isinstance(text, Proposal):
        moderate_proposal(proposal=text, state=Proposal.State[state], **decision)
    elif isinstance(text, Addendum):
        moderate_addendum(addendum=text, state=Addendum.State[state], **decision)
    else:
        moderate_comment(comment=text, state=Comment.State[state], **decision)
