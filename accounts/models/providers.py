"""Identities at a provider (OpenID Connect) with which accounts may be opened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderLink(models.Model):
    """An identity at a provider that opens an account: a number that the provider gives, and never an address."""

    MAX_SUBJECT: ClassVar = 255

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="provider_links"
    )
    issuer = models.CharField(_("provider"), max_length=200)
    # Unique for the provider, told by nobody else (OpenID Connect Core 1.0, section 2: at most 255 signs).
    subject = models.CharField(_("number at the provider"), max_length=MAX_SUBJECT)
    linked_at = models.DateTimeField(_("linked at"))

    class Meta:
        verbose_name = _("link to a provider of identities")
        verbose_name_plural = _("links to providers of identities")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_link_one_account_for_an_identity"),
            models.UniqueConstraint(fields=["user", "issuer"], name="accounts_link_one_identity_for_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.pk}"
