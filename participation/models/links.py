"""Links from news and from rows of pages (items, groups, decisions, deliverables…) to proposals.

Editors set them in the form of the page; they are shown while the proposal is public. Each link has a `ParentalKey`
to its row, so that drafts, revisions, previews and copies of the page include it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from cms.fields import NumberKey
from participation.models.proposals import Proposal


class ProposalLink(models.Model):
    """Abstract link to one proposal."""

    # A proposal that is no longer public stays valid, so that the page can be saved without removing it.
    proposal = NumberKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="+",
        limit_choices_to={"published_at__isnull": False},
        error_messages={"invalid_choice": _("Choose a proposal that is published.")},
    )

    class Meta:
        abstract = True


class ProposalInNews(ProposalLink):
    """Proposal in a news item."""

    news = ParentalKey("cms.NewsPage", on_delete=models.CASCADE, related_name="proposals_told")

    class Meta:
        verbose_name = _("proposal in the news")
        verbose_name_plural = _("proposals in the news")
        constraints = [models.UniqueConstraint(fields=["news", "proposal"], name="participation_proposal_once_in_news")]

    def __str__(self) -> str:
        return f"{self.news_id}: {self.proposal_id}"


class ProposalOnAgenda(ProposalLink):
    """Proposal in an agenda item of a session."""

    row = ParentalKey("committee.AgendaItem", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal on an agenda")
        verbose_name_plural = _("proposals on agendas")
        constraints = [models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_on_item")]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"


class ProposalFromWorkshop(ProposalLink):
    """Proposal made by a workshop group of a session."""

    row = ParentalKey("committee.WorkshopGroup", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal from a workshop group")
        verbose_name_plural = _("proposals from workshop groups")
        constraints = [
            models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_from_workshop")
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"


class ProposalInDecision(ProposalLink):
    """Proposal that a decision of a session is about."""

    row = ParentalKey("committee.SessionDecision", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal in a decision")
        verbose_name_plural = _("proposals in decisions")
        constraints = [
            models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_in_decision")
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"


class ProposalInDeliverable(ProposalLink):
    """Proposal carried out by a deliverable of the work programme."""

    row = ParentalKey("committee.Deliverable", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal in a deliverable")
        verbose_name_plural = _("proposals in deliverables")
        constraints = [
            models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_in_deliverable")
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"


class ProposalInReferral(ProposalLink):
    """Proposal brought to a body in which users are represented."""

    row = ParentalKey("committee.Referral", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal brought to a body")
        verbose_name_plural = _("proposals brought to bodies")
        constraints = [
            models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_in_referral")
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"
