"""Builds the search index if a kind of object is missing: on a new site, or when a new kind becomes searchable."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS
from modelsearch.index import get_indexed_models
from modelsearch.models import IndexEntry

from operations.queries import missing_migrations


def complete_index(*, using: str = DEFAULT_DB_ALIAS, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: builds the search index if it is incomplete.

    The pages of a new site come from a migration, which sends no signal; without this, they would be found only
    after being saved. Skipped for a partial migration (`migrate` to a named migration: tables and models differ) and
    after a `flush`, which has no plan.
    """
    if plan is None or missing_migrations(using) or is_complete(using):
        return
    call_command("rebuild_modelsearch_index", verbosity=0)


def is_complete(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Returns whether each searchable kind with existing objects has entries in the index."""
    indexed = set(IndexEntry.objects.using(using).values_list("content_type", flat=True).distinct())
    types = ContentType.objects.db_manager(using).get_for_models(*get_indexed_models())
    return all(
        content_type.pk in indexed or not model.get_indexed_objects().using(using).exists()  # type: ignore[attr-defined]
        for model, content_type in types.items()
    )
