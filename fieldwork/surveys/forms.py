"""Forms with which editors code the free texts of a survey."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _

from common.sanitising import clean_text
from fieldwork.models import Code
from fieldwork.surveys.queries.coding import WrittenText

LABEL = Code._meta.get_field("label")


class CodesField(forms.CharField):
    """The codes of a text, between commas: numbers of codes, or words, which make a new code where none has them."""

    def to_python(self, value: Any) -> list[int | str]:  # type: ignore[override]
        named = [" ".join(clean_text(part).split()) for part in super().to_python(value).split(",")]
        found: list[int | str] = []
        for name in filter(None, named):
            # Numbers may follow each other without commas: « 1 3 ».
            if all(part.isascii() and part.isdigit() for part in name.split()):
                found += [int(part) for part in name.split()]
            elif len(name) > LABEL.max_length:
                raise ValidationError(_("Write a code in at most %(most)s signs.") % {"most": LABEL.max_length})
            else:
                found.append(name)
        return found


class CodingForm(forms.Form):
    """A field for each text. `given` has, once it is valid, the codes of each, by the place of the text."""

    def __init__(self, *args: Any, texts: Sequence[WrittenText], codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.numbers = texts, {code.number for code in codes}
        for number, text in enumerate(texts, 1):
            self.fields[f"text_{text.place}"] = CodesField(
                label=_("Codes of text %(number)s") % {"number": number},
                initial=", ".join(map(str, text.codes)),
                required=False,
                max_length=400,
                widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": f"text-{text.place}"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, found in list(cleaned.items()):
            unknown = [code for code in found if isinstance(code, int) and code not in self.numbers]
            if unknown:
                self.add_error(name, _("There is no code %(number)s.") % {"number": unknown[0]})
        return cleaned

    @property
    def given(self) -> dict[int, list[int | str]]:
        return {text.place: self.cleaned_data[f"text_{text.place}"] for text in self.texts}

    def rows(self) -> Iterator[tuple[WrittenText, BoundField]]:
        """Gives each text with its field."""
        return ((text, self[f"text_{text.place}"]) for text in self.texts)


class CodeForm(forms.ModelForm):
    """The words of a code, and the sentence that readers see."""

    class Meta:
        model = Code
        fields: ClassVar = ["label", "sentence"]
        widgets: ClassVar = {"sentence": forms.Textarea(attrs={"rows": 3})}

    def clean_label(self) -> str:
        """Refuses the words of another code of the question: constraints of what no form shows are not asked."""
        label = self.cleaned_data["label"]
        others = Code.objects.filter(question=self.instance.question_id).exclude(pk=self.instance.pk)
        if any(label.casefold() == other.label.casefold() for other in others):
            raise ValidationError(_("This question has that code already."))
        return label
