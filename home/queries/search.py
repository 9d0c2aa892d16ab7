"""Search over pages, proposals, comments, polls and documents. Only what anyone may read, whoever asks."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import connection, models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelsearch.models import IndexEntry
from wagtail.models import Page

from cms.models import CustomDocument, NewsPage
from cms.models.visibility import published_pages
from committee.models import RegisterEntry, SessionPage, TopicPage
from common.search import words
from common.search.highlighting import extract, highlight
from common.search.ranking import best_of_latest
from common.search.suggestions import suggest
from common.templatetags.dates import NBSP, day, short_day
from participation.models import CallPage, Comment, Proposal
from polls.models import Poll
from veille.models import VeilleEntryPage

PER_PAGE = 10
PER_SECTION = 3
# Of what residents wrote, so many are compared, the latest ones: nobody reads further.
MOST_RANKED = 500
# How many titles of each kind, the latest, give words to try when nothing is found.
MAX_TITLES = 1_000


class Kind(models.TextChoices):
    """Kinds of results, in the order in which they are shown. The value is that of `?type=`."""

    PROPOSALS = "propositions", gettext_lazy("Proposals")
    CALLS = "appels", gettext_lazy("Calls for proposals")
    POLLS = "sondages", gettext_lazy("Polls")
    NEWS = "actualites", gettext_lazy("News")
    VEILLE = "veille", gettext_lazy("Inspiring watch")
    SESSIONS = "seances", gettext_lazy("Sessions")
    DECISIONS = "decisions", gettext_lazy("Decisions of the committee")
    TOPICS = "sujets", gettext_lazy("Topics of the programme")
    DOCUMENTS = "documents", gettext_lazy("Documents")
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
# What one kind has to show: primary keys of pages or of what residents wrote, or a query that is read by slices.
Hits = Any


@dataclass(frozen=True)
class Result:
    """One line of the results. Title and extract are escaped, the words found are in `<mark>`.

    `about` says in a few words what it is: a state, a date, the type and the weight of a file.
    """

    url: str
    title: SafeString
    extract: SafeString
    about: str = ""


@dataclass(frozen=True)
class Section:
    """The results of one kind: how many there are, and those to show."""

    kind: Kind
    count: int
    results: list[Result]
    is_cut: bool = False

    @property
    def has_more(self) -> bool:
        return self.count > len(self.results)


@dataclass(frozen=True)
class SearchResults:
    """Everything a results page shows. `page_obj` is set when one kind was asked for, `sections` otherwise.

    Of the kinds that are `cut` there is more than what is counted and shown.
    """

    counts: list[tuple[Kind, int]]
    sections: list[Section]
    page_obj: PaginatorPage | None = None
    results: Sequence[Result] = ()
    cut: frozenset[Kind] = frozenset()

    @property
    def kinds(self) -> list[tuple[Kind, str]]:
        """Kinds with results, each with its number in words."""
        return [(kind, in_words(count, is_cut=kind in self.cut)) for kind, count in self.counts]

    @property
    def total_in_words(self) -> str:
        return in_words(self.total, is_cut=bool(self.cut))

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.counts)


def in_words(count: int, *, is_cut: bool) -> str:
    """« 12 », or « plus de 500 » where there is more."""
    number = f"{count:,}".replace(",", NBSP)
    return _("more than %(count)s") % {"count": number} if is_cut else number


@dataclass(frozen=True)
class Search:
    """Words that a reader looks for, and when: what is open depends on the moment."""

    terms: list[str]
    request: HttpRequest
    now: datetime

    def find(self) -> tuple[dict[Kind, Hits], frozenset[Kind]]:
        """Asks for all that is indexed, and says of which kinds there is more. Each model says what may be shown."""
        query = " ".join(self.terms)
        proposals, more_proposals = self._find_latest(Proposal.objects.published())
        comments, more_comments = self._find_latest(Comment.objects.public())
        hits = {
            **self._find_pages(query),
            Kind.PROPOSALS: proposals,
            Kind.POLLS: Poll.objects.published(self.now).search(query).get_queryset(),
            Kind.DECISIONS: RegisterEntry.objects.readable().search(query).get_queryset(),
            Kind.DOCUMENTS: CustomDocument.objects.search(query).get_queryset().published(),
            Kind.COMMENTS: comments,
        }
        more = {Kind.PROPOSALS: more_proposals, Kind.COMMENTS: more_comments}
        return hits, frozenset(kind for kind, is_cut in more.items() if is_cut)

    def _find_latest(self, texts: models.QuerySet) -> tuple[list[int], bool]:
        """Returns the numbers of what is found among `texts`, the best first, and whether there is more."""
        numbers = best_of_latest(texts.model.objects.published(), " ".join(self.terms), MOST_RANKED + 1)
        shown = set(texts.filter(pk__in=numbers).values_list("pk", flat=True))
        return [number for number in numbers if number in shown][:MOST_RANKED], len(numbers) > MOST_RANKED

    def _find_pages(self, query: str) -> dict[Kind, Hits]:
        content_types = ContentType.objects.get_for_models(*PAGE_KINDS)
        kinds = {content_types[model].pk: kind for model, kind in PAGE_KINDS.items()}
        found = published_pages(Page.objects.filter(depth__gt=1).search(query).get_queryset())
        hits: dict[Kind, Hits] = {}
        for pk, content_type_id in found.values_list("pk", "content_type_id"):
            hits.setdefault(kinds.get(content_type_id, Kind.PAGES), []).append(pk)
        return hits

    def results(self, shown: dict[Kind, Hits]) -> dict[Kind, list[Result]]:
        """Turns what is `shown` of each kind into results: pages are read together, whatever their kinds."""
        shown = {kind: self._read(kind, hits) for kind, hits in shown.items()}
        result_of: dict[Kind, Callable[[Any], Result]] = {
            Kind.PROPOSALS: self._proposal,
            Kind.POLLS: self._poll,
            Kind.DECISIONS: self._decision,
            Kind.DOCUMENTS: self._document,
            Kind.COMMENTS: self._comment,
        }
        pages = self._pages([pk for kind in shown.keys() - result_of.keys() for pk in shown[kind]])
        return {
            kind: [result_of[kind](hit) for hit in hits]
            if kind in result_of
            else [pages[pk] for pk in hits if pk in pages]
            for kind, hits in shown.items()
        }

    def _read(self, kind: Kind, hits: Hits) -> Hits:
        """Reads what residents wrote: until then, only its numbers are known."""
        if kind == Kind.PROPOSALS:
            found = Proposal.objects.in_bulk(hits)
        elif kind == Kind.COMMENTS:
            comments = Comment.objects.select_related("author", "discussion__proposal", "discussion__page")
            found = comments.in_bulk(hits)
        else:
            return hits
        return [found[number] for number in hits if number in found]

    def _pages(self, pks: list[int]) -> dict[int, Result]:
        if not pks:
            return {}
        pages = Page.objects.in_bulk(pks)
        texts = _indexed_texts(pages.values())
        sessions = dict(SessionPage.objects.filter(pk__in=pks).values_list("pk", "starts_at"))
        dated = {content_type.pk for content_type in ContentType.objects.get_for_models(*DATED).values()}
        abouts = {pk: short_day(page.first_published_at) for pk, page in pages.items() if page.content_type_id in dated}
        abouts |= {pk: day(starts_at) for pk, starts_at in sessions.items()}
        return {
            pk: Result(
                url=page.get_url(self.request),
                title=highlight(page.title, self.terms),
                extract=extract(texts.get(pk, ""), self.terms),
                about=abouts.get(pk, ""),
            )
            for pk, page in pages.items()
        }

    def _proposal(self, proposal: Proposal) -> Result:
        return Result(
            url=proposal.get_absolute_url(),
            title=highlight(proposal.title, self.terms),
            extract=extract(f"{proposal.problem} {proposal.body}", self.terms),
            about=" · ".join(filter(None, [proposal.state_label, short_day(proposal.published_at)])),
        )

    def _poll(self, poll: Poll) -> Result:
        said = _("Until %(date)s") if poll.is_open(self.now) else _("Closed on %(date)s")
        return Result(
            url=poll.get_absolute_url(),
            title=highlight(poll.title, self.terms),
            extract=extract(poll.introduction, self.terms),
            about=said % {"date": day(poll.closes_at)},
        )

    def _decision(self, entry: RegisterEntry) -> Result:
        return Result(
            url=entry.get_absolute_url(),
            title=highlight(entry.text, self.terms),
            extract=SafeString(),
            about=" · ".join(filter(None, [short_day(entry.session_day), entry.topic])),
        )

    def _document(self, document: CustomDocument) -> Result:
        return Result(
            url=document.url,
            title=highlight(document.title, self.terms),
            extract=SafeString(),
            about=document.type_and_size,
        )

    def _comment(self, comment: Comment) -> Result:
        title = _("%(name)s, on “%(subject)s”") % {
            "name": comment.display_name or _("Someone"),
            "subject": comment.discussion.subject_title,
        }
        return Result(
            url=reverse("home:found_comment", args=[comment.pk]),
            title=conditional_escape(title),
            extract=extract(comment.body, self.terms),
            about=short_day(comment.created_at),
        )


def search(
    query: str, kind: Kind | None, *, page_number: str | None, request: HttpRequest, now: datetime
) -> SearchResults:
    """Returns what `query` finds, by kind; of `kind` alone, page by page, if it is given.

    The number of database queries does not depend on what is found. A query without a word finds nothing.
    """
    asked = Search(words(query), request, now)
    if not asked.terms:
        return SearchResults([], [])
    hits, cut = asked.find()
    counts = {found: len(rows) if isinstance(rows, list) else rows.count() for found, rows in hits.items()}
    listed = [(found, counts[found]) for found in Kind if counts.get(found)]
    if kind is None:
        results = asked.results({found: hits[found][:PER_SECTION] for found, _count in listed})
        sections = [Section(found, count, results[found], found in cut) for found, count in listed]
        return SearchResults(listed, sections, cut=cut)
    page = Paginator(hits.get(kind, []), PER_PAGE).get_page(page_number)
    return SearchResults(listed, [], page, asked.results({kind: page.object_list})[kind], cut)


def words_to_try(query: str, *, now: datetime) -> list[str]:
    """Returns words close to those of `query` that stand in titles anyone may read: each of them finds something."""
    return suggest(words(query), chain.from_iterable(_public_titles(now)))


def _public_titles(now: datetime) -> Iterator[models.QuerySet]:
    pages = published_pages(Page.objects.filter(depth__gt=1))
    for found in (
        pages,
        Proposal.objects.published(),
        Poll.objects.published(now),
        CustomDocument.objects.published(),
    ):
        yield found.order_by("-pk").values_list("title", flat=True)[:MAX_TITLES]


def _indexed_texts(pages: Collection[Page]) -> dict[int, str]:
    """The text of `pages` as it was indexed: introduction and body, without markup, in one query for all page types."""
    column = "body_text" if connection.vendor == "postgresql" else "body"
    entries = IndexEntry.objects.filter(
        content_type_id__in={page.content_type_id for page in pages}, object_id__in=[str(page.pk) for page in pages]
    )
    return {int(object_id): text or "" for object_id, text in entries.values_list("object_id", column)}
