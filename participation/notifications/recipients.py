"""Recipients: who is told what happens to a text. The one place that knows; what changes a text asks here."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from common.origins import Origin
from participation.models import DeskEntry, Proposal
from participation.models.texts import ModeratedText


def followers_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told the public changes of `proposal`: who follows and did not make it.

    Who said it to an agent is told as its author, at the address that was left there.
    """
    others = proposal.followers().exclude(pk__in=proposal.writers().order_by().values("pk")).order_by("pk")
    left = address_left_for(proposal)
    return others.exclude(email__iexact=left) if left else others


def addresses_told(text: ModeratedText, *, but: int | None = None) -> list[str]:
    """The addresses that are told each change at once: those of the authors, without the account `but`, who made it.

    Each address is there once, whatever the roles of its person.

    An author without account is told where an agent wrote down an address; none for what an import brought.
    """
    told = [user.email for user in text.writers() if user.pk != but]
    left = address_left_for(text)
    return list(dict.fromkeys([*told, left.lower()] if left else told))


def address_of_author(text: ModeratedText) -> str:
    """Where the first author of `text` is told what becomes of it; an empty text for what an import brought."""
    return text.author.email if text.author else address_left_for(text)


def count_told(texts: Iterable[ModeratedText]) -> int:
    """Returns of how many of `texts` the author is told by e-mail. One query for each kind without an account."""
    found = list(texts)
    left: dict[str, list[int]] = defaultdict(list)
    for text in found:
        if not text.author_id and text.origin != Origin.ONLINE:
            left[str(text._meta.model_name)].append(text.pk)
    entries = [DeskEntry.objects.filter(**{f"{kind}__in": keys}).exclude(email="") for kind, keys in left.items()]
    return sum(1 for text in found if text.author_id) + sum(one.count() for one in entries)


def address_left_for(text: ModeratedText) -> str:
    """The address that a person without account gave to an agent, if there is one. One query, none for the others."""
    if text.author_id or text.origin == Origin.ONLINE:
        return ""
    entries = DeskEntry.objects.filter(**{str(text._meta.model_name): text.pk})
    return entries.values_list("email", flat=True).first() or ""
