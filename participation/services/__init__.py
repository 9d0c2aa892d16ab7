"""What changes proposals, comments and supports. Every function is atomic and may be called twice without harm."""

from participation.services.answers import publish_answer, publish_due_answers, schedule_answer, unschedule_answer
from participation.services.appeals import appeal, decide_appeal
from participation.services.comments import (
    edit_comment,
    moderate_comment,
    post_comment,
    report_comment,
    withdraw_comment,
)
from participation.services.counters import refresh_comment_count, refresh_every_count, refresh_support_count
from participation.services.decisions import confirm_read
from participation.services.discussions import discussion_for_page, discussion_for_proposal
from participation.services.errors import (
    AlreadySent,
    CallClosed,
    DateInThePast,
    DiscussionClosed,
    EditClosed,
    NetworkBusy,
    NotInvited,
    NotWaiting,
    ParticipationError,
    ReasonMissing,
    SamePerson,
    SupportClosed,
    TargetMissing,
    TooMany,
    WrongState,
)
from participation.services.follows import set_follow
from participation.services.proposals import moderate_proposal, submit_proposal
from participation.services.states import change_state, remind_service
from participation.services.supports import set_support

__all__ = [
    "AlreadySent",
    "CallClosed",
    "DateInThePast",
    "DiscussionClosed",
    "EditClosed",
    "NetworkBusy",
    "NotInvited",
    "NotWaiting",
    "ParticipationError",
    "ReasonMissing",
    "SamePerson",
    "SupportClosed",
    "TargetMissing",
    "TooMany",
    "WrongState",
    "appeal",
    "change_state",
    "confirm_read",
    "decide_appeal",
    "discussion_for_page",
    "discussion_for_proposal",
    "edit_comment",
    "moderate_comment",
    "moderate_proposal",
    "post_comment",
    "publish_answer",
    "publish_due_answers",
    "refresh_comment_count",
    "refresh_every_count",
    "refresh_support_count",
    "remind_service",
    "report_comment",
    "schedule_answer",
    "set_follow",
    "set_support",
    "submit_proposal",
    "unschedule_answer",
    "withdraw_comment",
]
