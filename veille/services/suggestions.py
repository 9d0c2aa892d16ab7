"""Examples that residents suggest: sending one, telling the person what became of it, forgetting who it was."""

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
# Who suggested what has been decided about is forgotten then.
KEPT = timedelta(days=365)
DECIDED = (ReadingItem.State.SET_ASIDE, ReadingItem.State.ENTRY)


@transaction.atomic
def suggest(
    *, author: User, url: str, title: str, place: str, note: str, thanks_by_name: bool, now: datetime
) -> ReadingItem:
    """Puts a page on the reading list of the editors. The same page sent again by the same person is the first one.

    Raises `AlreadyPublished` for the source of an example that anyone may read, `AlreadyListed` for a page that the
    editors know, and `TooManySuggestions`.
    """
    url = _without_fragment(url)
    known = _known(url)
    if own := known.filter(suggested_by=author).first():
        return own
    same_page = Q(source_url__in=_spellings(url)) | Q(pk__in=known.values("entry"))
    if entry := VeilleEntryPage.objects.published().filter(same_page).first():
        raise AlreadyPublished(entry)
    if known.exists() or VeilleEntryPage.objects.filter(same_page).exists():
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


def tell_published(entry: VeilleEntryPage, *, now: datetime) -> None:
    """Thanks, once, who suggested the example that has just been published."""
    for item in entry.reading_items.suggestions().select_related("suggested_by"):
        if VeilleEntryPage.objects.published().filter(pk=entry.pk).exists():
            SuggestionAnswered(item, entry).send(now=now)


def tell_set_aside(item: ReadingItem, *, now: datetime) -> None:
    """Tells, once, who suggested `item` why it was set aside."""
    SuggestionAnswered(item, None).send(now=now)


def forget_suggesters(*, now: datetime) -> int:
    """Forgets who suggested what was decided about a year ago, unless an example thanks them; returns how many."""
    old = kept_suggestions().filter(state__in=DECIDED, decided_at__lt=now - KEPT)
    old = old.exclude(state=ReadingItem.State.ENTRY, thanks_by_name=True)
    return old.update(suggested_by=None, note="", thanks_by_name=False)


def forget_with_account(user: User) -> None:
    """Erases what `user` suggested; what became an example stays, without the person and her words."""
    own = ReadingItem.objects.filter(suggested_by=user)
    own.filter(entry=None).delete()
    own.update(note="", thanks_by_name=False)


def kept_suggestions() -> QuerySet[ReadingItem]:
    """Returns the suggestions of which the site knows who made them."""
    return ReadingItem.objects.suggestions().exclude(suggested_by=None)


def _recent(author: User, now: datetime) -> QuerySet[ReadingItem]:
    return ReadingItem.objects.filter(suggested_by=author, found_at__gt=now - timedelta(days=1))


def _known(url: str) -> QuerySet[ReadingItem]:
    return ReadingItem.objects.filter(Q(source=None, key=item_key(url)) | Q(url__in=_spellings(url)))


def _without_fragment(url: str) -> str:
    """Returns `url` without what names a place in the page, its scheme and host in lowercase."""
    scheme, host, path, query, _fragment = urlsplit(url)
    return urlunsplit((scheme.lower(), host.lower(), path, query, ""))


def _spellings(url: str) -> list[str]:
    """Returns the ways to write the address of a page: with http or https, with or without a slash at its end."""
    parts = urlsplit(url)
    paths = {parts.path.rstrip("/"), f"{parts.path.rstrip('/')}/"}
    return [urlunsplit((scheme, parts.netloc, path, parts.query, "")) for scheme in ("https", "http") for path in paths]
