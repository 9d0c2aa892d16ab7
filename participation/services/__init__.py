"""What changes proposals, comments and supports. Every function is atomic and may be called twice without harm."""

from participation.services.answers import publish_answer, publish_due_answers, schedule_answer, unschedule_answer
from participation.services.appeals import appeal, decide_appeal
from participation.services.attachments import attach, describe, detach
from participation.services.comments import (
    confirm_changed_comment,
    edit_comment,
    moderate_comment,
    post_comment,
    report_comment,
    withdraw_comment,
)
from participation.services.counters import refresh_comment_count, refresh_every_count, refresh_support_count
from participation.services.discussions import discussion_for_page, discussion_for_proposal
from participation.services.drafts import adopt_drafts, delete_draft, forget_old_drafts, save_draft, send_draft
from participation.services.errors import (
    AlreadySent,
    CallClosed,
    DateInThePast,
    DiscussionClosed,
    DraftChanged,
    DraftSent,
    EditClosed,
    FileNotDescribed,
    FileRefused,
    NetworkBusy,
    NotWaiting,
    ParticipationError,
    ReasonMissing,
    SamePerson,
    SupportClosed,
    TargetMissing,
    TooMany,
    TooManyDrafts,
    TooManyFiles,
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
    "DraftChanged",
    "DraftSent",
    "EditClosed",
    "FileNotDescribed",
    "FileRefused",
    "NetworkBusy",
    "NotWaiting",
    "ParticipationError",
    "ReasonMissing",
    "SamePerson",
    "SupportClosed",
    "TargetMissing",
    "TooMany",
    "TooManyDrafts",
    "TooManyFiles",
    "WrongState",
    "adopt_drafts",
    "appeal",
    "attach",
    "change_state",
    "confirm_changed_comment",
    "decide_appeal",
    "delete_draft",
    "describe",
    "detach",
    "discussion_for_page",
    "discussion_for_proposal",
    "edit_comment",
    "forget_old_drafts",
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
    "save_draft",
    "schedule_answer",
    "send_draft",
    "set_follow",
    "set_support",
    "submit_proposal",
    "unschedule_answer",
    "withdraw_comment",
]
