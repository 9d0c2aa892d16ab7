"""Form of the survey."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from indicators.representativeness.queries.population import QUESTIONS


class SurveyForm(forms.Form):
    """One choice per question, none preselected. « I prefer not to answer » is a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=str(question.text),
                choices=[(group.key, group.label) for group in question.groups],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("%(question)s Choose an answer. You may prefer not to answer.")
                    % {"question": question.text}
                },
            )
