"""Calls whose phase was set by hand get the dates that say the same."""

from datetime import datetime

from django.db import migrations
from django.utils import timezone
from django.utils.dateparse import parse_datetime

OLD = ("phase", "opens_at", "closes_at")


def dates_of(
    phase: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    published_at: datetime | None,
    now: datetime,
) -> dict[str, datetime | None]:
    """Returns the dates of a call that was in `phase`; `published_at` is when an editor last said so.

    Until now, what ended at `closes_at` was the proposals: people went on commenting and supporting. Only a call closed
    by hand was closed. No phase for supports: they were open from the beginning.
    """
    since = published_at if published_at and published_at <= now else now
    ended = closes_at if closes_at and closes_at <= now else None
    if phase == "proposals":
        begins, discussion, end = opens_at or since, closes_at, None
    elif phase == "discussion":
        begun = opens_at if opens_at and opens_at <= now else since
        begins, discussion, end = opens_at if ended else None, ended or begun, None
    else:
        begins, discussion, end = opens_at, None, ended or since
    over = discussion or end
    if begins and over and begins >= over:
        begins = None
    return {"proposals_from": begins, "discussion_from": discussion, "closes_at": end}


def date_calls(apps, schema_editor):
    now = timezone.now()
    CallPage = apps.get_model("participation", "CallPage")
    for call in CallPage.objects.all():
        dates = dates_of(call.phase, call.opens_at, call.closes_at, call.last_published_at, now)
        CallPage.objects.filter(pk=call.pk).update(**dates)
    # What an editor opens is the latest revision, not the row: it would lose the dates otherwise.
    revisions = apps.get_model("wagtailcore", "Revision").objects
    for revision in revisions.filter(content_type__app_label="participation", content_type__model="callpage"):
        content = revision.content
        if "phase" not in content:
            continue
        phase, *moments = (content.pop(name, None) for name in OLD)
        opens_at, closes_at, published_at = (
            parse_datetime(text) if text else None for text in (*moments, content.get("last_published_at"))
        )
        content |= dates_of(phase, opens_at, closes_at, published_at, now)
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("participation", "0011_phases_of_calls")]
    operations = [migrations.RunPython(date_calls, migrations.RunPython.noop)]
