"""Which proposals a news item speaks of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from participation.models.proposals import Proposal


class ProposalInNews(models.Model):
    """An editor says that a news item speaks of a proposal; readers see it while the proposal is public."""

    news = ParentalKey("cms.NewsPage", on_delete=models.CASCADE, related_name="proposals_told")
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("number of the proposal"),
        on_delete=models.CASCADE,
        related_name="told_in",
        limit_choices_to={"state__in": Proposal.PUBLIC_STATES},
        help_text=_("Write the number of a proposal that is published."),
    )

    class Meta:
        verbose_name = _("proposal in the news")
        verbose_name_plural = _("proposals in the news")
        constraints = [models.UniqueConstraint(fields=["news", "proposal"], name="participation_proposal_once_in_news")]

    def __str__(self) -> str:
        return f"{self.news_id}: {self.proposal_id}"
