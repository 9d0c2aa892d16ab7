"""Batches of rows, never all in memory, with primary keys from the random generator of the load."""

from collections.abc import Iterator
from random import Random
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

BATCH = 2_000

Row = TypeVar("Row", bound=Model)


def new_key(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def in_batches(model: type[Row], rows: Iterator[Row]) -> None:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            model._default_manager.bulk_create(batch)
            batch = []
    model._default_manager.bulk_create(batch)
