"""Admin rights that an account has because its member holds an office."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

# Group of the coordinator and the deputy.
OFFICE_GROUP = "Animation"


class OfficeRights(models.Model):
    """Membership of `group` that an administrator gave to `user` for an office; it begins and ends with the office.

    The site ends no other membership. Deleted with the membership.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="office_rights"
    )
    group = models.ForeignKey(Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # First day of rights given ahead; empty once the account is in the group.
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    # Unused: version 2.0 announced the end. To be removed in a release after the next one.
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        verbose_name = _("rights of an office")
        verbose_name_plural = _("rights of offices")
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="committee_office_rights_once")]

    def __str__(self) -> str:
        return f"{self.pk}"
