"""Outbox: every mail of the site is a row before it is sent. The database is the queue (docs/mail.md)."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.transitions import HasTransitions


class Batch(models.Model):
    """Mails that are planned, monitored and stopped together, such as an edition of the digest."""

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("batch", "Active")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")

    class PauseReason(models.TextChoices):
        """`TEMPORARY` resumes automatically; the others are resumed by hand."""

        TEMPORARY = "temporary", _("The mail server refused 20 e-mails in a row, for now")
        PERMANENT = "permanent", _("More than 5 % of the last e-mails were refused for good")
        POLICY = "policy", _("The mail server does not want e-mails of this site")
        BY_HAND = "by_hand", _("Paused by a person")

    kind = models.CharField(_("kind"), max_length=40)
    label = models.CharField(_("label"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(_("reason"), max_length=120, blank=True)
    pause_reason = models.CharField(_("why it is paused"), max_length=10, choices=PauseReason, blank=True)
    # Time of automatic resumption.
    resume_at = models.DateTimeField(_("resumes at"), null=True, blank=True)
    # Last resumption by hand: earlier failures no longer count.
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("batch of e-mails")
        verbose_name_plural = _("batches of e-mails")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label


class MessageQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Rows to send at `now`, most urgent first."""
        return (
            self.filter(state=Message.State.PENDING, next_attempt_at__lte=now, expires_at__gt=now)
            .filter(Q(batch__isnull=True) | Q(batch__status=Batch.Status.ACTIVE))
            .order_by("priority", "next_attempt_at", "pk")
        )

    def move(self, *, source: "Message.State", to: "Message.State", **fields) -> int:
        """Moves the rows in state `source` to state `to`; returns their number.

        It is one conditional UPDATE: of two processes that try the same move, one gets 0. Raises `ValueError` for a
        move that is not in the transition table. All changes of state go through this method.
        """
        return self.filter(state=source).update(**Message.fields_of_move(source=source, to=to, **fields))


