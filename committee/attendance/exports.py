"""Open data of sessions: date, place, counts of the agenda and of attendance. No names."""

from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from committee.attendance.queries.figures import attendance_of
from committee.models import SessionPage
from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url


def session_datasets() -> list[Dataset]:
    """Returns the dataset of sessions."""
    return [
        Dataset(
            order=35,
            slug="seances",
            title=_("Sessions of the committee"),
            description=_("When and where the committee meets, and for how many seats somebody came. Nobody is named."),
            columns=(
                Column("date", _("Day of the session, in Paris. It is its identifier."), ColumnType.DAY),
                Column("titre", _("Title.")),
                Column("debut", _("When it begins."), ColumnType.MOMENT),
                Column("fin", _("When it ends."), ColumnType.MOMENT),
                Column("lieu", _("Place.")),
                Column("ouverte_a_tous", _("Whether everyone can come: “oui” or “non”.")),
                Column("annulee", _("Whether it is cancelled: “oui” or “non”.")),
                Column("points", _("Points of the agenda."), ColumnType.INTEGER),
                Column("decisions", _("Decisions that were published."), ColumnType.INTEGER),
                Column("compte_rendu_le", _("When the minutes were published. May be empty."), ColumnType.MOMENT),
                Column(
                    "sieges",
                    _("Seats that had a holder or a substitute on that day. Empty until attendance is noted."),
                    ColumnType.INTEGER,
                ),
                Column(
                    "sieges_representes",
                    _("Seats for which somebody came, in the room or online. May be empty."),
                    ColumnType.INTEGER,
                ),
                Column("adresse", _("Address of the page."), ColumnType.URL),
            ),
            rows=ByKey("date", objects=_sessions, rows_of=_rows, field="slug"),
        )
    ]


def _sessions() -> QuerySet[SessionPage]:
    return (
        SessionPage.objects.published()
        .defer("minutes")
        .annotate(point_count=Count("agenda_items", distinct=True), decision_count=Count("decisions", distinct=True))
    )


def _rows(sessions: list[SessionPage]) -> Iterator[Row]:
    for attendance in attendance_of(sessions):
        session = attendance.session
        is_known = attendance.is_complete and not session.is_cancelled
        yield (
            session.slug,
            session.heading,
            isoformat(session.starts_at),
            isoformat(session.ends_at),
            session.place,
            _yes_or_no(session.open_to_public),
            _yes_or_no(session.is_cancelled),
            session.point_count,  # type: ignore[attr-defined]
            session.decision_count,  # type: ignore[attr-defined]
            isoformat(session.minutes_published_at),
            attendance.seats if is_known else None,
            attendance.represented if is_known else None,
            absolute_url(session.get_url() or ""),
        )


def _yes_or_no(answer: bool) -> str:
    return "oui" if answer else "non"
