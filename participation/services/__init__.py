"""What changes proposals, comments and supports. Every function is atomic and may be called twice without harm."""

from participation.services.addenda import add_addendum, moderate_addendum
from participation.services.answers import publish_answer, publish_due_answers, schedule_answer, unschedule_answer
from participation.services.appeals import appeal, decide_appeal
from participation.services.coauthors import (
    answer_invitation,
    forget_old_invitations,
    invite,
    leave,
    take_invitation_back,
)
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
    AddendumClosed,
    AlreadySent,
    CallClosed,
    ChangedMeanwhile,
    DateInThePast,
    DiscussionClosed,
    EditClosed,
    InvitationClosed,
    InvitationOver,
    InvitedThemselves,
    NetworkBusy,
    NotInvited,
    NotWaiting,
    ParticipationError,
    ProposalEditClosed,
    ReasonMissing,
    SamePerson,
    SupportClosed,
    TargetMissing,
    TooMany,
    TooManyAuthors,
    TooManyInvitations,
    WrongState,
)
from participation.services.follows import set_follow
from participation.services.moderation import moderate
from participation.services.proposals import moderate_proposal, submit_proposal
from participation.services.states import change_state, remind_service
from participation.services.supports import set_support
from participation.services.versions import edit_proposal, hide_versions

__all__ = [
    "AddendumClosed",
    "AlreadySent",
    "CallClosed",
    "ChangedMeanwhile",
    "DateInThePast",
    "DiscussionClosed",
    "EditClosed",
    "InvitationClosed",
    "InvitationOver",
    "InvitedThemselves",
    "NetworkBusy",
    "NotInvited",
    "NotWaiting",
    "ParticipationError",
    "ProposalEditClosed",
    "ReasonMissing",
    "SamePerson",
    "SupportClosed",
    "TargetMissing",
    "TooMany",
    "TooManyAuthors",
    "TooManyInvitations",
    "WrongState",
    "add_addendum",
    "answer_invitation",
    "appeal",
    "change_state",
    "confirm_read",
    "decide_appeal",
    "discussion_for_page",
    "discussion_for_proposal",
    "edit_comment",
    "edit_proposal",
    "forget_old_invitations",
    "hide_versions",
    "invite",
    "leave",
    "moderate",
    "moderate_addendum",
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
    "take_invitation_back",
    "unschedule_answer",
    "withdraw_comment",
]
