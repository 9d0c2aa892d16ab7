"""Codes sent by mail that confirm an action on an account."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountCode(models.Model):
    """Confirmation code for an action on an account: one per account and action. Only a keyed hash is stored."""

    class Action(models.TextChoices):
        EMAIL = "email", _("Change the e-mail address")
        EXPORT = "export", _("Receive my data")
        DELETION = "deletion", _("Delete my account")
        IDENTITY = "identity", _("Confirm that it is you")

    LIFE: ClassVar = timedelta(minutes=10)
    MAX_TRIES: ClassVar = 3

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="codes"
    )
    action = models.CharField(_("action"), max_length=8, choices=Action)
    email = models.EmailField(_("sent to"))
    # Empty if no code was sent because the address belongs to another account: no input matches.
    code_hash = models.CharField(_("hash of the code"), max_length=64, blank=True)
    # Choices of the form that requested the code.
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("code of an account")
        verbose_name_plural = _("codes of accounts")
        constraints = [
            models.UniqueConstraint(fields=["user", "action"], name="accounts_code_one_for_each_action"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.pk}"
