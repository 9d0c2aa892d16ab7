"""Search over pages, proposals and comments. Only what anyone may read, whoever asks."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelsearch.models import IndexEntry
from wagtail.models import Page

from cms.models import NewsPage
from cms.visibility import published_pages
from committee.models import SessionPage, TopicPage
from common.search import fold, is_beginning, spellings, words
from participation.models import CallPage, Comment, Proposal
from veille.models import VeilleEntryPage

PER_PAGE = 10
PER_SECTION = 3
EXTRACT_LENGTH = 220
BEFORE_THE_WORD = 80


class Kind(models.TextChoices):
    """What is found, in the order in which it is shown. The value is that of `?type=`."""

    PROPOSALS = "propositions", gettext_lazy("Proposals")
    CALLS = "appels", gettext_lazy("Calls for proposals")
    NEWS = "actualites", gettext_lazy("News")
    VEILLE = "veille", gettext_lazy("Inspiring watch")
    SESSIONS = "seances", gettext_lazy("Sessions")
    TOPICS = "sujets", gettext_lazy("Topics of the programme")
    PAGES = "pages", gettext_lazy("Pages of the site")
    COMMENTS = "commentaires", gettext_lazy("Comments")


PAGE_KINDS: dict[type[Page], Kind] = {
    NewsPage: Kind.NEWS,
    VeilleEntryPage: Kind.VEILLE,
    SessionPage: Kind.SESSIONS,
    TopicPage: Kind.TOPICS,
    CallPage: Kind.CALLS,
}
# The other pages say in their title or their text when something takes place; when they were published is no news.
DATED = (NewsPage, CallPage)
# What one kind has to show: primary keys of pages, or a query that is read by slices.
Hits = Any


@dataclass(frozen=True)
class Result:
    """One line of the results. Title and extract are escaped, the words found are in `<mark>`."""

    url: str
    title: SafeString
    extract: SafeString
    date: datetime | None


@dataclass(frozen=True)
class Section:
    """The results of one kind: how many there are, and those to show."""

    kind: Kind
    count: int
    results: list[Result]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.results)


@dataclass(frozen=True)
class SearchResults:
    """Everything a results page shows. `page_obj` is set when one kind was asked for, `sections` otherwise."""

    counts: list[tuple[Kind, int]]
    sections: list[Section]
    page_obj: PaginatorPage | None = None
    results: Sequence[Result] = ()

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.counts)


def search(query: str, kind: Kind | None, *, page_number: str | None, request: HttpRequest) -> SearchResults:
    """Returns what `query` finds, by kind; of `kind` alone, page by page, if it is given.

    The number of database queries does not depend on what is found. A query without a word finds nothing.
    """
    terms = words(query)
    if not terms:
        return SearchResults([], [])
    hits = _find(" ".join(terms))
    counts = {found: len(rows) if isinstance(rows, list) else rows.count() for found, rows in hits.items()}
    listed = [(found, counts[found]) for found in Kind if counts.get(found)]
    if kind is None:
        shown = {found: hits[found][:PER_SECTION] for found, _count in listed}
        results = _results(shown, terms, request)
        return SearchResults(listed, [Section(found, count, results[found]) for found, count in listed])
    page = Paginator(hits.get(kind, []), PER_PAGE).get_page(page_number)
    return SearchResults(listed, [], page, _results({kind: page.object_list}, terms, request)[kind])


def _find(query: str) -> dict[Kind, Hits]:
    """Runs `query` on the three things that are indexed. Visibility is the rule of each model."""
    hits: dict[Kind, Hits] = {}
    content_types = ContentType.objects.get_for_models(*PAGE_KINDS)
    kinds = {content_types[model].pk: kind for model, kind in PAGE_KINDS.items()}
    pages = published_pages(Page.objects.filter(depth__gt=1).search(query).get_queryset())
    for pk, content_type_id in pages.values_list("pk", "content_type_id"):
        hits.setdefault(kinds.get(content_type_id, Kind.PAGES), []).append(pk)
    hits[Kind.PROPOSALS] = Proposal.objects.published().search(query).get_queryset()
    comments = Comment.objects.published().search(query).get_queryset().public()
    hits[Kind.COMMENTS] = comments.select_related("author", "discussion__proposal", "discussion__page")
    return hits


def _results(shown: dict[Kind, Hits], terms: list[str], request: HttpRequest) -> dict[Kind, list[Result]]:
    """Turns what is `shown` of each kind into results: pages are read together, whatever their kinds."""
    page_kinds = shown.keys() - {Kind.PROPOSALS, Kind.COMMENTS}
    pages = _page_results([pk for kind in page_kinds for pk in shown[kind]], terms, request)
    results: dict[Kind, list[Result]] = {}
    for kind, hits in shown.items():
        if kind == Kind.PROPOSALS:
            results[kind] = [_proposal_result(proposal, terms) for proposal in hits]
        elif kind == Kind.COMMENTS:
            results[kind] = [_comment_result(comment, terms) for comment in hits]
        else:
            results[kind] = [pages[pk] for pk in hits if pk in pages]
    return results


def _page_results(pks: list[int], terms: list[str], request: HttpRequest) -> dict[int, Result]:
    if not pks:
        return {}
    pages = Page.objects.in_bulk(pks)
    texts = _indexed_texts(pages.values())
    dated = {content_type.pk for content_type in ContentType.objects.get_for_models(*DATED).values()}
    return {
        pk: Result(
            url=page.get_url(request),
            title=highlight(page.title, terms),
            extract=extract(texts.get(pk, ""), terms),
            date=page.first_published_at if page.content_type_id in dated else None,
        )
        for pk, page in pages.items()
    }


def _indexed_texts(pages: Collection[Page]) -> dict[int, str]:
    """The text of `pages` as it was indexed: introduction and body, without markup, in one query for all page types."""
    column = "body_text" if connection.vendor == "postgresql" else "body"
    entries = IndexEntry.objects.filter(
        content_type_id__in={page.content_type_id for page in pages}, object_id__in=[str(page.pk) for page in pages]
    )
    return {int(object_id): text or "" for object_id, text in entries.values_list("object_id", column)}


def _proposal_result(proposal: Proposal, terms: list[str]) -> Result:
    return Result(
        url=proposal.get_absolute_url(),
        title=highlight(proposal.title, terms),
        extract=extract(f"{proposal.problem} {proposal.body}", terms),
        date=proposal.published_at,
    )


def _comment_result(comment: Comment, terms: list[str]) -> Result:
    title = _("%(name)s, on “%(subject)s”") % {
        "name": comment.display_name or _("Someone"),
        "subject": comment.discussion.subject_title,
    }
    return Result(
        url=reverse("home:found_comment", args=[comment.pk]),
        title=conditional_escape(title),
        extract=extract(comment.body, terms),
        date=comment.created_at,
    )


def extract(text: str, terms: list[str]) -> SafeString:
    """Returns the part of `text` around the first word found, on one line, escaped, with the words in `<mark>`."""
    text = " ".join(text.split())
    found = next(_matches(text, terms), None)
    start = max(0, found.start() - BEFORE_THE_WORD) if found else 0
    if start:
        start = text.find(" ", start) + 1
    end = len(text) if len(text) - start <= EXTRACT_LENGTH else text.rfind(" ", start, start + EXTRACT_LENGTH)
    if end <= start:
        end = start + EXTRACT_LENGTH
    marked = highlight(text[start:end], terms)
    return format_html("{}{}{}", "… " if start else "", marked, " …" if end < len(text) else "")


def highlight(text: str, terms: list[str]) -> SafeString:
    """Returns `text`, escaped, with the words that `terms` look for in `<mark>`, whatever their accents and plural."""
    pieces, position = [], 0
    for match in _matches(text, terms):
        pieces.append(conditional_escape(text[position : match.start()]))
        pieces.append(format_html("<mark>{}</mark>", text[match.start() : match.end()]))
        position = match.end()
    pieces.append(conditional_escape(text[position:]))
    # Every piece was escaped above.
    return mark_safe("".join(pieces))


def _matches(text: str, terms: list[str]) -> Iterator[re.Match[str]]:
    """Yields the words of `text` that `terms` look for; the positions are those of `text`."""
    beginnings = tuple(fold(term) for term in terms if is_beginning(term))
    whole = {fold(spelling) for term in terms for spelling in spellings(term)}
    for match in re.finditer(r"[^\W_]+", fold(text)):
        if match.group().startswith(beginnings) or match.group() in whole:
            yield match


def index_new_site(*, using: str = DEFAULT_DB_ALIAS, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """After `migrate`: makes the search index if there is none.

    The pages of a new site come from a migration, which sends no signal; they would not be found until somebody saved
    them. Nothing is done half-way (`migrate` to a named migration: the tables are not those of the models then), nor
    after a `flush`, which has no plan.
    """
    if plan is None:
        return
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()) or IndexEntry.objects.using(using).exists():
        return
    call_command("rebuild_modelsearch_index", verbosity=0)
