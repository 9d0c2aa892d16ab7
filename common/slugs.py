"""Free slugs and anchors: the wanted one, or the same with a number."""

from collections.abc import Container
from itertools import chain, count
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

# Characters of a slug left for the number that may follow it.
NUMBER_LENGTH = 5


def first_free(wanted: str, taken: Container[str]) -> str:
    """Returns `wanted`, or the first of `wanted-2`, `wanted-3`… that is not in `taken`."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(slug for slug in chain([wanted], numbered) if slug not in taken)


def free_slug(text: str, others: QuerySet[Any], *, default: str) -> str:
    """Returns a slug of `text` that no object of `others` has; `default` if `text` has no letter."""
    length = others.model._meta.get_field("slug").max_length - NUMBER_LENGTH
    wanted = slugify(text)[:length].strip("-") or default
    return first_free(wanted, {*others.filter(slug__startswith=wanted).values_list("slug", flat=True)})
