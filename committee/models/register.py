"""Register of decisions: append-only entries, each with the hash of the previous one.

The database refuses what this module refuses (`REGISTER`). For the hashed fields
and how to verify them, see docs/register.md.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from committee.models.minutes import ROLES
from committee.models.votes import VoteWords, vote_is_whole
from common.guards import Guard, exists

if TYPE_CHECKING:
    from committee.models.sessions import SessionPage


class RegisterEntryQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def decisions(self) -> Self:
        return self.filter(kind=RegisterEntry.Kind.DECISION)

    def of_session(self, session: "SessionPage") -> dict[int | None, "RegisterEntry"]:
        """Returns the decisions of `session` by their rank in it."""
        day = session.slug_of(session.starts_at)
        entries: Iterable[RegisterEntry] = self.decisions().filter(session_day=day)
        return {entry.rank: entry for entry in entries}

    def readable(self) -> Self:
        """Returns the decisions whose text is not removed, which a search can find."""
        return self.decisions().exclude(text="")


class RegisterEntry(index.Indexed, VoteWords):
    """Entry: a decision of a session, or the removal of the text of an earlier entry."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("Decision")
        REDACTION = "caviardage", _("Removal of words")

    number = models.PositiveIntegerField(_("number"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    recorded_at = models.DateTimeField(_("recorded at"))
    session_day = models.DateField(_("day of the session"), null=True)
    # Rank among the decisions of the session, from 1.
    rank = models.PositiveSmallIntegerField(_("rank in the session"), null=True)
    approved_on = models.DateField(_("approved on"), null=True)
    # Fields that may name a person. The chain holds `commitment` instead: they can be emptied, and only emptied.
    text = models.CharField(_("what was decided"), max_length=300, blank=True)
    responsible = models.CharField(_("who does it"), max_length=120, blank=True)
    # One per line, without names.
    dissents = models.TextField(_("dissents"), blank=True, default="", db_default="")
    salt = models.CharField(max_length=64, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    due_on = models.DateField(_("before"), null=True)
    topic_number = models.PositiveSmallIntegerField(_("number of the topic"), null=True)
    topic = models.CharField(_("topic"), max_length=255, blank=True)
    # For a removal: the entry, the reason, and the role of the author.
    redacts = models.PositiveIntegerField(_("entry whose words are removed"), null=True, unique=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    author_role = models.CharField(_("role"), max_length=20, choices=ROLES, blank=True)
    # Unique: no entry has two successors.
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    search_fields = [
        index.SearchField("text"),
        index.SearchField("topic"),
        index.FilterField("kind"),
        index.FilterField("text"),
    ]

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the register of decisions")
        verbose_name_plural = _("entries of the register of decisions")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="decision", session_day__isnull=False, redacts__isnull=True)
                | (Q(kind="caviardage", redacts__isnull=False, text="") & ~Q(reason="")),
                name="committee_register_kind_has_its_fields",
            ),
            vote_is_whole("committee_register_vote_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("An entry of the register is never changed.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Returns the URL of the entry on the page of its year, which is never paginated."""
        return f"{reverse('committee:register')}?annee={self.year}#{self.anchor}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An entry of the register is never deleted.")

    @property
    def anchor(self) -> str:
        return f"d{self.number}"

    @property
    def is_redacted(self) -> bool:
        return self.kind == self.Kind.DECISION and not self.salt

    @property
    def year(self) -> int:
        day: date = self.session_day or self.recorded_at.date()
        return day.year


REGISTER = Guard(
    "committee_register_switch", "The register of decisions is append-only: entries are neither changed nor deleted."
)
# The words of a decision can be emptied, once a later entry records their removal.
WORDS = ("text", "responsible", "salt", "dissents")
EMPTIED = " AND ".join(f"NEW.{name} = ''" for name in WORDS)
IS_REMOVED = exists("committee_registerentry r", "r.kind = 'caviardage' AND r.redacts = OLD.number")
# The chain begins with 64 zeros.
IS_NEXT = (
    "NEW.number = (SELECT COALESCE(MAX(number), 0) + 1 FROM committee_registerentry) AND NEW.previous_hash ="
    " COALESCE((SELECT hash FROM committee_registerentry ORDER BY number DESC LIMIT 1),"
    " '0000000000000000000000000000000000000000000000000000000000000000')"
)
REGISTER.append_only(RegisterEntry, mutable_fields=WORDS)
REGISTER.refuse(RegisterEntry, "UPDATE", f"NOT ({EMPTIED} AND {IS_REMOVED})")
REGISTER.refuse(
    RegisterEntry,
    "INSERT",
    f"NOT ({IS_NEXT})",
    "The register of decisions is append-only: this entry does not follow the last one.",
)
