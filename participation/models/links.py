"""Links from news and from rows of pages (points, groups, decisions, deliverables…) to the proposals they are about.

An editor says so in the form of the page; readers see it while the proposal is public. Each link hangs on its row by a
`ParentalKey`, so that drafts, revisions, previews and copies of the page carry it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from cms.fields import NumberKey
from participation.models.proposals import Proposal


class ProposalLink(models.Model):
    """One link to a proposal."""

    # One that left the public later stays a possible value: nobody has to remove it to save the page.
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
    """A news item speaks of a proposal."""

    news = ParentalKey("cms.NewsPage", on_delete=models.CASCADE, related_name="proposals_told")

    class Meta:
        verbose_name = _("proposal in the news")
        verbose_name_plural = _("proposals in the news")
        constraints = [models.UniqueConstraint(fields=["news", "proposal"], name="participation_proposal_once_in_news")]

    def __str__(self) -> str:
        return f"{self.news_id}: {self.proposal_id}"


class ProposalOnAgenda(ProposalLink):
    """A session deals with a proposal under a point of its agenda."""

    row = ParentalKey("committee.AgendaItem", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal on an agenda")
        verbose_name_plural = _("proposals on agendas")
        constraints = [models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_on_item")]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"


class ProposalFromWorkshop(ProposalLink):
    """A workshop group of a session produced a proposal."""

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
    """A decision of a session is about a proposal."""

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
    """A deliverable of the work programme carries out a proposal."""

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
    """A proposal was brought to a body in which users are represented."""

    row = ParentalKey("committee.Referral", on_delete=models.CASCADE, related_name="proposals")

    class Meta:
        verbose_name = _("proposal brought to a body")
        verbose_name_plural = _("proposals brought to bodies")
        constraints = [
            models.UniqueConstraint(fields=["row", "proposal"], name="participation_proposal_once_in_referral")
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.proposal_id}"
