"""Votes on a decision, or agreement without a vote, and the dissents of members."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from committee.models.members import Member, member_unnamed

if TYPE_CHECKING:
    from committee.models.register import RegisterEntry

DISSENT_MAX_LENGTH = 600
COUNTS = ("votes_for", "votes_against", "abstentions")
VOTE_FIELDS = ("manner", *COUNTS, "majority")


class DecisionMethod(models.TextChoices):
    """Manner of taking a decision. The values are in the register: they never change."""

    AGREEMENT = "accord", pgettext_lazy("decision", "By agreement")
    HANDS = "main-levee", pgettext_lazy("decision", "By show of hands")
    BALLOT = "bulletin", pgettext_lazy("decision", "By ballot")


class Majority(models.TextChoices):
    """Majority that a decision needs. The values are in the register: they never change."""

    SIMPLE = "simple", _("more than half of those present")
    TWO_THIRDS = "deux-tiers", _("two thirds of those present, to change the rules of the committee")

    def needed(self, present: int) -> int:
        """Returns how many of `present` votes in favour are needed."""
        return -(-2 * present // 3) if self == Majority.TWO_THIRDS else present // 2 + 1


class VoteWords(models.Model):
    """Fields that describe how a decision was taken; `manner` is empty in rows older than these fields."""

    manner = models.CharField(
        _("how it was taken"), max_length=10, choices=DecisionMethod, blank=True, default="", db_default=""
    )
    votes_for = models.PositiveSmallIntegerField(_("for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("against"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstained"), null=True, blank=True)
    majority = models.CharField(
        _("majority that it needs"), max_length=10, choices=Majority, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    @property
    def counts(self) -> list[int] | None:
        """Numbers of votes for, against and abstained; None if one of them is missing."""
        values = [count for name in COUNTS if (count := getattr(self, name)) is not None]
        return values if len(values) == len(COUNTS) else None

    @property
    def how_taken(self) -> str:
        """« À main levée : 8 pour, 2 contre, 1 abstention… »; "" for a decision older than these fields."""
        manner = str(self.get_manner_display())  # type: ignore[attr-defined]
        if self.counts is None:
            return manner
        return gettext("%(manner)s: %(yes)d for, %(no)d against, %(none)d abstained (%(majority)s)") % {
            "manner": manner,
            "yes": self.votes_for,
            "no": self.votes_against,
            "none": self.abstentions,
            "majority": self.get_majority_display(),  # type: ignore[attr-defined]
        }

    def vote_words(self) -> dict[str, object]:
        """Returns these fields as a dictionary; an agreement has no counts."""
        if self.manner == DecisionMethod.AGREEMENT:
            return {"manner": self.manner}
        return {name: getattr(self, name) for name in VOTE_FIELDS}

    def vote_refusal(self, present: int | None) -> str:
        """Returns the error in how the decision was taken, or "".

        `present` is the number of represented seats, None while the attendance is incomplete.
        """
        if not self.manner:
            return gettext("say how it was taken: by agreement, by show of hands or by ballot")
        if self.manner == DecisionMethod.AGREEMENT:
            return ""
        if self.counts is None or not self.majority:
            return gettext("write how many were for, against and abstained (0 too), and which majority it needs")
        if present is None:
            return gettext("the votes cannot be compared with the attendance, which is not complete: note it first")
        if sum(self.counts) != present:
            return gettext(
                "%(votes)d votes are counted, and the attendance says that %(present)d seats were present: correct one "
                "of the two"
            ) % {"votes": sum(self.counts), "present": present}
        needed = Majority(self.majority).needed(present)
        if self.counts[0] < needed:
            return gettext(
                "it is not adopted: %(yes)d were for it, and %(needed)d of %(present)d are needed. Tell of this vote "
                "in the text, or correct the numbers"
            ) % {"yes": self.counts[0], "needed": needed, "present": present}
        return ""


def vote_is_whole(name: str) -> models.CheckConstraint:
    """Returns the constraint on a permanent decision: counts and a majority if it was voted, none otherwise."""
    no_counts = Q(*((f"{count}__isnull", True) for count in COUNTS), majority="")
    counts = Q(*((f"{count}__isnull", False) for count in COUNTS)) & ~Q(majority="")
    counted = Q(manner__in=[DecisionMethod.HANDS, DecisionMethod.BALLOT])
    return models.CheckConstraint(condition=(~counted & no_counts) | (counted & counts), name=name)


class Dissent(models.Model):
    """Dissent of a member from a decision: one paragraph, written during the round of corrections."""

    decision = models.ForeignKey("committee.MinutesDecision", on_delete=models.CASCADE, related_name="dissents")
    # For approved minutes: the entry of the register, whose hash covers the text.
    entry = models.ForeignKey(
        "committee.RegisterEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, on_delete=models.SET_NULL, related_name="dissents"
    )
    is_by_name = models.BooleanField(_("by name"), default=False)
    text = models.CharField(_("dissent"), max_length=DISSENT_MAX_LENGTH, blank=True)
    # Words of the decision when the dissent was written; "" for dissents that are older than this field.
    about = models.CharField(_("about the words"), max_length=300, blank=True, default="", db_default="")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("dissent")
        verbose_name_plural = _("dissents")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "member"], name="committee_one_dissent_of_a_member")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def said(self) -> str:
        """Text, with the words that it is about if the decision was reworded since."""
        if self.about in ("", self.decision.text):
            return self.text
        return _("%(dissent)s (about the earlier words: “%(words)s”)") % {"dissent": self.text, "words": self.about}

    @property
    def shown_name(self) -> str:
        """Name of a member who chose to sign and still agrees to be named, or else "a member of the committee"."""
        return capfirst(self.member.shown_name if self.member and self.is_by_name else member_unnamed())


def dissents_from(entries: "Iterable[RegisterEntry]") -> dict[int, list[tuple[str, str]]]:
    """Returns the dissents from `entries`, by primary key of the entry, as (name, text).

    At most one query. The text comes from the register. The name does not: a member may withdraw the consent to be
    named.
    """
    texts = {entry.pk: entry.dissents.splitlines() for entry in entries if entry.dissents}
    names: dict[int, list[str]] = {pk: [] for pk in texts}
    rows = Dissent.objects.filter(entry__in=texts).select_related("member").order_by("pk") if texts else []
    for row in rows:
        names[row.entry_id or 0].append(row.shown_name)
    unnamed = capfirst(member_unnamed())
    return {
        pk: list(zip_longest(names[pk][: len(paragraphs)], paragraphs, fillvalue=unnamed))
        for pk, paragraphs in texts.items()
    }
