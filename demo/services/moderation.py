"""Moderation queues: reports of readers, and an appeal."""

from accounts.models import User
from common.markdown import french
from demo.clock import Clock
from demo.content import read
from participation.models import Appeal, Comment, Decision, Proposal, Report


def load(clock: Clock, people: dict[str, User], proposals: dict[str, Proposal]) -> None:
    """Adds reports of a comment and of a proposal, and the appeal of the author of a removed comment."""
    texts = read("moderation")
    for text in texts["reports"]:
        reported: Proposal | Comment = proposals[text["proposal"]]
        if "comment" in text:
            reported = Comment.objects.get(discussion__proposal=reported, body=text["comment"])
        for key, days, reason in zip(text["by"], text["days_ago"], text["reasons"], strict=True):
            about = {str(reported._meta.model_name): reported}
            Report.objects.create(author=people[key], reason=french(reason), created_at=clock.ago(days, 18), **about)
    text = texts["appeal"]
    Appeal.objects.create(
        decision=Decision.objects.refusals().get(comment__body=text["comment"]),
        body=french(text["body"]),
        created_at=clock.ago(text["days_ago"], 20),
    )
