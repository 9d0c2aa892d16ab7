"""Source of a published figure: URL, title and date of access."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.urls import absolute_url, is_own

if TYPE_CHECKING:
    from django.db.models.constraints import BaseConstraint
    from django_stubs_ext import StrOrPromise

is_web_address = URLValidator(schemes=["http", "https"])
# Condition of a valid source: a web URL.
HAS_ADDRESS = Q(source_url__startswith="http://") | Q(source_url__startswith="https://")


def is_source_address(url: str) -> None:
    """Refuses anything but web URLs. Those of this site are allowed, even if its host has no dot (`http://comite/`)."""
    is_web_address(f"https://own.example/{url.removeprefix(absolute_url('/'))}" if is_own(url) else url)


class SourceFormField(forms.URLField):
    """Form field for the URL of a source."""

    default_validators = (is_source_address,)  # type: ignore[assignment]


class SourceURLField(models.URLField):
    """URL of a source, on the web or on this site. In migrations it stays Django's field."""

    default_validators = (is_source_address,)  # type: ignore[assignment]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": SourceFormField, **kwargs})

    def deconstruct(self) -> Any:
        """Returns Django's class: another would rebuild tables on SQLite, and drop triggers that guard the figures."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, {**kwargs, "validators": [is_web_address]}


class Sourced(models.Model):
    """Mixin for models of figures: publication requires a source URL and the date of access.

    Enforced by a constraint (`has_source`), for forms, imports and commands alike; `clean` has the error messages by
    field. A child with its own `Meta` inherits from `Sourced.Meta`, and adds to `constraints`.
    """

    source_url = SourceURLField(_("source address"), max_length=500, blank=True)
    source_title = models.CharField(_("title of the source"), max_length=200, blank=True)
    source_seen_on = models.DateField(_("source seen on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False, db_index=True)

    class Meta:
        abstract = True
        constraints: "ClassVar[list[BaseConstraint]]" = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(HAS_ADDRESS, source_seen_on__isnull=False),
                name="%(app_label)s_%(class)s_has_source",
                violation_error_message=_("Write the address of the source and the day on which you saw it."),
            )
        ]

    def clean(self) -> None:
        """Refuses publication without a source, with errors by field."""
        super().clean()
        if self.published_at and (missing := self.missing_source()):
            raise ValidationError(missing)

    def missing_source(self) -> "dict[str, StrOrPromise]":
        """Returns the error messages for missing parts of the source, by field."""
        needed = {
            "source_url": _("Write the address of the source."),
            "source_seen_on": _("Write the day on which you saw it."),
        }
        return {name: words for name, words in needed.items() if not getattr(self, name)}

    @property
    def source_label(self) -> str:
        """Label of the link to the source: its title, else its URL."""
        return self.source_title or self.source_url
