"""Open data of the watch: its published examples."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from committee.models import SessionPage, TopicPage
from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from veille.models import VeilleEntryPage, VeilleEntryQuerySet


def open_datasets() -> list[Dataset]:
    """Returns the datasets of this app."""
    return [
        Dataset(
            order=70,
            slug="veille",
            title=_("Inspiring watch"),
            description=_("What other places do well, where that was read, and what the committee says about it."),
            columns=_columns(),
            rows=ByKey("numero", objects=_entries, rows_of=_rows),
        )
    ]


def _columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the example. It never changes."), ColumnType.INTEGER),
        Column("titre", _("Title.")),
        Column("lieu", _("Where it takes place."), field="place"),
        Column("annee", _("The year in which it started."), ColumnType.INTEGER),
        Column("theme", _("Theme.")),
        Column("sujet", _("Subject of the work programme. May be empty.")),
        Column("idee", _("The idea in a few sentences. May be empty.")),
        Column("a_retenir", _("What we can learn from it.")),
        Column("limites", _("Limits. May be empty.")),
        Column("source", _("Address of the source."), ColumnType.URL),
        Column("titre_source", _("Title of the source. May be empty.")),
        Column("langue_source", _("Language of the source.")),
        Column("source_vue_le", _("Day on which the source was read. May be empty."), ColumnType.DAY),
        Column("copie_archivee", _("Address of an archived copy of the source. May be empty."), ColumnType.URL),
        Column("copie_archivee_le", _("Day of this copy. May be empty."), ColumnType.DAY),
        Column(
            "position",
            _("Stance of the committee: to adopt, to adapt, to watch, not for us. May be empty."),
            field="stance",
        ),
        Column(
            "seance",
            _("Address of the session that took this stance. Empty if its page cannot be read."),
            ColumnType.URL,
        ),
        Column("publie_le", _("When it was published."), ColumnType.MOMENT),
        Column("adresse", _("Address of the page."), ColumnType.URL),
    )


def _entries() -> VeilleEntryQuerySet:
    return VeilleEntryPage.objects.published().defer("body", "effects").select_related("theme")


def _rows(entries: list[VeilleEntryPage]) -> Iterator[Row]:
    """Yields the row of each of `entries`. Two queries, whatever their number."""
    topics = dict(TopicPage.objects.published().values_list("pk", "title"))
    sessions = SessionPage.objects.published().filter(pk__in={entry.stance_session_id for entry in entries} - {None})
    session_urls = {session.pk: session.full_url for session in sessions.defer("minutes")}
    for entry in entries:
        yield (
            entry.pk,
            entry.title,
            entry.place,
            entry.year,
            entry.theme.name,
            topics.get(entry.topic_id, ""),
            entry.introduction,
            entry.lesson,
            entry.limits,
            entry.source_url,
            entry.source_title,
            entry.source_language,
            isoformat(entry.source_seen_on),
            entry.archived_url or None,
            isoformat(entry.archived_on),
            entry.stance_label,
            session_urls.get(entry.stance_session_id),
            isoformat(entry.first_published_at),
            absolute_url(entry.get_url() or ""),
        )
