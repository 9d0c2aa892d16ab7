"""Copies of all rows of a database, so that every list of the site gets longer."""

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.models import SiteConfiguration, Spotlight
from committee.models import SessionPage
from home.models import AppliedRights

# Models with one row.
SINGLE = (SiteConfiguration, Spotlight, AppliedRights)


def models_of_the_site() -> list[type[models.Model]]:
    """Returns the models of this project whose rows are copied; pages are copied by Wagtail."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    found = [model for app in ours for model in app.get_models() if not model._meta.parents]
    return [*(model for model in found if model not in SINGLE), Redirect]


class Copies:
    """Adds two copies of each row: one with the same parents, and one whose parents are copies.

    So each object has more children, each list has more objects, and the new ones have children too. Values that must
    be unique are varied.
    """

    def __init__(self, pages: Iterable[Page] = ()) -> None:
        self.made: dict[tuple[type[models.Model], Any], models.Model] = {}
        rows = [row for model in models_of_the_site() for row in model._base_manager.order_by("pk")]
        for row in rows:
            # If a parent may have one such child only, the copy belongs to the copy of that parent.
            ways: Iterable[tuple[str, ...]] = ((), *((name,) for name in reversed(_relations(type(row)))))
            self._keep(row, next(filter(None, (self._copy(row, 1, way) for way in ways)), None))
        for page in pages:
            self._keep(page, self._copy_of_page(page.specific))
        for row in rows:
            self._copy(row, 2, _relations(type(row)))

    def _keep(self, row: models.Model, made: models.Model | None) -> None:
        if made:
            self.made[_root(type(row)), row.pk] = made

    def _copy(self, row: models.Model, number: int, copied: tuple[str, ...]) -> models.Model | None:
        values = _varied(row, number)
        for field in (row._meta.get_field(name) for name in copied):
            values[field.attname] = self._copied(field, row)
        made = type(row)(**values)
        try:
            with transaction.atomic():
                type(row)._base_manager.bulk_create([made])
        except IntegrityError:
            return None
        return made

    def _copied(self, field: models.Field, row: models.Model) -> Any:
        """Returns the key of the copy of a parent, or that of the parent if it has none."""
        value = getattr(row, field.attname)
        made = self.made.get((_root(field.related_model), value))
        return made.pk if made else value

    def _copy_of_page(self, page: Page) -> Page:
        values = {"title": f"{page.title} 1", "slug": f"{page.slug}-1"}
        for field in (one for one in page._meta.local_fields if one.unique and not one.primary_key):
            own = self._copied(field, page) if field.is_relation else _another(getattr(page, field.name), field, 1)
            values[field.attname] = own
        if isinstance(page, SessionPage):
            # There is one session a day.
            away = dt.timedelta(days=50 if page.starts_at > timezone.now() else -50)
            values |= {"starts_at": page.starts_at + away, "ends_at": page.ends_at + away}
        return page.copy(update_attrs=values, copy_revisions=False, log_action=None)


def _root(model: type[models.Model]) -> type[models.Model]:
    return Page if issubclass(model, Page) else model


def _relations(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if field.is_relation)


def _varied(row: models.Model, number: int) -> dict[str, Any]:
    """Returns the values of a row by attribute, those that must be unique with `number`."""
    fields = [one for one in row._meta.concrete_fields if not (one.generated or isinstance(one, models.AutoField))]
    constraints = [one for one in row._meta.constraints if isinstance(one, models.UniqueConstraint)]
    unique = {one.name for one in fields if one.unique} | {name for one in constraints for name in one.fields}
    values = {one.attname: getattr(row, one.attname) for one in fields}
    return values | {one.attname: _another(values[one.attname], one, number) for one in fields if one.name in unique}


def _another(value: Any, field: models.Field, number: int) -> Any:
    if field.is_relation or field.choices or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isdigit():
        return str(int(value) - number)
    if isinstance(value, str) and value:
        return f"{value[: (field.max_length or len(value) + 1) - 1]}{number}"
    if isinstance(value, int):
        return value + 100 * number
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=number)
    return uuid.uuid4() if isinstance(value, uuid.UUID) else value
