"""« @Name » in a comment: mentions of participants of the same discussion."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Q

from accounts.models import User
from participation.models import Comment, Discussion


def people_of(discussion: Discussion) -> dict[str, User]:
    """Returns the participants by lower-case name: authors of published comments, and of the proposal.

    A name shared by several of them is left out, because a mail could reach the wrong person.
    """
    authors = Comment.objects.published().filter(discussion=discussion, author__isnull=False).values("author")
    rule = Q(pk__in=authors)
    if discussion.proposal_id:
        rule |= Q(proposals__discussion=discussion) | Q(co_authorships__proposal__discussion=discussion)
    participants = list(User.objects.filter(rule, is_active=True).distinct())
    bearers = Counter(user.public_name.casefold() for user in participants)
    return {
        user.public_name.casefold(): user
        for user in participants
        if user.public_name and bearers[user.public_name.casefold()] == 1
    }


def split(text: str, names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Splits `text` into pieces, each with whether it is « @ » and one of `names`. The longest name wins."""
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    if not longest_first or "@" not in text:
        yield text, False
        return
    # Not inside an address, and not the beginning of a longer word.
    pattern = rf"(?<!\w)(@(?:{'|'.join(map(re.escape, longest_first))}))(?!\w)"
    for position, piece in enumerate(re.split(pattern, text, flags=re.IGNORECASE)):
        if piece:
            yield piece, position % 2 == 1


def named_in(comment: Comment) -> list[User]:
    """Returns the users mentioned in `comment`, without duplicates and without its author."""
    if "@" not in comment.body:
        return []
    participants = people_of(comment.discussion)
    names = dict.fromkeys(piece[1:].casefold() for piece, is_name in split(comment.body, participants) if is_name)
    mentioned = [participants[name] for name in names if name in participants]
    return [user for user in mentioned if user.pk != comment.author_id]
