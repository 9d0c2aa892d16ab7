"""Form of what anyone writes to the committee."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.forms import EmailField, SpamGuardMixin
from common.plain_text import PlainTextField

NAME_MAX_LENGTH = 80
MESSAGE_MAX_LENGTH = 4_000


class Subject(TextChoices):
    """What a message is about. `?sujet=` chooses one in advance."""

    QUESTION = "question", _("A question about the committee")
    HELP = "aide", _("Help to use this site")
    DIFFICULTY = "difficulte", _("A page that is hard to use")
    EXAMPLE = "exemple", _("An example for the watch")
    SEAT = "sieger", _("Sitting on the committee")
    DATA = "donnees", _("What the site keeps about me")
    OTHER = "autre", _("Something else")


class ContactForm(SpamGuardMixin):
    """A message to the committee, and where to answer it."""

    subject = forms.ChoiceField(
        label=_("What is your message about?"),
        choices=[("", _("Choose")), *Subject.choices],
        error_messages={
            "required": _("Choose what your message is about."),
            "invalid_choice": _("Choose what your message is about."),
        },
    )
    body = PlainTextField(
        label=_("Your message"),
        limit=MESSAGE_MAX_LENGTH,
        rows=8,
        error_messages={"required": _("Write your message.")},
    )
    email = EmailField(label=_("Your e-mail address"), help_text=_("We answer to it. It serves for nothing else."))
    name = PlainTextField(
        label=_("Your name (optional)"),
        limit=NAME_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
