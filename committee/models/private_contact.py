"""Postal address and telephone of a member, for the secretariat only."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from common.phones import readable_phone

# Kept this long after the last mandate, for pending mail and last questions.
PRIVATE_CONTACT_KEPT = timedelta(days=90)
PRIVATE_CONTACT_PANEL = MultiFieldPanel(
    [FieldPanel("private_address"), FieldPanel("private_phone")],
    heading=_("For the secretariat only"),
    help_text=_(
        "To write to the person and to call them. Only who edits members sees it, never the site nor the directory."
        " Write it if the person agrees. It is erased ninety days after the last mandate."
    ),
)


class PrivateContact(models.Model):
    """Postal address and telephone, visible to users who can edit members only.

    `Member.phone` is another number: the one that its owner shares with other members.
    """

    private_address = models.TextField(
        _("postal address"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Printed on what is posted, under the name."),
    )
    private_phone = models.CharField(
        _("telephone for the secretariat"), max_length=20, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Normalises the number. Raises `ValidationError` for an invalid one."""
        super().clean()
        if self.private_phone:
            try:
                self.private_phone = readable_phone(self.private_phone)
            except ValidationError as error:
                raise ValidationError({"private_phone": error.messages}) from error
