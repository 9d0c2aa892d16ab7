"""Model field that stores several words in one column, separated as in the national schema: « Gratuit|Payant »."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Lookup
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from inclusion.models.codes import KIND_NAMES, OTHER_KIND_NAMES

SEPARATOR = "|"


class LinesField(forms.CharField):
    """Several values, one per line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("rows", 3)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


class CodesField(forms.MultipleChoiceField):
    """Several codes, as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(super().clean(value))


class PipedField(models.Field):
    """Tuple of words, restricted to `codes` if given. `field__has=word` filters the rows that contain a word.

    The column is a text with "|" around each word, so that « Gratuit » does not match « Gratuit sous condition ».
    Migrations do not store the codes, which can change without one.
    """

    empty_strings_allowed = False

    def __init__(self, *args: Any, codes: Iterable[str] = (), **kwargs: Any) -> None:
        self.codes = tuple(codes)
        super().__init__(*args, **{"default": tuple, "blank": True, **kwargs})

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> tuple[str, ...]:
        return split(value or "")

    def to_python(self, value: Any) -> tuple[str, ...]:
        return split(value) if isinstance(value, str) else tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        values = self.to_python(super().get_prep_value(value))
        return f"{SEPARATOR}{SEPARATOR.join(values)}{SEPARATOR}" if values else ""

    def value_to_string(self, obj: Any) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        for code in value:
            if (self.codes and code not in self.codes) or SEPARATOR in code:
                raise ValidationError(_("“%(word)s” is no code of the national schema."), params={"word": code})

    def formfield(self, **kwargs: Any) -> Any:
        options: dict[str, Any] = {
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "required": not self.blank,
        }
        if self.codes:
            labels = KIND_NAMES | OTHER_KIND_NAMES
            return CodesField(choices=[(code, labels.get(code, code)) for code in self.codes], **options)
        return LinesField(**options)


@PipedField.register_lookup
class HasWord(Lookup):
    """Lookup `services__has="…"`: the column contains this word."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        pattern = connection.ops.prep_for_like_query(str(self.rhs))
        return rf"{column} LIKE %s ESCAPE '\'", [*params, f"%{SEPARATOR}{pattern}{SEPARATOR}%"]


def split(text: str) -> tuple[str, ...]:
    """Returns the distinct words of "a|b", in their order."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(SEPARATOR) if part.strip()))
