"""Themes of the watch."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.Model):
    """Theme of the watch, for example transparency."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
