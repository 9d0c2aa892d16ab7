"""Personal data of participation: the export of an account.

Texts with several authors are exported for each of them. Texts and names of other people are left out: invited
people, moderators, authors of answered comments.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from common.personal_data import Labelled, PersonalDataSet, rows_of
from participation.models import (
    Addendum,
    Appeal,
    Attachment,
    CityService,
    CoAuthor,
    Comment,
    CommentVersion,
    Decision,
    DeskEntry,
    Follow,
    Invitation,
    Mention,
    OfficialAnswer,
    Proposal,
    ProposalDraft,
    ProposalStep,
    ProposalVersion,
    Report,
    Support,
)

STATE = ("state", "state_reason", "state_changed_at")
TEXTS = ("title", "problem", "body")
AUTHOR = ProposalStep.Role.AUTHOR
ACTS = {
    "decisions_of_moderation": _("decisions of moderation"),
    "answers_to_reports": _("answers to reports"),
    "second_looks": _("second readings"),
    "official_answers": _("official answers"),
    "steps_of_proposals": _("steps of proposals"),
    "entries_for_others": _("texts entered for others"),
}


def held_by_participation(user: User) -> Iterator[PersonalDataSet]:
    """Yields the texts, choices and answers of the account, its invitations, and counts of its acts for the team."""
    yield from _proposals(user)
    yield from _comments(user)
    yield from _choices(user)
    yield from _moderation(user)
    yield from _of_addresses(user)
    yield PersonalDataSet("participation.acts", _("Work for the institution"), _acts(user))
    services = rows_of(CityService.objects.filter(members=user), "name")
    yield PersonalDataSet("participation.services", _("Services of the city that I answer for"), services)


def _proposals(user: User) -> Iterator[PersonalDataSet]:
    # Any of the authors may have written any of the texts: authorship is not recorded.
    own = Proposal.objects.of(user).order_by("pk")
    dates = ("created_at", "published_at", "edited_at", "answer_due_on")
    about = ("pk", "kind", "call__title", "topic__title", "district", "inspired_by__title", "origin", "author_name")
    yield PersonalDataSet("participation.proposals", _("Proposals"), rows_of(own, *about, *TEXTS, *STATE, *dates))
    numbers = own.order_by().values("pk")
    versions = ProposalVersion.objects.filter(proposal__in=numbers).order_by("pk")
    yield PersonalDataSet(
        "participation.versions",
        _("Earlier texts of proposals"),
        rows_of(versions, "proposal", *TEXTS, "topic__title", "district", "files", "replaced_at", "is_hidden"),
    )
    steps = ProposalStep.objects.filter(actor=user, role=AUTHOR)
    yield PersonalDataSet(
        "participation.steps",
        _("Steps of proposals"),
        rows_of(steps, "proposal", "at", "from_state", "to_state", "reason"),
    )
    addenda = Addendum.objects.filter(author=user)
    yield PersonalDataSet(
        "participation.addenda",
        _("Addenda"),
        rows_of(addenda, "proposal", "body", *STATE, "created_at", "published_at"),
    )
    joined = CoAuthor.objects.filter(user=user)
    yield PersonalDataSet(
        "participation.co_authorships", _("Proposals written with others"), rows_of(joined, "proposal", "since")
    )
    drafts = ProposalDraft.objects.filter(author=user).order_by("created_at")
    asked = ("key", "kind", "call__title", "topic__title", "district", "inspired_by__title")
    yield PersonalDataSet(
        "participation.drafts", _("Drafts"), rows_of(drafts, *asked, *TEXTS, "created_at", "updated_at")
    )
    files = Attachment.objects.filter(Q(proposal__in=numbers) | Q(draft__author=user))
    kept = ("proposal", "draft", "description", "file", "type", "size", "created_at", "is_waiting", "removed_at")
    yield PersonalDataSet("participation.attachments", _("Files"), rows_of(files, *kept), [one.file for one in files])


def _comments(user: User) -> Iterator[PersonalDataSet]:
    own = Comment.objects.filter(author=user)
    where = ("pk", "discussion__proposal", "discussion__page__slug", "parent")
    dates = ("created_at", "published_at", "edited_at")
    about = ("position", "body", "origin", "author_name")
    yield PersonalDataSet("participation.comments", _("Comments"), rows_of(own, *where, *about, *STATE, *dates))
    versions = CommentVersion.objects.filter(comment__author=user).order_by("pk")
    yield PersonalDataSet(
        "participation.comment_versions",
        _("Earlier texts of comments"),
        rows_of(versions, "comment", "body", "replaced_at"),
    )
    yield PersonalDataSet(
        "participation.mentions", _("Mentions"), rows_of(Mention.objects.filter(user=user), "comment")
    )
    reports = Report.objects.filter(author=user)
    said = ("proposal", "comment", "addendum", "reason", "created_at", "outcome", "decided_at")
    yield PersonalDataSet("participation.reports", _("Reports of texts"), rows_of(reports, *said))


def _choices(user: User) -> Iterator[PersonalDataSet]:
    supports = Support.objects.filter(user=user)
    yield PersonalDataSet("participation.supports", _("Supports"), rows_of(supports, "proposal", "created_at"))
    follows = Follow.objects.filter(user=user)
    where = ("discussion__proposal", "discussion__page__slug")
    yield PersonalDataSet(
        "participation.follows", _("What is followed"), rows_of(follows, *where, "source", "muted", "created_at")
    )


def _moderation(user: User) -> Iterator[PersonalDataSet]:
    """Yields decisions about the user's texts, as sent to the user: without the moderator."""
    decided = Decision.objects.of_author(user)
    about = ("proposal", "comment", "addendum", "outcome", "ground", "reason", "decided_at")
    yield PersonalDataSet(
        "participation.decisions", _("Decisions of moderation"), rows_of(decided.order_by("pk"), *about)
    )
    asked = Appeal.objects.filter(decision__in=decided.order_by().values("pk")).order_by("pk")
    text = ("decision__proposal", "decision__comment", "decision__addendum")
    yield PersonalDataSet(
        "participation.appeals",
        _("Requests for a second reading"),
        rows_of(asked, *text, "body", "created_at", "outcome", "reason", "decided_at"),
    )


