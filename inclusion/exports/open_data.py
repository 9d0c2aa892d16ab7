"""Open data of learning resources and workshops."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from inclusion.models import Resource, Workshop
from inclusion.queries.learning import with_topics


def open_datasets() -> list[Dataset]:
    """Returns the datasets of resources and workshops."""
    return [_set_of_resources(), _set_of_workshops()]


def _set_of_resources() -> Dataset:
    return Dataset(
        order=86,
        slug="ressources",
        title=_("Resources to learn with"),
        description=_("Courses, videos and sheets on other sites that the committee names."),
        columns=(
            Column("numero", _("Number of the resource. It never changes."), ColumnType.INTEGER),
            Column("titre", _("Title.")),
            Column("apprendre", _("What one learns.")),
            Column("besoin", _("What it helps to do."), field="need"),
            Column("niveau", _("Level."), field="level"),
            Column("forme", _("Form: course, video, page, sheet, tool."), field="form"),
            Column("langue", _("Language."), field="language"),
            Column("minutes", _("How many minutes it takes. May be empty."), ColumnType.INTEGER),
            Column("pour_qui", _("For whom. Empty: everyone.")),
            Column("auteur", _("Who made it.")),
            Column("licence", _("Licence. Empty: not known.")),
            Column("sujet", _("Subject of the work programme. May be empty.")),
            Column("adresse_ressource", _("Address of the resource."), ColumnType.URL),
            Column("publie_le", _("When it was published."), ColumnType.MOMENT),
            Column("adresse", _("Address of the page."), ColumnType.URL),
        ),
        rows=ByKey("numero", objects=lambda: with_topics(Resource.objects.published()), rows_of=_resources),
    )


def _set_of_workshops() -> Dataset:
    return Dataset(
        order=87,
        slug="ateliers",
        title=_("Workshops of digital help"),
        description=_("Workshops to come and past, cancelled ones too."),
        columns=(
            Column("numero", _("Number of the workshop. It never changes."), ColumnType.INTEGER),
            Column("titre", _("Title.")),
            Column("apprendre", _("What one learns.")),
            Column("besoin", _("What it helps to do."), field="need"),
            Column("debut", _("When it starts."), ColumnType.MOMENT),
            Column("fin", _("When it ends."), ColumnType.MOMENT),
            Column("lieu", _("Name and address of the place.")),
            Column("commune", _("Commune.")),
            Column("code_insee", _("INSEE code of the commune.")),
            Column("venir", _("How to come.")),
            Column("prix", _("Price. Empty: it is free.")),
            Column("places", _("Seats, in words. May be empty.")),
            Column("annule", _("Why it is cancelled. Empty: it is not.")),
            Column("sujet", _("Subject of the work programme. May be empty.")),
            Column("adresse", _("Address of the page."), ColumnType.URL),
        ),
        rows=ByKey("numero", objects=lambda: with_topics(Workshop.objects.published()), rows_of=_workshops),
    )


def _resources(resources: list[Resource]) -> Iterator[Row]:
    for resource in resources:
        yield (
            resource.pk,
            resource.title,
            resource.learns,
            str(resource.get_need_display()),
            str(resource.get_level_display()),
            str(resource.get_form_display()),
            str(resource.get_language_display()),
            resource.minutes,
            resource.audience,
            resource.maker,
            resource.licence,
            resource.topic.title if resource.topic else "",
            resource.url,
            isoformat(resource.published_at),
            absolute_url(resource.get_absolute_url()),
        )


def _workshops(workshops: list[Workshop]) -> Iterator[Row]:
    for workshop in workshops:
        yield (
            workshop.pk,
            workshop.title,
            workshop.learns,
            str(workshop.get_need_display()),
            isoformat(workshop.starts_at),
            isoformat(workshop.ends_at),
            workshop.where,
            workshop.get_commune_display(),
            workshop.commune,
            workshop.how_to_come,
            workshop.price,
            workshop.seats,
            workshop.cancelled_because,
            workshop.topic.title if workshop.topic else "",
            absolute_url(workshop.get_absolute_url()),
        )