class Message(HasTransitions, models.Model):
    """Mail to one address."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        HELD = "held", _("Held: it may have been sent twice")
        RESTORED = "restored", _("Held: it comes from a backup")
        BOUNCED = "bounced", _("Sent, then it came back")
        EXPIRED = "expired", _("Too late")
        CANCELLED = "cancelled", _("Cancelled")
        SKIPPED_EMPTY = "skipped_empty", _("Nothing to say")

    TRANSITIONS = {
        State.PENDING: {State.CLAIMED, State.EXPIRED, State.CANCELLED, State.RESTORED},
        # Nothing has been sent: the row can go back without risk of a second copy.
        State.CLAIMED: {
            *(State.SENDING, State.PENDING, State.FAILED, State.CANCELLED, State.SKIPPED_EMPTY),
            State.RESTORED,
        },
        State.SENDING: {State.SENT, State.PENDING, State.FAILED, State.HELD, State.EXPIRED, State.RESTORED},
        State.HELD: {State.EXPIRED, State.CANCELLED, State.BOUNCED},
        # It may have been sent after the backup was made: an administrator decides (`mailing.restored`).
        State.RESTORED: {State.PENDING, State.EXPIRED, State.CANCELLED, State.BOUNCED},
        # Final for the outbox; a bounce may arrive days later.
        State.SENT: {State.BOUNCED},
        State.BOUNCED: set(),
        State.FAILED: set(),
        State.EXPIRED: set(),
        State.CANCELLED: set(),
        State.SKIPPED_EMPTY: set(),
    }
    HELD_BY_A_WORKER = (State.CLAIMED, State.SENDING)
    # States of mails that may still be sent.
    WAITING = (State.PENDING, State.CLAIMED, State.HELD, State.RESTORED)
    # All states that are not final.
    OPEN_STATES = (*WAITING, State.SENDING)
    FINAL_STATES = (
        State.SENT,
        State.BOUNCED,
        State.FAILED,
        State.EXPIRED,
        State.CANCELLED,
        State.SKIPPED_EMPTY,
    )

    class Priority(models.IntegerChoices):
        """Codes and confirmations are sent before batches."""

        PERSONAL = 0, _("Personal")
        BATCH = 5, _("Batch")

    batch = models.ForeignKey(
        Batch, verbose_name=_("batch"), null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=40)
    to_email = models.EmailField(_("to"), max_length=320)
    # Makes planning idempotent.
    dedupe_key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.PERSONAL)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.PENDING)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Attempts with unknown outcome. At 2 the row is held, so that no third copy is sent.
    uncertain = models.PositiveSmallIntegerField(_("uncertain attempts"), default=0)
    # The mail (`MailContent`), if it was written when it was planned. None for a deferred mail, and after the end.
    payload = models.JSONField(null=True, blank=True)
    # Context with which a deferred mail is written.
    context = models.JSONField(default=dict, blank=True)
    smtp_code = models.PositiveSmallIntegerField(_("answer of the server"), null=True, blank=True)
    # Our own word or a status code, never the text of the server, which repeats the address.
    last_error = models.CharField(_("last error"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"), db_index=True)
    # Time of the last answer or writing error; the circuit breaker orders attempts by it.
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["priority", "next_attempt_at", "id"], name="mailing_message_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["lease_until"], name="mailing_message_leases", condition=Q(state__in=["claimed", "sending"])
            ),
            models.Index(
                fields=["expires_at"],
                name="mailing_message_expiry",
                condition=Q(state__in=["pending", "held", "restored"]),
            ),
            models.Index(fields=["batch", "state"]),
            models.Index(
                fields=["batch", "-tried_at"],
                name="mailing_message_tried",
                condition=Q(batch__isnull=False, tried_at__isnull=False),
            ),
            models.Index(fields=["to_email"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "sending"], claim__isnull=False, lease_until__isnull=False)
                | Q(~Q(state__in=["claimed", "sending"]), claim__isnull=True),
                name="mailing_message_worker_holds_a_claim",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @classmethod
    def fields_of_move(cls, *, source: State, to: State, **fields: Any) -> dict[str, Any]:
        """Returns `fields` plus the values set by a move. Raises `ValueError` if the transition is not in the table."""
        if to not in cls.TRANSITIONS[source]:
            raise ValueError(f"no transition from {source} to {to}")
        if to not in cls.HELD_BY_A_WORKER:
            fields |= {"claim": None, "lease_until": None}
        if to in cls.FINAL_STATES:
            # Bodies hold codes and personal data: delete them once they are not needed.
            fields["payload"] = None
        return {"state": to, **fields}


class Suppression(models.Model):
    """Address suppressed for batches, stored as a keyed hash only."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("The address does not exist")
        BOUNCES = "bounces", _("Three e-mails came back")
        COMPLAINT = "complaint", _("Complaint")
        MANUAL = "manual", _("Asked by hand")
        ERASED = "erased", _("Account erased")

    email_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return f"{self.email_hash[:8]}… ({self.get_reason_display()})"


class Bounce(models.Model):
    """Mail refused by an address, at once or later. Kept as long as its message."""

    message = models.OneToOneField(
        Message, verbose_name=_("e-mail"), on_delete=models.CASCADE, related_name="bounce", primary_key=True
    )
    email_hash = models.CharField(_("hash of the address"), max_length=64)
    status = models.CharField(_("status"), max_length=12, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("returned e-mail")
        verbose_name_plural = _("returned e-mails")
        indexes = [models.Index(fields=["email_hash", "at"])]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"


class Identity(models.Model):
    """Name of the site that owns the database (one row). With another `MAIL_IDENTITY`, no mail is sent."""

    name = models.CharField(_("name"), max_length=200)
    adopted_at = models.DateTimeField(_("since"))
    # Date of the restored backup, while mails planned by the site are held (`mailing.restored`).
    restored_from = models.DateTimeField(_("restored from a backup of"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mailing_identity_is_one_row")]

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """Last run of a periodic job, to detect that beat or a worker is down."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