def _of_addresses(user: User) -> Iterator[PersonalDataSet]:
    """Yields data linked to an e-mail address of the user, and the user's invitations to others."""
    addresses = verified_emails(user)
    received = Invitation.objects.filter(email__in=addresses)
    yield PersonalDataSet(
        "participation.invitations", _("Invitations received"), rows_of(received, "proposal", "state", "created_at")
    )
    sent = Invitation.objects.filter(proposal__author=user)
    yield PersonalDataSet(
        "participation.invitations_sent", _("Invitations sent"), rows_of(sent, "proposal", "state", "created_at")
    )
    attached = DeskEntry.objects.filter(Q(proposal__author=user) | Q(comment__author=user), attached_at__isnull=False)
    moments = ("pk", "proposal", "comment", "entered_at", "attached_at")
    yield PersonalDataSet(
        "participation.desk_entries", _("Texts left at a desk"), rows_of(attached.order_by("pk"), *moments)
    )
    # The address at the desk was not verified: the export has the rows about the address, not the text.
    news = DeskEntry.objects.filter(email__in=addresses).order_by("pk")
    yield PersonalDataSet(
        "participation.desk_news", _("News of texts left at a desk"), rows_of(news, "pk", "email", "entered_at")
    )


def _acts(user: User) -> list[dict[str, Any]]:
    """Returns how often the user acted for the team or for a service.

    Only counts: the rows are about other people, and their content is the institution's.
    """
    acts: dict[str, QuerySet[Any]] = {
        "decisions_of_moderation": Decision.objects.filter(moderator=user),
        "answers_to_reports": Report.objects.filter(decided_by=user),
        "second_looks": Appeal.objects.filter(decided_by=user),
        "official_answers": OfficialAnswer.objects.filter(writer=user),
        "steps_of_proposals": ProposalStep.objects.filter(actor=user).exclude(role=AUTHOR),
        "entries_for_others": DeskEntry.objects.filter(agent=user),
    }
    counts = {act: rows.count() for act, rows in acts.items()}
    return [{"act": Labelled(act, ACTS[act]), "count": count} for act, count in counts.items() if count]
