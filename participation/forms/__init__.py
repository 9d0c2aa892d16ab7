"""What residents fill in. Errors say what to do; what was written always comes back."""

from participation.forms.discussions import (
    AppealForm,
    CommentForm,
    DebateForm,
    EditCommentForm,
    EditDebateForm,
    ReportForm,
    comment_form,
)
from participation.forms.fields import SpamGuardMixin
from participation.forms.lists import FilterForm
from participation.forms.proposals import (
    AddendumForm,
    CheckForm,
    DraftForm,
    EditProposalForm,
    FilesForm,
    IdeaForm,
    IdeaScreenForm,
    InvitationForm,
    SubjectForm,
    SubjectScreenForm,
    WithdrawalForm,
)

__all__ = [
    "AddendumForm",
    "AppealForm",
    "CheckForm",
    "CommentForm",
    "DebateForm",
    "DraftForm",
    "EditCommentForm",
    "EditDebateForm",
    "EditProposalForm",
    "FilesForm",
    "FilterForm",
    "IdeaForm",
    "IdeaScreenForm",
    "InvitationForm",
    "ReportForm",
    "SpamGuardMixin",
    "SubjectForm",
    "SubjectScreenForm",
    "WithdrawalForm",
    "comment_form",
]
