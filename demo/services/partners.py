"""Subjects brought to partner bodies, with their answers."""

from datetime import date

from committee.models import PartnerBodyPage, Referral, RegisterEntry
from common.markdown import french
from demo.clock import Clock
from demo.content import Text, read
from home.services.publishing import publish_revision
from participation.models import Proposal, ProposalInReferral


def load(clock: Clock, proposals: dict[str, Proposal]) -> None:
    """Adds the subjects to their pages, the latest first, in a further revision of each page."""
    for slug, texts in read("partners").items():
        page = PartnerBodyPage.objects.get(slug=slug)
        page.referrals = [  # type: ignore[misc]
            referral(clock, text, proposals, order) for order, text in enumerate(reversed(texts))
        ]
        publish_revision(page, clock.ago(3))


def referral(clock: Clock, text: Text, proposals: dict[str, Proposal], order: int) -> Referral:
    row = Referral(
        sort_order=order,
        text=french(text["text"]),
        brought_on=text.get("brought_on") or days_ago(clock, text["days"]),
        decision=RegisterEntry.objects.get(text=french(text["decision"])),
        answer=french(text.get("answer", "")),
        answered_on=text.get("answered_on") or (days_ago(clock, text["answered"]) if "answered" in text else None),
    )
    row.proposals = [ProposalInReferral(proposal=proposals[key]) for key in text.get("proposals", ())]
    return row


def days_ago(clock: Clock, days: int) -> date:
    return clock.ago(days).date()
