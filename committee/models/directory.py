"""Consents to the directory: each choice of a member is a row that never changes."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AnyUser
from committee.models.members import Member


class DirectoryConsentQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Returns the latest consents of each member to each field, if given and not withdrawn."""
        latest = (
            DirectoryConsent.objects.filter(member=models.OuterRef("member"), field=models.OuterRef("field"))
            .order_by("-at", "-pk")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(latest), is_given=True)

    def visible_to(self, user: AnyUser, today: date) -> Self:
        """Returns the consents visible to `user`:

        `user` shares the same field, and both members sit today. No role sees more, not even the coordination or the
        secretariat.
        """
        if not user.is_authenticated:
            return self.none()
        sitting = Member.objects.sitting(today)
        own = DirectoryConsent.objects.in_force().filter(member__in=sitting, member__user=user)
        return self.in_force().filter(member__in=sitting, field__in=own.values("field"))


class DirectoryConsent(models.Model):
    """Consent of a member, given or withdrawn, to share one field with members who share it too."""

    class Field(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="directory_consents"
    )
    field = models.CharField(_("what"), max_length=10, choices=Field)
    is_given = models.BooleanField(_("shown to the other members"))
    at = models.DateTimeField(_("said on"))
    on_paper = models.BooleanField(_("said on paper, and entered by the secretariat"), default=False, db_default=False)

    objects = DirectoryConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to the directory")
        verbose_name_plural = _("consents to the directory")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["member", "field", "-at"], name="committee_consent_latest")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.field}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `ValueError` for an existing row: a change is a new row."""
        if not self._state.adding:
            raise ValueError("a consent is never rewritten")
        super().save(*args, **kwargs)

    @property
    def value(self) -> str:
        """Current value of the field; "" if there is none any more."""
        if self.field == self.Field.PHONE:
            return self.member.phone
        user = self.member.user
        return user.email if user and user.is_active else ""
