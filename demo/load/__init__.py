"""Load of a site: any number of invented accounts, proposals and comments, deterministic for one seed.

Written by `manage.py generate_load`. Texts look like French without a meaning; the demonstration (`demo.services`)
is for people, this is for measurements.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction

from accounts.models import User
from demo.load import follow_up, pages, people, talk
from demo.load.search import index_everything
from participation.services.counters import refresh_every_count


@dataclass(frozen=True)
class Size:
    """Number of rows of each kind; `pages` are news and, as many again, entries of the watch."""

    accounts: int = 20_000
    proposals: int = 10_000
    comments: int = 100_000
    pages: int = 1_000

    # Number of comments on the busiest proposal.
    MOST_COMMENTED = 5_000

    @property
    def busiest(self) -> int:
        """Number of comments on the most commented proposal: at most half of all."""
        return min(self.MOST_COMMENTED, self.comments // 2)


SMALL = Size(accounts=40, proposals=60, comments=240, pages=5)


def is_loaded() -> bool:
    """Returns whether a load exists: a second one would need the same e-mail addresses."""
    return User.objects.filter(email=people.address(0)).exists()


def load(size: Size, *, seed: int, now: datetime, say: Callable[[str], None]) -> None:
    """Writes a load of `size`, with dates before `now`, in one transaction; passes its progress to `say`.

    Raises `ValueError` for a size without accounts or proposals.
    """
    if size.accounts < 1 or size.proposals < 1 or size.comments < 0 or size.pages < 0:
        raise ValueError("a load needs at least one account and one proposal")
    rng = Random(seed)  # noqa: S311
    with transaction.atomic():
        say(f"{size.accounts} accounts …")
        authors = people.make(size.accounts, rng=rng, now=now)
        say(f"{size.proposals} proposals and their supports …")
        proposals, answers = talk.make_proposals(size.proposals, authors, rng=rng, now=now)
        talk.make_supports(proposals, authors, rng=rng)
        say("Steps, follows, addenda, co-authors and pictures …")
        follow_up.make_steps(proposals, answers)
        follow_up.make_follows(proposals, authors, rng=rng)
        follow_up.make_additions(proposals, authors, rng=rng, now=now)
        say(f"{size.comments} comments …")
        talk.make_comments(size.comments, size.busiest, proposals, authors, rng=rng, now=now)
        say("Counters …")
        refresh_every_count()
        say(f"{size.pages} news and {size.pages} entries of the watch …")
        made = pages.make(size.pages, rng=rng, now=now)
        say("Index of the search …")
        index_everything(proposals, made, say=say)
