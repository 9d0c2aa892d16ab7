"""Three steps of the committee's year (choose, work, report), and the current one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.models import SessionPage, WorkProgramme
from indicators.hooks import Period
from indicators.models import Restitution


@dataclass
class YearStep:
    """Step of the timeline."""

    label: str
    note: str
    url: str
    kind: Literal["done", "current", "future"] = "future"


@dataclass(frozen=True)
class YearSteps:
    """Steps of `year`, and the number of the current one, None once all are done."""

    year: int
    steps: Sequence[YearStep]
    current: int | None


def year_steps(now: datetime) -> YearSteps:
    """Returns the steps of the current year. Three queries."""
    year = timezone.localdate(now).year
    programme = WorkProgramme.objects.adopted().filter(year=year).first()
    sessions = SessionPage.objects.published().scheduled().filter(**Period.of_year(year).during("starts_at"))
    counts = sessions.aggregate(held=Count("pk", filter=Q(ends_at__lt=now)), total=Count("pk"))
    report = Restitution.objects.published().filter(year=year).first()
    to_come = counts["total"] - counts["held"]
    steps = [
        (_chosen(programme), bool(programme)),
        (_worked(counts["held"], to_come), counts["held"] > 0 and not to_come),
        (_reported(report), bool(report)),
    ]
    current = next((position for position, (_step, is_done) in enumerate(steps, 1) if not is_done), None)
    for position, (step, is_done) in enumerate(steps, 1):
        step.kind = "current" if position == current else "done" if is_done else "future"
    return YearSteps(year, [step for step, _is_done in steps], current)


def year_to_report(today: date) -> int | None:
    """Returns last year if the committee met in it and its report is not published, else None. Two queries at most."""
    year = today.year - 1
    if Restitution.objects.published().filter(year=year).exists():
        return None
    sessions = SessionPage.objects.published().scheduled().filter(**Period.of_year(year).during("starts_at"))
    return year if sessions.exists() else None


def _chosen(programme: WorkProgramme | None) -> YearStep:
    note = _("The work programme is adopted.") if programme else _("The work programme is not adopted yet.")
    return YearStep(_("Choose priorities"), note, programme.get_absolute_url() if programme else "")


def _worked(held: int, to_come: int) -> YearStep:
    held_note = ngettext("%(count)d session held.", "%(count)d sessions held.", held) % {"count": held}
    coming = ngettext("%(count)d session to come.", "%(count)d sessions to come.", to_come) % {"count": to_come}
    notes = [held_note if held else _("No session held yet."), coming if to_come else _("No session to come.")]
    return YearStep(_("Work in sessions"), " ".join(notes), "#seances")


def _reported(report: Restitution | None) -> YearStep:
    note = _("The report of the year is published.") if report else _("The report of the year is not published yet.")
    return YearStep(
        _("Report on the year"), note, report.get_absolute_url() if report else reverse("indicators:restitutions")
    )
