"""Recipients of mails about a text. The only place with these rules."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from common.origins import Origin
from participation.models import DeskEntry, Proposal
from participation.models.texts import ModeratedText


def followers_of(proposal: Proposal) -> QuerySet[User]:
    """Returns the accounts notified of public changes of `proposal`: followers who are not authors.

    A person who gave the text to an agent is notified as its author, at the address left there.
    """
    followers = proposal.followers().exclude(pk__in=proposal.writers().order_by().values("pk")).order_by("pk")
    desk_address = address_left_for(proposal)
    return followers.exclude(email__iexact=desk_address) if desk_address else followers


def notified_addresses(text: ModeratedText, *, actor_id: int | None = None) -> list[str]:
    """Returns the addresses notified of each change at once: the authors', except that of `actor_id`, who made it.

    Each address occurs once, whatever the roles of its user. An author without an account is notified at the address
    noted by an agent; an imported author has none.
    """
    addresses = [user.email for user in text.writers() if user.pk != actor_id]
    desk_address = address_left_for(text)
    return list(dict.fromkeys([*addresses, desk_address.lower()] if desk_address else addresses))


def address_of_author(text: ModeratedText) -> str:
    """Returns the address of the first author of `text`; "" for an imported text."""
    return text.author.email if text.author else address_left_for(text)


def not_notified(texts: Iterable[ModeratedText]) -> list[ModeratedText]:
    """Returns those of `texts` whose author left no address. One query for each kind of text without an account."""
    without_account = [text for text in texts if not text.author_id]
    keys_by_kind: dict[str, list[int]] = defaultdict(list)
    for text in without_account:
        if text.origin != Origin.ONLINE:
            keys_by_kind[str(text._meta.model_name)].append(text.pk)
    reached = {
        (kind, key)
        for kind, keys in keys_by_kind.items()
        for key in DeskEntry.objects.filter(**{f"{kind}__in": keys}).exclude(email="").values_list(kind, flat=True)
    }
    return [text for text in without_account if (str(text._meta.model_name), text.pk) not in reached]


def count_notified(texts: Iterable[ModeratedText]) -> int:
    """Returns the number of `texts` whose author gets an e-mail."""
    text_list = list(texts)
    return len(text_list) - len(not_notified(text_list))


def address_left_for(text: ModeratedText) -> str:
    """Returns the address that a person without an account left with an agent, or "".

    One query, none for other texts.
    """
    if text.author_id or text.origin == Origin.ONLINE:
        return ""
    entries = DeskEntry.objects.filter(**{str(text._meta.model_name): text.pk})
    return entries.values_list("email", flat=True).first() or ""
