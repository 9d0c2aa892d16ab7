"""Open data of participation: public proposals, answers, comments and moderation, without names."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from statistics import median_low
from typing import cast

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models.inspiring import inspiring_pages
from committee.models import TopicPage, public_topics
from common.datasets import CHUNK, ByKey, Column, ColumnType, Dataset, Row, SmallDataset
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from participation.models import Appeal, Comment, Decision, Ground, OfficialAnswer, Proposal
from participation.queries.moderation_register import whole_hours


def open_datasets() -> list[Dataset]:
    """Returns the datasets of this app."""
    return [
        Dataset(
            order=10,
            slug="propositions",
            title=_("Proposals"),
            description=_("The proposals that anyone may read, with their state and how many people support them."),
            columns=_proposal_columns(),
            rows=ByKey("numero", objects=_proposals, rows_of=_proposal_rows),
        ),
        Dataset(
            order=20,
            slug="reponses",
            title=_("Answers"),
            description=_("The official answers to proposals, with their reasons. A proposal may have several."),
            columns=_answer_columns(),
            rows=ByKey("numero", objects=_answers, rows_of=_answer_rows),
        ),
        Dataset(
            order=30,
            slug="commentaires",
            title=_("Comments"),
            description=_("The comments that anyone may read. Their authors are not named."),
            columns=_comment_columns(),
            rows=ByKey("numero", objects=_comments, rows_of=_comment_rows),
        ),
        Dataset(
            order=50,
            slug="moderation",
            title=_("Moderation"),
            description=_("How many texts were read each month, why some were not shown, and how long it took."),
            columns=_moderation_columns(),
            rows=SmallDataset(_moderation, width=4),
        ),
    ]


def _proposal_columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the proposal. It never changes."), ColumnType.INTEGER),
        Column("titre", _("Title.")),
        Column("probleme", _("The problem, as the author tells it. May be empty.")),
        Column("texte", _("What is proposed. May be empty for a need.")),
        Column(
            "etat",
            _("State: published, under study, accepted, and so on."),
            field="state",
            among=Proposal.PUBLIC_STATES,
        ),
        Column("sujet", _("Subject of the work programme, or category of origin. May be empty."), field="subject"),
        Column("quartier", _("District or commune. May be empty."), field="district"),
        Column("recue_le", _("When it was received."), ColumnType.MOMENT),
        Column("publiee_le", _("When it was published."), ColumnType.MOMENT),
        Column("etat_depuis", _("Since when it is in this state. May be empty."), ColumnType.MOMENT),
        Column("soutiens", _("People who support it, those of the platform of origin included."), ColumnType.INTEGER),
        Column("commentaires", _("Comments that were published."), ColumnType.INTEGER),
        Column("adresse", _("Address of the page."), ColumnType.URL),
        Column("complements", _("What the authors added later. May be empty.")),
        Column("type", _("Proposal, or need: what is missing, without a solution yet."), field="kind"),
        Column("origine", _("How it came: on line, at a desk, by phone or on paper."), field="origin"),
        Column(
            "inspiree_de",
            _("Address of the example of the watch that gave the idea. May be empty."),
            ColumnType.URL,
        ),
    )


def _answer_columns() -> tuple[Column, ...]:
    return (
        Column("proposition", _("Number of the proposal."), ColumnType.INTEGER, "proposal"),
        Column("decision", _("What was decided."), field="decision"),
        Column("raisons", _("The reasons.")),
        Column("le", _("When it was decided."), ColumnType.MOMENT),
        Column("jours", _("Days from the publication of the proposal to this answer."), ColumnType.INTEGER),
        Column("adresse", _("Address of the proposal."), ColumnType.URL),
        Column("suite", _("What happens next. May be empty.")),
        Column("service", _("Service of the city that signs. Empty if the committee answered.")),
        Column("numero", _("Number of the answer. It never changes."), ColumnType.INTEGER),
    )


def _comment_columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the comment. It never changes."), ColumnType.INTEGER),
        Column(
            "proposition",
            _("Number of the proposal that it is about. Empty if it is about a page."),
            ColumnType.INTEGER,
            "discussion__proposal",
        ),
        Column("page", _("Title of the page that it is about. Empty if it is about a proposal.")),
        Column("repond_a", _("Number of the comment that it answers. May be empty."), ColumnType.INTEGER),
        Column("position", _("1 for, -1 against, 0 neither."), ColumnType.INTEGER),
        Column("texte", _("The text.")),
        Column("ecrit_le", _("When it was written."), ColumnType.MOMENT),
        Column("origine", _("How it came: on line, at a desk, by phone or on paper."), field="origin"),
    )


def _moderation_columns() -> tuple[Column, ...]:
    return (
        Column("mois", _("Month of the decision: year, then month.")),
        Column("genre", _("Proposal or comment.")),
        Column("decision", _("Published or not shown.")),
        Column("motif", _("Reason why it is not shown. Empty if it was published.")),
        Column("nombre", _("How many decisions."), ColumnType.INTEGER),
        Column(
            "heures_mediane",
            _("Half of the texts waited so many hours or less. Empty if none waited."),
            ColumnType.INTEGER,
        ),
        Column("heures_maximum", _("The longest wait, in hours. Empty if none waited."), ColumnType.INTEGER),
        Column("recours", _("How many authors asked for a second look."), ColumnType.INTEGER),
        Column("recours_admis", _("How many texts were published after a second look."), ColumnType.INTEGER),
    )


def _proposals() -> QuerySet[Proposal]:
    proposals = Proposal.objects.published().select_related("inspired_by").prefetch_related("addenda", public_topics())
    # As `subject_label`: the parameter `sujet` of the API finds what the rows show.
    subject = Case(When(topic__in=TopicPage.objects.published(), then=F("topic__title")), default=F("category"))
    return proposals.alias(subject=subject).annotate(
        names_example=Exists(inspiring_pages().filter(pk=OuterRef("inspired_by")))
    )


def _proposal_rows(proposals: list[Proposal]) -> Iterator[Row]:
    for proposal in proposals:
        yield (
            proposal.pk,
            proposal.title,
            proposal.problem,
            proposal.body,
            proposal.get_state_display(),
            proposal.subject_label,
            proposal.district,
            isoformat(proposal.created_at),
            isoformat(proposal.published_at),
            isoformat(proposal.state_changed_at),
            proposal.support_count + proposal.imported_support_count,
            proposal.comment_count,
            absolute_url(proposal.get_absolute_url()),
            proposal.published_addenda,
            proposal.get_kind_display(),
            proposal.get_origin_display(),
            (proposal.inspired_by.full_url or "") if proposal.names_example and proposal.inspired_by else "",  # type: ignore[attr-defined]
        )


def _answers() -> QuerySet[OfficialAnswer]:
    return OfficialAnswer.objects.public().select_related("proposal", "service")


def _answer_rows(answers: list[OfficialAnswer]) -> Iterator[Row]:
    for answer in answers:
        proposal, answered_at = answer.proposal, cast(datetime, answer.published_at)
        yield (
            proposal.pk,
            answer.get_decision_display(),
            answer.plain_reasons,
            isoformat(answered_at),
            (timezone.localdate(answered_at) - timezone.localdate(proposal.published_at or proposal.created_at)).days,
            absolute_url(proposal.get_absolute_url()),
            answer.plain_next_steps,
            str(answer.service or ""),
            answer.pk,
        )


def _comments() -> QuerySet[Comment]:
    comments = Comment.objects.public_one_by_one()
    comments = comments.only("discussion", "parent", "position", "body", "created_at", "origin")
    return comments.annotate(about=F("discussion__proposal"), page_title=F("discussion__page__title"))


def _comment_rows(comments: list[Comment]) -> Iterator[Row]:
    for comment in comments:
        yield (
            comment.pk,
            comment.about,  # type: ignore[attr-defined]
            comment.page_title,  # type: ignore[attr-defined]
            comment.parent_id,
            comment.position,
            comment.body,
            isoformat(comment.created_at),
            comment.get_origin_display(),
        )


def _moderation() -> Iterator[Row]:
    """Yields one row for each month, kind of text, decision and ground, with one group in memory at a time."""
    decisions = Decision.objects.annotate(
        month=TruncMonth("decided_at"), about_comment=ExpressionWrapper(Q(comment__gt=0), BooleanField())
    )
    names = ("month", "about_comment", "outcome", "ground")
    rows = decisions.order_by(*names).values_list(*names, "waiting_since", "decided_at", "appeal__outcome")
    for (month, about_comment, outcome, ground), group in groupby(rows.iterator(CHUNK), key=itemgetter(0, 1, 2, 3)):
        texts = list(group)
        # As in the register: no delay if there was no wait.
        delays = [decided_at - since for *_key, since, decided_at, _appeal in texts if since != decided_at]
        appeals = [appeal for *_key, appeal in texts if appeal is not None]
        yield (
            f"{month:%Y-%m}",
            str((Comment if about_comment else Proposal)._meta.verbose_name),
            str(Decision.Outcome(outcome).label),
            str(Ground(ground).label) if ground else "",
            len(texts),
            whole_hours(median_low(delays)) if delays else None,
            whole_hours(max(delays)) if delays else None,
            len(appeals),
            appeals.count(Appeal.Outcome.OVERTURNED),
        )
