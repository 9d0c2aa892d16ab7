"""Accounts of a load: sign-in by code, which no mail server delivers to `.example`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from accounts.models import User
from demo.load.batches import BATCH
from demo.load.texts import Writer

OLDEST = timedelta(days=900)


def address(number: int) -> str:
    return f"charge-{number}@charge.example"


def make(count: int, *, rng: Random, now: datetime) -> list[int]:
    """Makes `count` accounts with a verified address; returns their primary keys."""
    writer = Writer(rng)
    users = User.objects.bulk_create(_accounts(count, writer, rng, now), batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        (EmailAddress(user_id=user.pk, email=user.email, verified=True, primary=True) for user in users),
        batch_size=BATCH,
    )
    return [user.pk for user in users]


def _accounts(count: int, writer: Writer, rng: Random, now: datetime) -> Iterator[User]:
    for number in range(count):
        yield User(
            email=address(number),
            public_name=writer.name(),
            # As `set_unusable_password`, with the random generator of the load.
            password=f"{UNUSABLE_PASSWORD_PREFIX}{rng.getrandbits(160):040x}",
            date_joined=now - OLDEST * rng.random(),
        )
