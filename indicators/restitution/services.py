"""Services that build and publish the annual report."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from common.shown import Contents, Shown, fingerprint, require_shown
from common.templatetags.dates import hours, short_day
from indicators.errors import RestitutionRefused
from indicators.hooks import Period
from indicators.models import Restitution
from indicators.restitution.queries.measures import measures_of

BUILT, PUBLISHED = "indicators.build", "indicators.publish"


@transaction.atomic
def build(*, year: int, now: datetime, by: User | None = None) -> Restitution:
    """Measures and stores the figures of `year`, replacing those of an earlier build.

    Raises `RestitutionRefused` for a published report, which is immutable because it may have been quoted, and for a
    future year.
    """
    if Period.of_year(year).begins > now:
        raise RestitutionRefused(_("The year %(year)d has not begun.") % {"year": year})
    Restitution.objects.get_or_create(year=year)
    restitution = Restitution.objects.select_for_update().get(year=year)
    if restitution.is_published:
        raise RestitutionRefused(
            _("The report of %(year)d is published: its figures do not change any more.") % {"year": year}
        )
    restitution.figures = [measure.frozen() for measure in measures_of(Period.of_year(year), now)]
    restitution.built_at = now
    restitution.save(update_fields=["figures", "built_at"])
    log(restitution, BUILT, user=by)
    return restitution


def contents_of(restitution: Restitution) -> Contents:
    """Returns the texts and the figures of the report, which its publication fixes."""
    contents = {_("Introduction"): restitution.introduction}
    for figure in restitution.figures:
        note = f" ({figure['note']})" if figure.get("note") else ""
        value = _("nothing to count") if figure["value"] is None else figure["value"]
        line = f"{figure['label']}{_(':')} {value}{note}"
        contents[figure["section"]] = f"{contents.get(figure['section'], '')}\n{line}".strip()
    quotes = "\n\n".join("\n".join(filter(None, map(str, quote.value.values()))) for quote in restitution.quotes or ())
    starts_at, ends_at = restitution.event_starts_at, restitution.event_ends_at
    event = f"{short_day(starts_at)}, {hours(starts_at, ends_at)}" if starts_at and ends_at else ""
    return contents | {
        _("Quotations"): quotes,
        _("Presented"): event,
        _("Place"): restitution.event_place,
    }


@transaction.atomic
def publish(*, restitution: Restitution, shown: Shown, now: datetime, by: User) -> Restitution:
    """Publishes the report. Idempotent: the first date is kept.

    Raises `RestitutionRefused` without figures, and `ChangedMeanwhile` unless `shown` is the fingerprint of
    `contents_of`.
    """
    locked = Restitution.objects.select_for_update().get(pk=restitution.pk)
    if locked.built_at is None:
        raise RestitutionRefused(_("Build the figures first."))
    if not locked.is_published:
        require_shown(shown, locked, fingerprint(contents_of(locked)))
        locked.published_at = now
        locked.save(update_fields=["published_at"])
        log(locked, PUBLISHED, user=by)
    return locked
