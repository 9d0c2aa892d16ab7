"""Search over pages, texts of residents, polls, documents, members, places.

Results are public content only, whoever the user is. Objects identified by the query come first: a page by its
title, a proposal by its number, sessions by their day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import Section
from cms.models import CustomDocument, NewsPage
from cms.models.visibility import published_pages
from committee.models import MembersPage, RegisterEntry, SessionPage, Sitting, TopicPage, sitting_members
from common.search import same_words, without_hidden, words
from common.search.highlighting import extract, highlight
from common.search.named import named_number
from common.search.ranking import found_in_index
from common.search.suggestions import suggest
from common.templatetags.dates import day, deadline, last_day, short_day
from fieldwork.models import CampaignPage, Finding
from home.queries.named import named_by, proposals_by_place
from home.queries.search_results import KindResults, Result, ResultKind, SearchResults
from home.queries.search_rows import READ, READABLE, Rows, readable_comments, readable_pages, result_pages
from home.queries.search_sections import find_sections
from inclusion.models import Place, Resource, Workshop
from inclusion.queries.opening import closures_to_come
from indicators.models import Indicator
from participation.models import CallPage, Comment, Proposal
from polls.models import Poll
from veille.models import Criterion, Stance, VeilleEntryPage

PER_PAGE = 10
PER_SECTION = 3
# Number of residents' texts that are ranked, the latest ones: twenty result pages.
MOST_RANKED = 200
MANY: dict[ResultKind, type[models.Model]] = {ResultKind.PROPOSALS: Proposal, ResultKind.COMMENTS: Comment}
# A title whose length differs more from the query is not a match.
MAX_DIFFERENCE_IN_TITLE = 12
# Number of latest titles of each kind used for suggestions if nothing is found.
MAX_TITLES = 1_000

PAGE_KINDS: dict[type[Page], ResultKind] = {
    NewsPage: ResultKind.NEWS,
    VeilleEntryPage: ResultKind.VEILLE,
    SessionPage: ResultKind.SESSIONS,
    TopicPage: ResultKind.TOPICS,
    CallPage: ResultKind.CALLS,
    CampaignPage: ResultKind.CAMPAIGNS,
}
# Other pages mention the date of an event in their text; their publication date is irrelevant.
DATED = (NewsPage, CallPage)
PAGE_RESULT_KINDS = {*PAGE_KINDS.values(), ResultKind.PAGES}


@dataclass(frozen=True)
class SearchMatches:
    """Primary keys of all results by kind, the best first.

    Kinds in `cut` have more. Those in `named` begin with the objects identified by the query.
    """

    hits: dict[ResultKind, list[Any]]
    cut: set[ResultKind]
    named: set[ResultKind]


@dataclass
class Search:
    """Search query, with its time: open activities depend on it."""

    query: str
    request: HttpRequest
    now: datetime

    @cached_property
    def terms(self) -> list[str]:
        """Words of the query. For a number these are its digits, however it is written."""
        named = named_number(self.query)
        return words(named.figures if named else self.query)

    def find(self) -> SearchMatches:
        """Queries the index once, then the visible objects of each kind in the results: each model has its own rule."""
        today = timezone.localdate(self.now)
        pks_by_model = found_in_index(" ".join(self.terms), MANY.values(), MOST_RANKED + 1)
        arguments: dict[ResultKind, tuple[date | datetime]] = {
            ResultKind.POLLS: (self.now,),
            ResultKind.MEMBERS: (today,),
        }
        rows: dict[ResultKind, Rows] = {
            **self._find_pages(pks_by_model.get(Page, [])),
            **{
                kind: _in_order(pks_by_model[model], dict(find(set(pks_by_model[model]), *arguments.get(kind, ()))))
                for kind, (model, find) in READABLE.items()
                if model in pks_by_model
            },
            ResultKind.COMMENTS: self._find_comments(pks_by_model.get(Comment, [])),
            ResultKind.PLACES: [((place, number), place) for place, number in proposals_by_place(self.terms).items()],
        }
        if rows.get(ResultKind.MEMBERS) and self._members_page is None:
            rows[ResultKind.MEMBERS] = []
        named = named_by(self.query)
        sections = find_sections(self.terms, self.request)
        rows[ResultKind.SECTIONS] = [(section.target, "") for section in sections.sections]
        hits, first = {}, {ResultKind.SECTIONS} if sections.is_named else set()
        for kind in ResultKind:
            # A page that is a section is listed once.
            listed_pages = sections.pages if kind in PAGE_RESULT_KINDS else ()
            matches = [row for row in rows.get(kind, []) if row[0] not in listed_pages]
            begin = [*named.get(kind, []), *(key for key, title in matches if title and self._is_title(title))]
            ranked = [key for key, _title in matches[: MOST_RANKED if kind in MANY else None]]
            hits[kind] = list(dict.fromkeys([*begin, *ranked]))
            first |= {kind} if begin else set()
        cut = {kind for kind, model in MANY.items() if len(pks_by_model.get(model, [])) > MOST_RANKED}
        return SearchMatches(hits, cut, first)

    def _is_title(self, title: str) -> bool:
        """Returns whether `title` equals the query. Words are compared only if the lengths are close."""
        return abs(len(title) - len(self.query)) <= MAX_DIFFERENCE_IN_TITLE and same_words(title, self._title)

    @cached_property
    def _title(self) -> list[str]:
        """Words of the query as a title: a number is kept as typed."""
        return words(self.query)

    @cached_property
    def _members_page(self) -> MembersPage | None:
        return published_pages(MembersPage.objects.all()).first()

    def _find_pages(self, pks: list[int]) -> dict[ResultKind, Rows]:
        """Returns the public pages among `pks`, each with its title, by kind."""
        if not pks:
            return {}
        content_types = ContentType.objects.get_for_models(*PAGE_KINDS)
        kinds = {content_types[model].pk: kind for model, kind in PAGE_KINDS.items()}
        readable = {
            pk: (kinds.get(content_type, ResultKind.PAGES), title)
            for pk, content_type, title in readable_pages(set(pks))
        }
        rows: dict[ResultKind, Rows] = defaultdict(list)
        for pk in pks:
            if pk in readable:
                kind, title = readable[pk]
                rows[kind].append((pk, title))
        return rows

    def _find_comments(self, pks: list[int]) -> Rows:
        readable = set(readable_comments(set(pks))) if pks else set()
        return [(pk, "") for pk in pks if pk in readable]

    def results(self, pks_by_kind: dict[ResultKind, list[Any]]) -> dict[ResultKind, list[Result]]:
        """Returns the results for the primary keys of each kind; pages of all kinds are loaded together."""
        pages = self._pages([pk for kind in PAGE_RESULT_KINDS & pks_by_kind.keys() for pk in pks_by_kind[kind]])
        return {
            kind: [pages[key] for key in keys if key in pages] if kind in PAGE_RESULT_KINDS else self._read(kind, keys)
            for kind, keys in pks_by_kind.items()
        }

    def _read(self, kind: ResultKind, keys: list[Any]) -> list[Result]:
        """Loads the existing objects among `keys`, for kinds other than pages."""
        result_of: dict[ResultKind, Callable[[Any], Result]] = {
            ResultKind.SECTIONS: self._section,
            ResultKind.PROPOSALS: self._proposal,
            ResultKind.PLACES: self._place,
            ResultKind.POLLS: self._poll,
            ResultKind.MEMBERS: self._member,
            ResultKind.DECISIONS: self._decision,
            ResultKind.INDICATORS: self._indicator,
            ResultKind.CRITERIA: self._criterion,
            ResultKind.FINDINGS: self._finding,
            ResultKind.HELP: self._help,
            ResultKind.WORKSHOPS: self._help,
            ResultKind.RESOURCES: self._help,
            ResultKind.DOCUMENTS: self._document,
            ResultKind.COMMENTS: self._comment,
        }
        objects: dict[Any, Any]
        if kind == ResultKind.PLACES:
            objects = {key: key for key in keys}
        elif kind == ResultKind.SECTIONS:
            objects = {section.target: section for section in SECTIONS}
        elif kind == ResultKind.MEMBERS:
            objects = {sitting.member.pk: sitting for sitting in sitting_members(timezone.localdate(self.now))}
        else:
            objects = {row.pk: row for row in READ[kind](set(keys))}
        return [result_of[kind](objects[key]) for key in keys if key in objects]

    def _pages(self, pks: list[int]) -> dict[int, Result]:
        if not pks:
            return {}
        dated = {content_type.pk for content_type in ContentType.objects.get_for_models(*DATED).values()}
        return {
            page.pk: Result(
                url=page.get_url(self.request),
                title=highlight(page.title, self.terms),
                extract=extract(without_hidden(page.text or ""), self.terms),
                about=_about(page, is_dated=page.content_type_id in dated),
            )
            for page in result_pages(set(pks))
        }

    def _section(self, section: Section) -> Result:
        return Result(
            url=section.url,
            title=highlight(str(section.name), self.terms),
            extract=highlight(str(section.summary), self.terms),
        )

    def _proposal(self, proposal: Proposal) -> Result:
        return Result(
            url=proposal.get_absolute_url(),
            title=highlight(proposal.title, self.terms),
            extract=extract(f"{proposal.problem} {proposal.body}", self.terms),
            about=" · ".join(filter(None, [proposal.state_label, short_day(proposal.published_at)])),
        )

    def _place(self, place_and_number: tuple[str, int]) -> Result:
        place, count = place_and_number
        return Result(
            url=f"{reverse('participation:proposal_list')}?{urlencode({'quartier': place})}",
            title=highlight(place, self.terms),
            extract=SafeString(),
            about=ngettext("%(count)d proposal", "%(count)d proposals", count) % {"count": count},
        )

    def _member(self, sitting: Sitting) -> Result:
        return Result(
            url=f"{self._members_page.get_url(self.request)}#membre-{sitting.member.pk}",  # type: ignore[union-attr]
            title=highlight(sitting.member.name, self.terms),
            extract=SafeString(),
            about=", ".join(sitting.roles),
        )

    def _poll(self, poll: Poll) -> Result:
        about = _("Closed on %(date)s") % {"date": day(last_day(poll.closes_at))}
        if poll.is_open(self.now):
            about = _("Until %(date)s") % {"date": deadline(poll.closes_at)}
            about += f" · {_('For members only')}" if poll.is_internal else ""
        return Result(
            url=poll.get_absolute_url(),
            title=highlight(poll.title, self.terms),
            extract=extract(poll.introduction, self.terms),
            about=about,
        )

    def _decision(self, entry: RegisterEntry) -> Result:
        return Result(
            url=entry.get_absolute_url(),
            title=highlight(entry.text, self.terms),
            extract=SafeString(),
            about=" · ".join(filter(None, [short_day(entry.session_day), entry.topic])),
        )

    def _indicator(self, indicator: Indicator) -> Result:
        return Result(
            url=indicator.get_absolute_url(),
            title=highlight(indicator.title, self.terms),
            extract=extract(f"{indicator.question} {indicator.definition}", self.terms),
            about=indicator.state_label,
        )

    def _criterion(self, criterion: Criterion) -> Result:
        return Result(
            url=criterion.get_absolute_url(),
            title=highlight(criterion.question, self.terms),
            extract=extract(criterion.definition, self.terms),
        )

    def _help(self, subject: Place | Workshop | Resource) -> Result:
        place_note = ""
        if isinstance(subject, Place):
            place_note = " · ".join([subject.commune_name, *closures_to_come(subject, timezone.localdate(self.now))])
        return Result(
            url=subject.get_absolute_url(),
            title=highlight(str(subject), self.terms),
            extract=extract(subject.summary if isinstance(subject, Place) else subject.learns, self.terms),
            about=day(subject.starts_at) if isinstance(subject, Workshop) else place_note,
        )

    def _finding(self, finding: Finding) -> Result:
        return Result(
            url=finding.get_absolute_url(),
            title=highlight(finding.headline, self.terms),
            extract=extract(f"{finding.what_happened} {finding.expected}", self.terms),
            about=f"{finding.get_state_display()} · {finding.campaign.service_name}",
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
    query: str, kind: ResultKind | None, *, page_number: str | None, request: HttpRequest, now: datetime
) -> SearchResults:
    """Returns the results of `query`, by kind; or of one `kind`, page by page.

    Constant number of database queries. A query without words has no results.
    """
    current_search = Search(query, request, now)
    if not current_search.terms:
        return SearchResults([], [])
    matches = current_search.find()
    listed = [(result_kind, len(matches.hits[result_kind])) for result_kind in ResultKind if matches.hits[result_kind]]
    if kind is None:
        ordered = sorted(listed, key=lambda counted: counted[0] not in matches.named)
        results = current_search.results(
            {result_kind: matches.hits[result_kind][:PER_SECTION] for result_kind, _count in ordered}
        )
        sections = [
            KindResults(result_kind, count, results[result_kind], result_kind in matches.cut)
            for result_kind, count in ordered
        ]
        return SearchResults(listed, sections, cut=matches.cut)
    page = Paginator(matches.hits[kind], PER_PAGE).get_page(page_number)
    return SearchResults(listed, [], page, current_search.results({kind: list(page.object_list)})[kind], matches.cut)


def _in_order(pks: list[int], titles: dict[int, str]) -> Rows:
    """Returns those of `pks` that have a title, in order, each with its title."""
    return [(pk, titles[pk]) for pk in pks if pk in titles]


def _about(page: Any, *, is_dated: bool) -> str:
    """Returns the line about `page`: date of a session, stance on an example, or date of news."""
    if page.starts_at:
        return day(page.starts_at)
    if page.stance:
        return _("The committee: %(stance)s") % {"stance": Stance(page.stance).label.lower()}
    return short_day(page.first_published_at) if is_dated else ""


def words_to_try(query: str, *, now: datetime) -> list[str]:
    """Returns similar words that occur in public titles: each of them has results."""
    return suggest(words(query), chain.from_iterable(_public_titles(now)))


def _public_titles(now: datetime) -> Iterator[models.QuerySet]:
    pages = published_pages(Page.objects.filter(depth__gt=1))
    for titled in (
        pages,
        Proposal.objects.published(),
        Poll.objects.published(now),
        Indicator.objects.all(),
        Workshop.objects.published(),
        Resource.objects.published(),
        CustomDocument.objects.published(),
    ):
        yield titled.order_by("-pk").values_list("title", flat=True)[:MAX_TITLES]
