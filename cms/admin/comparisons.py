"""Comparison of two versions of a page: dates and times in words."""

from datetime import date, datetime
from typing import Any

from django.db import models
from wagtail.admin.compare import FieldComparison, register_comparison_class

from common.templatetags.dates import hour, short_day


class MomentComparison(FieldComparison):
    """Date, or date and time in words: « 15 décembre 2026, 9 h 30 »."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (_in_words(field.value_from_object(obj)) for obj in (obj_a, obj_b))


def _in_words(value: date | None) -> str:
    if isinstance(value, datetime):
        return f"{short_day(value)}, {hour(value)}"
    return short_day(value) if value else ""


def register_comparisons() -> None:
    """Registers the comparison for each kind of date field; called once."""
    for kind in (models.DateField, models.DateTimeField):
        register_comparison_class(kind, comparison_class=MomentComparison)
