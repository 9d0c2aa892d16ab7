"""The form of a poll: one group of radio buttons for each question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.models import Choice, Poll


class PollForm(forms.Form):
    """Asks every question of `poll`. The questions and their choices are read once."""

    def __init__(self, *args, poll: Poll, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.choices_by_id: dict[str, Choice] = {}
        for question in poll.questions.prefetch_related("choices"):
            choices = list(question.choices.all())
            self.choices_by_id.update({str(choice.pk): choice for choice in choices})
            self.fields[f"question_{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=[(str(choice.pk), choice.text) for choice in choices],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose an answer."),
                    "invalid_choice": _("Choose one of the answers of the list."),
                },
            )

    @property
    def chosen(self) -> list[Choice]:
        """The choices that were sent and exist, at most one for each question."""
        self.full_clean()
        return [self.choices_by_id[value] for value in self.cleaned_data.values()]
