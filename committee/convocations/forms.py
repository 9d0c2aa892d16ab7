"""Form of a convocation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import IdempotentForm
from common.plain_text import PlainTextField

WORDS_MAX_LENGTH = 1_500


class ConvocationForm(IdempotentForm):
    """Message and link. The date, the hours, the place, the access and the agenda come from the session."""

    words = PlainTextField(
        label=_("Your message (optional)"),
        help_text=_("What to read or to bring. The date, the place and the agenda are added below it."),
        limit=WORDS_MAX_LENGTH,
        rows=6,
        required=False,
    )
    online_link = forms.URLField(
        label=_("Link to take part from afar (optional)"),
        help_text=_("Only the members see it."),
        required=False,
        assume_scheme="https",
    )
