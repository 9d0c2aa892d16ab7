"""Decisions of editors about the reading list: keep, set aside, make an example; erasure of texts set aside."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cms.errors import PublicationRefused
from veille.errors import ItemDecided, NoThemeYet, ReasonMissing
from veille.models import ReadingItem, Theme, VeilleEntryPage, VeilleIndexPage
from veille.services.suggestions import notify_set_aside

State = ReadingItem.State
TEXT_RETENTION = timedelta(days=90)
MAX_SOURCE_TITLE = VeilleEntryPage._meta.get_field("source_title").max_length or 0


def keep(*, item: ReadingItem, by: User, now: datetime) -> None:
    """Keeps `item` for later. Raises `ItemDecided`."""
    _decide(item, State.KEPT, by=by, now=now)


@transaction.atomic
def set_aside(*, item: ReadingItem, by: User, now: datetime, reason: str = "") -> None:
    """Sets `item` aside; the author of a suggestion receives the `reason`. Raises `ItemDecided` and `ReasonMissing`."""
    if item.is_suggestion and not reason:
        raise ReasonMissing
    _decide(item, State.SET_ASIDE, by=by, now=now, reason=reason if item.is_suggestion else "")
    if item.suggested_by_id:
        notify_set_aside(item, now=now)


@transaction.atomic
def make_example(
    *, item: ReadingItem, by: User, now: datetime, values: dict[str, Any] | None = None
) -> VeilleEntryPage:
    """Makes a draft example from `item` (URL, title, language, day). The committee writes the lesson.

    `values` are the editor's field values. Idempotent: returns the existing example of the item. Raises `NoThemeYet`.
    """
    item = ReadingItem.objects.select_for_update().get(pk=item.pk)
    if item.entry:
        return item.entry
    index, theme = VeilleIndexPage.objects.live().first(), theme_for(item)
    if index is None or theme is None:
        raise NoThemeYet
    entry = VeilleEntryPage(
        **{
            "title": item.title[:255],
            "place": item.place,
            "year": year_of(item, now),
            "theme": theme,
            **(values or {}),
        },
        source_url=item.url,
        source_title=item.title[:MAX_SOURCE_TITLE],
        source_language=item.language or VeilleEntryPage.Language.FRENCH,
        source_seen_on=timezone.localdate(now),
        live=False,
        owner=by,
    )
    index.add_child(instance=entry)
    entry.save_revision(user=by, log_action=True, clean=False)
    _decide(item, State.ENTRY, by=by, now=now, entry=entry)
    return entry


def publish_example(
    *, item: ReadingItem, by: User, now: datetime, values: dict[str, Any] | None = None
) -> VeilleEntryPage:
    """Makes an example from `item` and publishes it, atomically. Raises `PublicationRefused`."""
    with transaction.atomic():
        entry = make_example(item=item, by=by, now=now, values=values)
        revision = entry.latest_revision
        if revision is None:
            raise PublicationRefused(entry.title, [])
        entry.publish(revision, user=by)
    return entry


def theme_for(item: ReadingItem) -> Theme | None:
    """Returns the initial theme of an example: that of the item's source, or else the first."""
    return (item.source and item.source.theme) or Theme.objects.first()


def year_of(item: ReadingItem, now: datetime) -> int:
    """Returns the initial year of an example: that of the item, or else the current one."""
    return timezone.localtime(item.dated_at or now).year


def forget_texts(*, now: datetime) -> int:
    """Erases the texts of items set aside over 90 days ago; their keys stay. Returns their number."""
    return set_aside_with_text().filter(decided_at__lt=now - TEXT_RETENTION).update(text="")


def set_aside_with_text() -> Any:
    """Returns the items that were set aside and still have their text."""
    return ReadingItem.objects.filter(state=State.SET_ASIDE).exclude(text="")


def _decide(item: ReadingItem, state: State, *, by: User, now: datetime, **fields: Any) -> None:
    """Changes `item` to `state` by a conditional UPDATE: the second of two concurrent editors gets `ItemDecided`."""
    if not item.can_become(state):
        raise ItemDecided
    decided = {"state": state, "decided_at": now, "decided_by": by, **fields}
    if not ReadingItem.objects.filter(pk=item.pk, state=item.state).update(**decided):
        raise ItemDecided
    for name, value in decided.items():
        setattr(item, name, value)
