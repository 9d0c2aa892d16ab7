"""Acts of moderation on request: appeals and reports."""

from common.shown import BY_PROGRAM
from mailing.hooks import contact_address
from participation.models import (
    Decision,
    Report,
)
from participation.services import appeals
from participation.services.appeals import (
    appeal,
    decide_appeal,
)
from participation.services.reports import (
    dismiss_reports,
    report_text,
)
from tools.mails.stage import Stage
from tools.mails.texts import (
    REFUSAL,
    published_comment,
    read_by_moderators,
    sent_proposal,
)


def appeal_received(stage: Stage) -> str:
    """Appeals a decision: the team is notified."""
    _appealed(stage)
    return contact_address()


def appeal_upheld(stage: Stage) -> str:
    """Upholds the decision of an appeal: the author is notified."""
    received = _appealed(stage)
    decide_appeal(
        appeal=received,
        overturned=False,
        moderator=stage.user("animation"),
        now=stage.now,
        reason=REFUSAL,
        shown=BY_PROGRAM,
    )
    return received.decision.text.author.email


def _appealed(stage: Stage) -> appeals.Appeal:
    proposal = sent_proposal(stage)
    read_by_moderators(stage, proposal, "REFUSED")
    decision = Decision.objects.filter(proposal=proposal).latest("pk")
    return appeal(
        decision=decision, author=proposal.author, body="C’est un service pour tous, pas un commerce.", now=stage.now
    )


def text_reported(stage: Stage) -> str:
    """Reports a comment: the moderators are notified."""
    _reported(stage)
    return contact_address()


def report_answered(stage: Stage) -> str:
    """Keeps a reported comment: the reporter is thanked and notified."""
    report = _reported(stage)
    dismiss_reports(
        text=report.text, moderator=stage.user("animation"), reason="Vif, mais poli.", now=stage.now, shown=BY_PROGRAM
    )
    return report.author.email


def report_answered_by_removing(stage: Stage) -> str:
    """Removes a reported comment: the reporter is thanked and notified."""
    report = _reported(stage)
    read_by_moderators(stage, report.text, "REFUSED")
    return report.author.email


def _reported(stage: Stage) -> Report:
    comment = published_comment(stage, "membre", "Il suffit d’aller au guichet, comme tout le monde.")
    author = stage.user("habitante")
    return report_text(text=comment, author=author, reason="Ce ton est blessant.", now=stage.now)[0]
