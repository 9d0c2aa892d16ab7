"""Open data of participation: proposals, answers, comments and moderation, as anyone may read them, without names."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from statistics import median_low
from typing import cast

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models.inspiring import inspiring_pages
from common.hooks import Cell, Column, Dataset
from common.origins import Origin
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from participation.models import Appeal, Comment, Decision, Ground, OfficialAnswer, Proposal
from participation.queries.moderation_register import whole_hours

CHUNK = 500


def open_datasets() -> list[Dataset]:
    """Returns the datasets of this app."""
    return [
        Dataset(
            order=10,
            slug="propositions",
            title=_("Proposals"),
            description=_("The proposals that anyone may read, with their state and how many people support them."),
            columns=_proposal_columns(),
            rows=_proposals,
        ),
        Dataset(
            order=20,
            slug="reponses",
            title=_("Answers"),
            description=_("The official answers to proposals, with their reasons. A proposal may have several."),
            columns=_answer_columns(),
            rows=_answers,
        ),
        Dataset(
            order=30,
            slug="commentaires",
            title=_("Comments"),
            description=_("The comments that anyone may read. Their authors are not named."),
            columns=_comment_columns(),
            rows=_comments,
        ),
        Dataset(
            order=50,
            slug="moderation",
            title=_("Moderation"),
            description=_("How many texts were read each month, why some were not shown, and how long it took."),
            columns=_moderation_columns(),
            rows=_moderation,
        ),
    ]


def _proposal_columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the proposal. It never changes.")),
        Column("titre", _("Title.")),
        Column("probleme", _("The problem, as the author tells it. May be empty.")),
        Column("texte", _("What is proposed. May be empty for a need.")),
        Column("etat", _("State: published, under study, accepted, and so on.")),
        Column("sujet", _("Subject of the work programme, or category of origin. May be empty.")),
        Column("quartier", _("District or commune. May be empty.")),
        Column("recue_le", _("When it was received.")),
        Column("publiee_le", _("When it was published.")),
        Column("etat_depuis", _("Since when it is in this state. May be empty.")),
        Column("soutiens", _("People who support it, those of the platform of origin included.")),
        Column("commentaires", _("Comments that were published.")),
        Column("adresse", _("Address of the page.")),
        Column("complements", _("What the authors added later. May be empty.")),
        Column("type", _("Proposal, or need: what is missing, without a solution yet.")),
        Column("origine", _("How it came: on line, at a desk, by phone or on paper.")),
        Column("inspiree_de", _("Address of the example of the watch that gave the idea. May be empty.")),
    )


def _answer_columns() -> tuple[Column, ...]:
    return (
        Column("proposition", _("Number of the proposal.")),
        Column("decision", _("What was decided.")),
        Column("raisons", _("The reasons.")),
        Column("le", _("When it was decided.")),
        Column("jours", _("Days from the publication of the proposal to this answer.")),
        Column("adresse", _("Address of the proposal.")),
        Column("suite", _("What happens next. May be empty.")),
        Column("service", _("Service of the city that signs. Empty if the committee answered.")),
    )


def _comment_columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the comment. It never changes.")),
        Column("proposition", _("Number of the proposal that it is about. Empty if it is about a page.")),
        Column("page", _("Title of the page that it is about. Empty if it is about a proposal.")),
        Column("repond_a", _("Number of the comment that it answers. May be empty.")),
        Column("position", _("1 for, -1 against, 0 neither.")),
        Column("texte", _("The text.")),
        Column("ecrit_le", _("When it was written.")),
        Column("origine", _("How it came: on line, at a desk, by phone or on paper.")),
    )


def _moderation_columns() -> tuple[Column, ...]:
    return (
        Column("mois", _("Month of the decision: year, then month.")),
        Column("genre", _("Proposal or comment.")),
        Column("decision", _("Published or not shown.")),
        Column("motif", _("Reason why it is not shown. Empty if it was published.")),
        Column("nombre", _("How many decisions.")),
        Column("heures_mediane", _("Half of the texts waited so many hours or less. Empty if none waited.")),
        Column("heures_maximum", _("The longest wait, in hours. Empty if none waited.")),
        Column("recours", _("How many authors asked for a second look.")),
        Column("recours_admis", _("How many texts were published after a second look.")),
    )


def _proposals() -> Iterator[Sequence[Cell]]:
    examples = inspiring_pages().filter(pk__in=Proposal.objects.published().order_by().values("inspired_by"))
    url_of = {example.pk: example.full_url for example in examples}
    proposals = Proposal.objects.published().select_related("topic").prefetch_related("addenda").order_by("pk")
    for proposal in proposals.iterator(CHUNK):
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
            url_of.get(proposal.inspired_by_id, ""),
        )


def _answers() -> Iterator[Sequence[Cell]]:
    answers = OfficialAnswer.objects.public().select_related("proposal", "service").order_by("published_at", "pk")
    for answer in answers.iterator(CHUNK):
        proposal, answered_at = answer.proposal, cast(datetime, answer.published_at)
        yield (
            proposal.pk,
            answer.get_decision_display(),
            answer.reasons,
            isoformat(answered_at),
            (timezone.localdate(answered_at) - timezone.localdate(proposal.published_at or proposal.created_at)).days,
            absolute_url(proposal.get_absolute_url()),
            answer.next_steps,
            str(answer.service or ""),
        )


def _comments() -> Iterator[Sequence[Cell]]:
    rows = Comment.objects.public().order_by("pk")
    origins = {origin.value: str(origin.label) for origin in Origin}
    about = ("pk", "discussion__proposal", "discussion__page__title", "parent", "position", "body")
    for *values, created_at, origin in rows.values_list(*about, "created_at", "origin").iterator(CHUNK):
        yield *values, isoformat(created_at), origins[origin]


def _moderation() -> Iterator[Sequence[Cell]]:
    """Yields one row for each month, kind of text, decision and ground, with one group in memory at a time."""
    decisions = Decision.objects.annotate(
        month=TruncMonth("decided_at"), about_comment=ExpressionWrapper(Q(comment__gt=0), BooleanField())
    )
    names = ("month", "about_comment", "outcome", "ground")
    rows = decisions.order_by(*names).values_list(*names, "waiting_since", "decided_at", "appeal__outcome")
    for (month, about_comment, outcome, ground), group in groupby(rows.iterator(CHUNK), key=itemgetter(0, 1, 2, 3)):
        texts = list(group)
        # As in the register: where nobody waited, there is no delay.
        waits = [decided_at - since for *_key, since, decided_at, _appeal in texts if since != decided_at]
        appeals = [appeal for *_key, appeal in texts if appeal is not None]
        yield (
            f"{month:%Y-%m}",
            str((Comment if about_comment else Proposal)._meta.verbose_name),
            str(Decision.Outcome(outcome).label),
            str(Ground(ground).label) if ground else "",
            len(texts),
            whole_hours(median_low(waits)) if waits else None,
            whole_hours(max(waits)) if waits else None,
            len(appeals),
            appeals.count(Appeal.Outcome.OVERTURNED),
        )
