"""Source of a published figure: where it was read, and on which day."""

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
# Of a row with a source: its address is one of the web.
HAS_ADDRESS = Q(source_url__startswith="http://") | Q(source_url__startswith="https://")


def is_source_address(url: str) -> None:
    """Refuses what is no address of the web. This site is one, though its name may have no dot (`http://comite/`)."""
    is_web_address(f"https://own.example/{url.removeprefix(absolute_url('/'))}" if is_own(url) else url)


class SourceFormField(forms.URLField):
    """Field of a form for the address of a source."""

    default_validators = (is_source_address,)  # type: ignore[assignment]


class SourceURLField(models.URLField):
    """Address of a source: of the web, or of this site. To migrations it is the plain field of Django that it was."""

    default_validators = (is_source_address,)  # type: ignore[assignment]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": SourceFormField, **kwargs})

    def deconstruct(self) -> Any:
        """Another class would rewrite the tables on SQLite, and drop the triggers that guard the figures."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, {**kwargs, "validators": [is_web_address]}


class Sourced(models.Model):
    """Mixin of a model whose rows are figures: none is published without the address that it comes from and a day.

    The database holds the rule (`has_source`), so that no form, import or command gets around it; `clean` says it in
    words, at the field. A child with a `Meta` of its own inherits from `Sourced.Meta`, and adds to `constraints`.
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
        """Refuses what is published without a source, at the field that lacks it."""
        super().clean()
        if self.published_at and (missing := self.missing_source()):
            raise ValidationError(missing)

    def missing_source(self) -> "dict[str, StrOrPromise]":
        """Returns what the source lacks, by field, in words: its address, the day on which it was seen."""
        needed = {
            "source_url": _("Write the address of the source."),
            "source_seen_on": _("Write the day on which you saw it."),
        }
        return {name: words for name, words in needed.items() if not getattr(self, name)}

    @property
    def source_label(self) -> str:
        """The words of the link to the source: its title, else its address."""
        return self.source_title or self.source_url
