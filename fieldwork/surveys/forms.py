"""Forms of the sheets of a survey (making, entry by an agent, online answer), and of the coding of texts."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.forms import OriginField
from common.origins import Origin
from common.sanitising import clean_text
from fieldwork.models import Code, Outing, SurveyPage
from fieldwork.surveys.queries.coding import WrittenText
from fieldwork.surveys.queries.sheets import AT_ONCE
from fieldwork.surveys.services.sheets import MOST_IN_ALL
from polls.forms import PollForm
from polls.models import Poll


class NumberField(forms.IntegerField):
    """Number of a sheet."""

    def __init__(self, *, autofocus: bool = False, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 6}
        super().__init__(
            label=_("Number of the sheet"),
            min_value=1,
            max_value=MOST_IN_ALL,
            widget=forms.TextInput(attrs=attrs | {"autofocus": True} if autofocus else attrs),
            error_messages={
                "required": _("Write the number of the sheet."),
                "invalid": _("Write a whole number, for example 41."),
                "min_value": _("Write a whole number, for example 41."),
                "max_value": _("Write at most %(limit_value)s."),
            },
            **kwargs,
        )


class EntryForm(PollForm):
    """Entry of a sheet by an agent, with autofocus on the number. Blank answers are allowed."""

    takes_blanks = True
    number = NumberField(autofocus=True)
    origin = OriginField(label=_("How did the sheet come?"), initial=Origin.PAPER)


class CodedForm(PollForm):
    """Online answer by the holder of a sheet."""

    number = NumberField(help_text=_("It stands at the top of your sheet."))
    code = forms.CharField(
        label=_("Code of the sheet"),
        help_text=_("Ten letters, beside the number. Capitals or small letters, as you like."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the code of the sheet.")},
    )


class LotForm(forms.Form):
    """Number of sheets to make, and their outing."""

    number = forms.IntegerField(label=_("How many sheets"), min_value=1, max_value=AT_ONCE, initial=20)
    outing = forms.ModelChoiceField(
        label=_("Outing"), queryset=Outing.objects.none(), required=False, empty_label=_("No outing")
    )

    def __init__(self, *args: Any, survey: SurveyPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outing"].queryset = survey.outings.all()  # type: ignore[attr-defined]


class VoidForm(forms.Form):
    """Number of a lost or spoilt sheet."""

    number = NumberField()


def questions_of(poll: Poll) -> list[Any]:
    """Returns the questions of `poll` with their form fields."""
    return list(PollForm(poll=poll).groups())


LONGEST_LABEL = Code._meta.get_field("label").max_length or 0


class CodesField(forms.CharField):
    """Codes of a text, comma-separated: numbers of codes, or labels; an unknown label makes a new code."""

    def to_python(self, value: Any) -> list[int | str]:  # type: ignore[override]
        names = [" ".join(clean_text(part).split()) for part in (super().to_python(value) or "").split(",")]
        codes: list[int | str] = []
        for name in filter(None, names):
            # Numbers may also be separated by spaces: « 1 3 ».
            if all(part.isascii() and part.isdigit() for part in name.split()):
                codes += [int(part) for part in name.split()]
            elif len(name) > LONGEST_LABEL:
                raise ValidationError(gettext("Write a code in at most %(most)s signs.") % {"most": LONGEST_LABEL})
            else:
                codes.append(name)
        return codes


class CodingForm(forms.Form):
    """One field per text. Once valid, `codes_by_place` contains the codes of each changed text by its place.

    The page contains the codes that it showed: texts that another editor coded meanwhile are not changed.
    """

    def __init__(self, *args: Any, texts: Sequence[WrittenText], codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.numbers = texts, {code.number for code in codes}
        for number, text in enumerate(texts, 1):
            self.fields[f"text_{text.place}"] = CodesField(
                label=gettext("Codes of text %(number)s") % {"number": number},
                initial=", ".join(map(str, text.codes)),
                required=False,
                show_hidden_initial=True,
                max_length=400,
                widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": f"text-{text.place}"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, codes in list(cleaned.items()):
            unknown = [code for code in codes if isinstance(code, int) and code not in self.numbers]
            if unknown:
                self.add_error(name, gettext("There is no code %(number)s.") % {"number": unknown[0]})
        return cleaned

    @property
    def codes_by_place(self) -> dict[int, list[int | str]]:
        names = {text.place: f"text_{text.place}" for text in self.texts}
        return {place: self.cleaned_data[name] for place, name in names.items() if name in self.changed_data}

    def rows(self) -> Iterator[tuple[WrittenText, BoundField, str]]:
        """Returns an iterator of (text, bound field, hidden field with the codes that the page showed)."""
        fields = ((text, self[f"text_{text.place}"]) for text in self.texts)
        return ((text, field, field.as_hidden(only_initial=True)) for text, field in fields)


class CodeForm(forms.ModelForm):
    """Label of a code, and its public sentence."""

    class Meta:
        model = Code
        fields: ClassVar = ["label", "sentence"]
        widgets: ClassVar = {"sentence": forms.Textarea(attrs={"rows": 3})}

    def clean_label(self) -> str:
        """Refuses a label of another code of the question: Django skips constraints on fields that the form lacks."""
        label = self.cleaned_data["label"]
        others = Code.objects.filter(question=self.instance.question_id).exclude(pk=self.instance.pk)
        if any(label.casefold() == other.label.casefold() for other in others):
            raise ValidationError(gettext("This question has that code already."))
        return label
