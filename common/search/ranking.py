"""Ranking over all models at once, so that the index is read only once."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from modelsearch.backends import get_search_backend

from common.search import words


def found_in_index(query: str, many: Collection[type[Model]], most: int) -> dict[type[Model], list[int]]:
    """Returns the primary keys of matches of `query` by model, the best first; all page types are under `Page`.

    At most two queries. Of the models in `many`, at most `most` keys. PostgreSQL ranks their latest rows only, by the
    index alone, which bounds the time for frequent words. The caller checks which objects are visible.
    """
    of_many = [content_type.pk for content_type in ContentType.objects.get_for_models(*many).values()]
    models: dict[int, type[Model] | None] = {}
    pks_by_model: dict[type[Model], list[int]] = defaultdict(list)
    for content_type, pk in get_search_backend().ranked(words(query), of_many, most):
        if content_type not in models:
            models[content_type] = _searched(content_type)
        if model := models[content_type]:
            pks_by_model[model].append(pk)
    return {model: pks[:most] if model in many else pks for model, pks in pks_by_model.items()}


def _searched(content_type: int) -> type[Model] | None:
    """Returns the base model of `content_type` for search; None if the model no longer exists."""
    model = ContentType.objects.get_for_id(content_type).model_class()
    return (model._meta.get_parent_list() or [model])[-1] if model else None
