"""Forms of the sheets of a survey: made in lots, entered by an agent, answered on line."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from common.forms import OriginField
from common.origins import Origin
from fieldwork.models import Outing, SurveyPage
from fieldwork.surveys.queries.sheets import AT_ONCE
from fieldwork.surveys.services.sheets import MOST_IN_ALL
from polls.forms import PollForm
from polls.models import Poll


class NumberField(forms.IntegerField):
    """The number of a sheet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Number of the sheet"),
            min_value=1,
            max_value=MOST_IN_ALL,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6}),
            error_messages={
                "required": _("Write the number of the sheet."),
                "invalid": _("Write a whole number, for example 41."),
                "min_value": _("Write a whole number, for example 41."),
                "max_value": _("Write at most %(limit_value)s."),
            },
            **kwargs,
        )


class SheetForm(PollForm):
    """The questions of a sheet, after what tells which sheet it is."""

    number = NumberField()

    def which(self) -> list[BoundField]:
        """The fields that tell which sheet it is, as the page shows them before the questions."""
        return [self[name] for name in self.base_fields]


class EntryForm(SheetForm):
    """A sheet that came to an agent."""

    origin = OriginField(label=_("How did the sheet come?"), initial=Origin.PAPER)


class CodedForm(SheetForm):
    """A sheet that the person who holds it answers on line."""

    number = NumberField(help_text=_("It stands at the top of your sheet."))
    code = forms.CharField(
        label=_("Code of the sheet"),
        help_text=_("Ten letters, beside the number. Capitals or small letters, as you like."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the code of the sheet.")},
    )


class LotForm(forms.Form):
    """How many sheets of a survey to make, and for which outing."""

    number = forms.IntegerField(label=_("How many sheets"), min_value=1, max_value=AT_ONCE, initial=20)
    outing = forms.ModelChoiceField(
        label=_("Outing"), queryset=Outing.objects.none(), required=False, empty_label=_("No outing")
    )

    def __init__(self, *args: Any, survey: SurveyPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outing"].queryset = survey.outings.all()  # type: ignore[attr-defined]


class VoidForm(forms.Form):
    """The number of a sheet that is lost or spoilt."""

    number = NumberField()


def questions_of(poll: Poll) -> list[Any]:
    """Returns the questions of `poll` with their fields, as its forms show them."""
    return list(PollForm(poll=poll).groups())
