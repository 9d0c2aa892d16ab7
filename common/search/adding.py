"""Bulk addition to the search index."""

from collections.abc import Sequence

from django.db.models import Model
from modelsearch.backends import get_search_backends_with_name


def add_to_search(model: type[Model], objects: Sequence[Model]) -> None:
    """Adds saved objects of `model` to the search index: bulk operations send no signal."""
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        backend.add_bulk(model, objects)
