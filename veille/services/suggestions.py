"""Suggestions of residents: submission, answer to their author, anonymisation."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from common.sanitising import clean_text
from veille.errors import AlreadyListed, AlreadyPublished, TooManySuggestions
from veille.models import ReadingItem, VeilleEntryPage, item_key
from veille.notifications import SuggestionAnswered

SUGGESTIONS_PER_DAY = 10
# The author of a suggestion is forgotten this long after the decision.
KEPT = timedelta(days=365)
DECIDED = (ReadingItem.State.SET_ASIDE, ReadingItem.State.ENTRY)


@transaction.atomic
def suggest(
    *, author: User, url: str, title: str, place: str, note: str, thanks_by_name: bool, now: datetime
) -> ReadingItem:
    """Adds a page to the reading list. The same suggestion sent again by the same user returns the first one.

    Raises `AlreadyPublished` for the source of a public example, `AlreadyListed` for a page known to the editors, also
    by another note of the same user, and `TooManySuggestions`.
    """
    url = _without_fragment(url)
    same_url = _known(url)
    own = same_url.filter(suggested_by=author).first()
    if own and own.note in ("", clean_text(note)):
        return own
    same_page = Q(source_url__in=_spellings(url)) | Q(pk__in=same_url.values("entry"))
    if entry := VeilleEntryPage.objects.published().filter(same_page).first():
        raise AlreadyPublished(entry)
    if same_url.exists() or VeilleEntryPage.objects.filter(same_page).exists():
        raise AlreadyListed
    if _recent(author, now).count() >= SUGGESTIONS_PER_DAY:
        raise TooManySuggestions
    item, _created = ReadingItem.objects.get_or_create(
        source=None,
        key=item_key(url),
        defaults={
            "suggested_by": author,
            "title": " ".join(clean_text(title).split()),
            "url": url,
            "place": " ".join(clean_text(place).split()),
            "note": clean_text(note),
            "thanks_by_name": thanks_by_name,
            "found_at": now,
        },
    )
    if item.suggested_by_id != author.pk:
        raise AlreadyListed
    return item


def notify_published(entry: VeilleEntryPage, *, now: datetime) -> None:
    """Notifies the authors of the suggestions of a newly published example, once each."""
    public = VeilleEntryPage.objects.published().order_by().values("pk")
    for item in entry.reading_items.suggestions().filter(entry__in=public).select_related("suggested_by"):
        SuggestionAnswered(item, entry).send(now=now)


def notify_set_aside(item: ReadingItem, *, now: datetime) -> None:
    """Notifies the author of `item`, once, of the reason for which it was set aside."""
    SuggestionAnswered(item, None).send(now=now)


def forget_suggesters(*, now: datetime) -> int:
    """Anonymises suggestions decided over a year ago, unless an example thanks the author. Returns their number."""
    old = suggestions_with_author().filter(state__in=DECIDED, decided_at__lt=now - KEPT)
    old = old.exclude(state=ReadingItem.State.ENTRY, thanks_by_name=True)
    return old.update(suggested_by=None, note="", thanks_by_name=False)


def forget_with_account(user: User, now: datetime) -> None:
    """Deletes the suggestions of `user`; those that became an example stay, without name and note."""
    own = ReadingItem.objects.filter(suggested_by=user)
    own.filter(entry=None).delete()
    own.update(note="", thanks_by_name=False)


def suggestions_with_author() -> QuerySet[ReadingItem]:
    """Returns the suggestions whose author is known."""
    return ReadingItem.objects.suggestions().exclude(suggested_by=None)


def _recent(author: User, now: datetime) -> QuerySet[ReadingItem]:
    return ReadingItem.objects.filter(suggested_by=author, found_at__gt=now - timedelta(days=1))


def _known(url: str) -> QuerySet[ReadingItem]:
    return ReadingItem.objects.filter(Q(source=None, key=item_key(url)) | Q(url__in=_spellings(url)))


def _without_fragment(url: str) -> str:
    """Returns `url` without its fragment, with scheme and host in lowercase."""
    scheme, host, path, query, _fragment = urlsplit(url)
    return urlunsplit((scheme.lower(), host.lower(), path, query, ""))


def _spellings(url: str) -> list[str]:
    """Returns the equivalent URLs of a page: http or https, with or without a trailing slash."""
    parts = urlsplit(url)
    paths = {parts.path.rstrip("/"), f"{parts.path.rstrip('/')}/"}
    return [urlunsplit((scheme, parts.netloc, path, parts.query, "")) for scheme in ("https", "http") for path in paths]
