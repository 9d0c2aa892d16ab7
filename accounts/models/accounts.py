"""User accounts: one per e-mail address, with a public name."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeAlias

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractUser, AnonymousUser, BaseUserManager
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
    """Audience of a page or a feature."""

    ACCOUNTS = "accounts", _("Everyone who has an account")
    RESIDENTS = "residents", _("Residents: accounts that name a commune of the metropolis")
    MEMBERS = "members", _("The members of the committee")


class UserQuerySet(models.QuerySet["User"]):
    def leaving(self) -> Self:
        """Accounts to be deleted at the request of their owner, who can still cancel."""
        return self.filter(is_active=False, deletion_due_at__isnull=False)

    def unproved(self, before: datetime) -> Self:
        """Accounts created by sign-up up to `before`, without rights, whose address was never verified."""
        made_in_admin = ModelLogEntry.objects.filter(
            action="wagtail.create", content_type__app_label="accounts", content_type__model="user"
        )
        signed_up = self.without_rights().filter(last_login=None, date_joined__lte=before, emailaddress__verified=False)
        proved = EmailAddress.objects.filter(verified=True)
        return signed_up.exclude(pk__in=proved.values("user")).exclude(
            pk__in=made_in_admin.annotate(account=Cast("object_id", models.BigIntegerField())).values("account")
        )

    def without_rights(self) -> Self:
        """Accounts without any right in the admin."""
        return self.filter(is_staff=False, is_superuser=False, groups=None, user_permissions=None)

    def with_rights(self) -> Self:
        """Accounts with at least one right in the admin."""
        rights = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False) | Q(user_permissions__isnull=False)
        return self.filter(rights).distinct()

    def with_last_sign_in(self) -> Self:
        """Annotates `last_sign_in`: the last sign-in, or the creation of an account that never signed in."""
        return self.annotate(last_sign_in=Coalesce("last_login", "date_joined"))

    def unused_since(self, moment: datetime) -> Self:
        """Active accounts without sign-in after `moment` and without open session.

        Every action needs a session, and a session ends two weeks after its last change: no other trace is needed.
        """
        sessions = UserSession.objects.values("user")
        return self.with_last_sign_in().filter(is_active=True, last_sign_in__lte=moment).exclude(pk__in=sessions)


class UserManager(BaseUserManager["User"]):
    """Manager that creates accounts by e-mail address; there is no user name."""

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
        """Returns a new account for `email`; without a password it can sign in by code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Returns a new superuser.

        The operator who runs the command vouches for the e-mail address: it is marked as verified, so that the account
        can sign in before mail works.
        """
        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        user.verify_email()
        return user


class User(AbstractUser):
    """User account. Only `public_name` is visible to other users."""

    username = None  # type: ignore[assignment]
    # Always lowercase (see `save`), so that an e-mail address has one account at most.
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
    # INSEE code, as declared by the user. Not checked, and never shown with their contributions.
    commune = models.CharField(_("commune"), max_length=5, blank=True, choices=commune_choices)
    # Date of erasure requested by the user. Until then the account is inactive and receives no mail.
    deletion_due_at = models.DateTimeField(_("to be erased at"), null=True, blank=True, editable=False)
    # True to erase, with the account, the texts that their author can withdraw.
    removes_texts = models.BooleanField(_("erased with the texts"), default=False, db_default=False, editable=False)

    # Part of the cookies of known browsers (`accounts.services.browsers`); a new one ends them.
    browser_nonce = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)

    # Returns whether the session has proved a second factor (set by `SecondFactorMiddleware`). None outside of
    # sessions: jobs and commands need no factor.
    proves_factor: Callable[[], bool] | None = None
    # True once a permission of the account was refused for want of a second factor.
    lacked_factor = False

    # Related manager of a model of allauth, which has no type hints.
    emailaddress_set: Any

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    # Time to cancel the deletion of an account.
    DELETION_DELAY: ClassVar = timedelta(days=7)
    # Time to verify the address of a new account.
    PROOF_DELAY: ClassVar = timedelta(days=7)
    # CNIL (September 2025): an account unused for two years is erased, after a warning.
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
        """Raises `ValidationError` for a new name that speaks for the site or the city, or belongs to a team member.

        The current name of the account is accepted, and so is a name that the team allowed.
        """
        is_unchanged = self.pk and User.objects.filter(pk=self.pk, public_name=self.public_name).exists()
        if is_unchanged or self.public_name_allowed:
            return
        if speaks_for_others(self.public_name):
            raise ValidationError(NO_OFFICE, code="public_name")
        team = User.objects.with_rights().exclude(pk=self.pk).values_list("public_name", flat=True)
        if squeezed(self.public_name) in {squeezed(name) for name in team}:
            raise ValidationError(NOT_OF_TEAM, code="public_name")

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Returns the hash stored in each session, which Django compares at each request.

        Django hashes the password. The address is added, so that a change of either ends the sessions.
        `accounts.services.sessions.stay_signed_in` keeps the session in which the user made the change.
        """
        value = f"{self.password}:{self.email}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Returns the answer of Django's backends, or False until the session has proved a second factor.

        A backend could not refuse: Django grants superusers every permission without asking backends.
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
        """True if the user asked to delete the account and can still cancel."""
        return not self.is_active and self.deletion_due_at is not None

    def verify_email(self) -> None:
        """Marks the e-mail address as verified and removes the other addresses of the account.

        Without this, allauth requires a code by mail at the first sign-in. A former address must go, because a code
        sent to it would still sign in.
        """
        with transaction.atomic():
            self.emailaddress_set.exclude(email=self.email).delete()
            self.emailaddress_set.update_or_create(email=self.email, defaults={"verified": True, "primary": True})


# Type of `request.user`.
AnyUser: TypeAlias = User | AnonymousUser
