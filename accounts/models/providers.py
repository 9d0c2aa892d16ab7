"""Identities at a provider (OpenID Connect) with which accounts can be opened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderLink(models.Model):
    """Identity at a provider, linked to an account by the subject identifier of the provider, never by an address."""

    MAX_SUBJECT: ClassVar = 255

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="provider_links"
    )
    issuer = models.CharField(_("provider"), max_length=200)
    # Subject identifier, unique per issuer (OpenID Connect Core 1.0, section 2: at most 255 characters).
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
