"""Rows of a search by kind: readable ones among the primary keys of the index, then those shown on a page."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.db import connection, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Cast
from modelsearch.models import IndexEntry
from wagtail.models import Page

from cms.models import CustomDocument
from cms.models.visibility import published_pages
from committee.models import Member, RegisterEntry
from fieldwork.models import Finding
from home.queries.search_results import ResultKind
from inclusion.models import Place, Resource, Workshop
from indicators.models import Indicator
from participation.models import Comment, Proposal
from polls.models import Poll
from veille.models import Criterion

# Results of one kind: primary key and title.
Rows: TypeAlias = list[tuple[Any, str]]


def _among(readable: Callable[..., models.QuerySet], title: str) -> Callable[..., Rows]:
    """Returns a function that finds the `readable` objects among primary keys (at a time or on a day, if relevant)."""

    def rows(keys: set[int], *when: Any) -> Rows:
        return list(readable(*when).filter(pk__in=keys).order_by().values_list("pk", title))

    return rows


# Readable objects by kind, among primary keys from the index; for pages and comments see below.
READABLE: dict[ResultKind, tuple[type[models.Model], Callable[..., Rows]]] = {
    ResultKind.PROPOSALS: (Proposal, _among(Proposal.objects.published, "title")),
    ResultKind.POLLS: (Poll, _among(Poll.objects.published, "title")),
    ResultKind.DECISIONS: (RegisterEntry, _among(RegisterEntry.objects.readable, "text")),
    ResultKind.INDICATORS: (Indicator, _among(Indicator.objects.all, "title")),
    ResultKind.CRITERIA: (Criterion, _among(Criterion.objects.published, "question")),
    ResultKind.FINDINGS: (Finding, _among(Finding.objects.public, "what_happened")),
    ResultKind.HELP: (Place, _among(Place.objects.public, "name")),
    ResultKind.WORKSHOPS: (Workshop, _among(Workshop.objects.published, "title")),
    ResultKind.RESOURCES: (Resource, _among(Resource.objects.published, "title")),
    ResultKind.DOCUMENTS: (CustomDocument, _among(CustomDocument.objects.published, "title")),
    ResultKind.MEMBERS: (Member, _among(Member.objects.named_on, "name")),
}


def readable_pages(keys: set[int]) -> models.QuerySet:
    """Returns primary key, content type and title of the public pages among `keys`."""
    pages = published_pages(Page.objects.filter(depth__gt=1, pk__in=keys)).order_by()
    return pages.values_list("pk", "content_type_id", "title")


def readable_comments(keys: set[int]) -> models.QuerySet:
    """Returns the primary keys of the public comments among `keys`."""
    return Comment.objects.public_among(keys).order_by().values_list("pk", flat=True)


def _with_keys(rows: models.QuerySet) -> Callable[[set[Any]], list[Any]]:
    """Returns a function that finds the `rows` with given primary keys."""

    def rows_with(keys: set[Any]) -> list[Any]:
        return list(rows.filter(pk__in=keys).order_by())

    return rows_with


# How visible objects are loaded, for kinds other than pages.
READ: dict[ResultKind, Callable[[set[Any]], list[Any]]] = {
    ResultKind.PROPOSALS: _with_keys(Proposal.objects.only("title", "problem", "body", "state", "published_at")),
    ResultKind.POLLS: _with_keys(Poll.objects.all()),
    ResultKind.DECISIONS: _with_keys(RegisterEntry.objects.all()),
    ResultKind.INDICATORS: _with_keys(Indicator.objects.all()),
    ResultKind.CRITERIA: _with_keys(Criterion.objects.all()),
    ResultKind.FINDINGS: _with_keys(Finding.objects.with_context()),
    ResultKind.HELP: _with_keys(Place.objects.all()),
    ResultKind.WORKSHOPS: _with_keys(Workshop.objects.all()),
    ResultKind.RESOURCES: _with_keys(Resource.objects.all()),
    ResultKind.DOCUMENTS: _with_keys(CustomDocument.objects.all()),
    ResultKind.COMMENTS: _with_keys(
        Comment.objects.select_related("author", "discussion__proposal", "discussion__page").only(
            *("body", "created_at", "author__public_name", "author_name"),
            *("discussion__proposal__title", "discussion__page__title"),
        )
    ),
}


def result_pages(keys: set[int]) -> models.QuerySet[Page]:
    """Returns the pages `keys` as lines of results, in one query for all page types.

    They are annotated with `text` (indexed introduction and body, without markup), `starts_at` for a session, and
    the committee's `stance` for an entry of the watch.
    """
    column = "body_text" if connection.vendor == "postgresql" else "body"
    pk_as_text = Cast(OuterRef("pk"), models.CharField())
    indexed = IndexEntry.objects.filter(content_type=OuterRef("content_type"), object_id=pk_as_text).values(column)
    return (
        Page.objects.filter(pk__in=keys)
        .only("title", "url_path", "content_type", "first_published_at")
        .annotate(text=Subquery(indexed), starts_at=F("sessionpage__starts_at"), stance=F("veilleentrypage__stance"))
        .order_by()
    )
