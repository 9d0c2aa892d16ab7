"""Contributions at a desk, by phone or on paper, entered by an agent."""

import uuid
from datetime import timedelta

from accounts.models import User
from cms.models import SiteConfiguration
from common.markdown import french
from common.origins import Origin
from common.shown import BY_PROGRAM
from demo.clock import Clock
from demo.content import read
from participation.models import CallPage, Comment, Proposal
from participation.services.desk import Sender, enter_comment, enter_proposal
from participation.services.moderation import moderate


def load(clock: Clock, people: dict[str, User]) -> None:
    """Enters a proposal at a desk and a comment by phone, both published, and a pending comment on paper."""
    texts = read("desk")
    SiteConfiguration.objects.update(desk_address=french(texts["desks"]))
    agent, moderator, now = people["accueil"], people["moderation"], clock.now
    call = CallPage.objects.accepting_proposals(now).order_by("pk").first()
    if call is None:
        return
    text = texts["proposal"]
    entry, _code = enter_proposal(
        agent=agent,
        sender=Sender(text["name"], "", Origin.DESK, clock.ago(2, 9)),
        call=call,
        title=french(text["title"]),
        problem=french(text["problem"]),
        body=french(text["body"]),
        topic=None,
        district="",
        key=uuid.uuid4(),
        now=clock.ago(2, 10),
    )
    published = moderate(
        text=entry.proposal or Proposal(),
        state=Proposal.State.PUBLISHED,
        moderator=moderator,
        now=clock.ago(1, 10),
        shown=BY_PROGRAM,
    )
    for text in texts["comments"]:
        origin = Origin(text["origin"])
        entered, _code = enter_comment(
            agent=agent,
            sender=Sender(text["name"], "", origin, clock.ago(1, 11)),
            discussion=published.discussion,
            body=french(text["text"]),
            key=uuid.uuid4(),
            now=clock.ago(1, 11) + timedelta(minutes=5),
        )
        if origin == Origin.PHONE:
            moderate(
                text=entered.comment or Comment(),
                state=Comment.State.PUBLISHED,
                moderator=moderator,
                now=now,
                shown=BY_PROGRAM,
            )
