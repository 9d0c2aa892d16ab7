"""Days that a seat or a mandate covers."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q


class PeriodQuerySet(models.QuerySet):
    """Rows that run from a first day, until a last day or without an end."""

    def current(self, on: date) -> Self:
        """Returns the rows that include the date `on`, first and last days included."""
        return self.not_over(on).filter(starts_on__lte=on)

    def not_over(self, on: date) -> Self:
        """Returns the rows that include the date `on`, or begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
