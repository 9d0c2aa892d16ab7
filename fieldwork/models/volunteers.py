"""Members who go to an outing of a survey, or take part in a test campaign."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committee.models import Member
from fieldwork.models.campaigns import CampaignPage
from fieldwork.models.surveys import Outing


class VolunteerQuerySet(models.QuerySet):
    def sitting(self, on: date) -> Self:
        """Returns the volunteers who are current members on `on`: nobody else is counted, named or notified."""
        seated = Member.objects.sitting(on).exclude(user=None)
        return self.filter(user__is_active=True, user__in=seated.order_by().values("user"))


class Volunteer(models.Model):
    """Member who goes to one outing or takes part in one campaign (exactly one of the two), once.

    `told` is a hash of the facts of the outing that were last mailed (`fieldwork.volunteers.services`): a new hash
    triggers a mail. `said` is the same in words (`common.appointments`), empty for older rows.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="volunteering"
    )
    outing = models.ForeignKey(
        Outing, verbose_name=_("outing"), null=True, on_delete=models.CASCADE, related_name="volunteers"
    )
    campaign = models.ForeignKey(
        CampaignPage, verbose_name=_("test campaign"), null=True, on_delete=models.CASCADE, related_name="volunteers"
    )
    since = models.DateTimeField(_("since"))
    told = models.CharField(max_length=64, blank=True)
    said = models.JSONField(null=True, blank=True, editable=False)
    times_told = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(_("reminded at"), null=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        default_permissions = ()
        ordering = ["since", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outing__isnull=False, campaign=None) | Q(outing=None, campaign__isnull=False),
                name="fieldwork_volunteer_for_one_thing",
            ),
            models.UniqueConstraint(fields=["user", "outing"], name="fieldwork_volunteer_once_for_outing"),
            models.UniqueConstraint(fields=["user", "campaign"], name="fieldwork_volunteer_once_for_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.outing or self.campaign}"
