"""Form to report an error about a place."""

from django.utils.translation import gettext_lazy as _

from common.forms import EmailField, IdempotentForm, SpamGuardMixin
from common.plain_text import PlainTextField

MAX_LENGTH = 1_000


class PlaceReportForm(SpamGuardMixin, IdempotentForm):
    text = PlainTextField(
        label=_("What is wrong?"),
        help_text=_("For example: the phone does not answer, the hours have changed, the place is closed."),
        limit=MAX_LENGTH,
        rows=4,
        error_messages={"required": _("Write what is wrong: one sentence is enough.")},
    )
    email = EmailField(
        label=_("Your e-mail address (optional)"),
        help_text=_(
            "Only so that an editor may ask you a question. It is erased with your report, a year after its answer."
        ),
        required=False,
    )
