"""Accounts: one per e-mail address, and the name that others see."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast, Coalesce
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from accounts.models.names import (
    NO_OFFICE,
    NOT_OF_TEAM,
    speaks_for_others,
    squeezed,
    validate_public_name,  # noqa: F401 - the first migration finds it here
    validate_written_name,
)
from common.communes import commune_choices


class Audience(models.TextChoices):
    """People whom something is for."""

    ACCOUNTS = "accounts", _("Everyone who has an account")
    RESIDENTS = "residents", _("Residents: accounts that name a commune of the metropolis")
    MEMBERS = "members", _("The members of the committee")


class UserQuerySet(models.QuerySet["User"]):
    def leaving(self) -> Self:
        """Accounts whose person asked to delete them, and may still come back."""
        return self.filter(is_active=False, deletion_due_at__isnull=False)

    def unproved(self, before: datetime) -> Self:
        """Accounts of which nobody proved the address within the time for it, and that nobody made for somebody."""
        made_in_admin = ModelLogEntry.objects.filter(
            action="wagtail.create", content_type__app_label="accounts", content_type__model="user"
        )
        signed_up = self.without_rights().filter(last_login=None, date_joined__lte=before, emailaddress__verified=False)
        proved = EmailAddress.objects.filter(verified=True)
        return signed_up.exclude(pk__in=proved.values("user")).exclude(
            pk__in=made_in_admin.annotate(account=Cast("object_id", models.BigIntegerField())).values("account")
        )

    def without_rights(self) -> Self:
        """Accounts that may do in the admin nothing at all."""
        return self.filter(is_staff=False, is_superuser=False, groups=None, user_permissions=None)

    def with_rights(self) -> Self:
        """Accounts that may do something in the admin."""
        rights = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False) | Q(user_permissions__isnull=False)
        return self.filter(rights).distinct()

    def with_last_sign_in(self) -> Self:
        """Adds `last_sign_in`: for who never signed in, when the account was made."""
        return self.annotate(last_sign_in=Coalesce("last_login", "date_joined"))

    def unused_since(self, moment: datetime) -> Self:
        """Active accounts that did not sign in since `moment` and are open on no device.

        Whoever acts is signed in, and a session ends two weeks after its last change: there is no other trace to keep.
        """
        sessions = UserSession.objects.values("user")
        return self.with_last_sign_in().filter(is_active=True, last_sign_in__lte=moment).exclude(pk__in=sessions)


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address; there is no user name."""

    use_in_migrations = True

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def leaving(self) -> UserQuerySet:
        return self.get_queryset().leaving()

    def with_rights(self) -> UserQuerySet:
        return self.get_queryset().with_rights()

    def unproved(self, before: datetime) -> UserQuerySet:
        return self.get_queryset().unproved(before)

    def unused_since(self, moment: datetime) -> UserQuerySet:
        return self.get_queryset().unused_since(moment)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Returns a new account for `email`; without a password it signs in by code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Returns a new account that may do everything in the admin.

        Whoever runs commands on the server vouches for the e-mail address: it is verified, so that the account can
        sign in where mail does not work yet.
        """
        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        user.verify_email()
        return user


class User(AbstractUser):
    """A person with an account. Other people see `public_name` and nothing else."""

    username = None  # type: ignore[assignment]
    # Always in lowercase (see `save`), so that one e-mail address has one account.
    email = models.EmailField(_("e-mail address"), unique=True)
    public_name = models.CharField(
        _("name shown to others"),
        max_length=60,
        validators=[validate_written_name],
        help_text=_("For example: Odile M."),
    )
    public_name_allowed = models.BooleanField(
        _("name allowed by the team"),
        default=False,
        db_default=False,
        help_text=_("For a person whose name is read as an office, or as the name of somebody of the team."),
    )
    # An INSEE code. Said by the person, never checked and never shown with what they write.
    commune = models.CharField(_("commune"), max_length=5, blank=True, choices=commune_choices)
    # When the account is erased, as its person asked. Until then it is not active: nobody uses it, nothing is sent.
    deletion_due_at = models.DateTimeField(_("to be erased at"), null=True, blank=True, editable=False)
    # With the account go the texts that their author may withdraw.
    removes_texts = models.BooleanField(_("erased with the texts"), default=False, db_default=False, editable=False)

    # Returns whether the session has proved a second factor, where rights need one (`SecondFactorMiddleware`). None
    # outside of sessions: a job or a command has nothing to prove.
    proves_factor: Callable[[], bool] | None = None
    # Whether a right that the account holds was refused for want of that proof.
    lacked_factor = False

    # The e-mail addresses of the account, a model of allauth, which has no types.
    emailaddress_set: Any

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    # For so long a person who asked to delete the account may come back.
    DELETION_DELAY: ClassVar = timedelta(days=7)
    # The time to prove the address of a new account.
    PROOF_DELAY: ClassVar = timedelta(days=7)
    # CNIL (September 2025): an account that nobody used for two years is erased, after a warning.
    UNUSED_LIFE: ClassVar = timedelta(days=730)

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["public_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.public_name or _("Account %(id)s") % {"id": self.pk}

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        self.public_name = unicodedata.normalize("NFC", self.public_name.strip())
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        try:
            self.check_public_name()
        except ValidationError as error:
            raise ValidationError({"public_name": error}) from error

    def check_public_name(self) -> None:
        """Raises `ValidationError` for a new name that speaks for the site or the city, or is one of the team's.

        A name that the account has already, and one that the team allowed, stay.
        """
        is_kept = self.pk and User.objects.filter(pk=self.pk, public_name=self.public_name).exists()
        if is_kept or self.public_name_allowed:
            return
        if speaks_for_others(self.public_name):
            raise ValidationError(NO_OFFICE, code="public_name")
        team = User.objects.with_rights().exclude(pk=self.pk).values_list("public_name", flat=True)
        if squeezed(self.public_name) in {squeezed(name) for name in team}:
            raise ValidationError(NOT_OF_TEAM, code="public_name")

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Returns what each session of the account carries, and Django compares at each request.

        Django has the password in it; the address is in it too, so that a change of either, by whatever road, ends the
        sessions. `accounts.services.sessions.stay_signed_in` keeps the one in which the person made the change.
        """
        told = f"{self.password}:{self.email}"
        return salted_hmac("accounts.session", told, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Returns what Django's backends answer, but refuses each right until the session has proved a second factor.

        A backend could not refuse it: Django grants every right to a superuser without asking one.
        """
        if not super().has_perm(perm, obj):
            return False
        if self._has_proved:
            return True
        self.lacked_factor = True
        return False

    @cached_property
    def _has_proved(self) -> bool:
        return self.proves_factor is None or self.proves_factor()

    def get_full_name(self) -> str:
        return super().get_full_name() or self.public_name

    def get_short_name(self) -> str:
        return self.public_name

    @property
    def is_leaving(self) -> bool:
        """The person asked to delete the account, and may still come back."""
        return not self.is_active and self.deletion_due_at is not None

    def verify_email(self) -> None:
        """Records that the e-mail address is this person's, and the only one that opens the account.

        Without this, allauth asks for a code by mail at the first sign-in. An address that the account had before is
        forgotten: a code sent there would still open it.
        """
        with transaction.atomic():
            self.emailaddress_set.exclude(email=self.email).delete()
            self.emailaddress_set.update_or_create(email=self.email, defaults={"verified": True, "primary": True})
