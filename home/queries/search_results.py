"""Results of a search for its page: kinds, sections, lines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page as PaginatorPage
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.dates import NBSP


class ResultKind(models.TextChoices):
    """Kinds of results, in display order. The value is that of `?type=`."""

    SECTIONS = "rubriques", gettext_lazy("Sections of the site")
    PROPOSALS = "propositions", gettext_lazy("Proposals")
    PLACES = "lieux", gettext_lazy("Districts and communes")
    HELP = "aide-numerique", gettext_lazy("Places of help")
    WORKSHOPS = "ateliers", gettext_lazy("Workshops")
    RESOURCES = "ressources", gettext_lazy("Resources to learn with")
    CALLS = "appels", gettext_lazy("Calls for proposals")
    POLLS = "sondages", gettext_lazy("Polls")
    CAMPAIGNS = "essais", gettext_lazy("Test campaigns")
    FINDINGS = "constats", gettext_lazy("Findings of the trials")
    NEWS = "actualites", gettext_lazy("News")
    VEILLE = "veille", gettext_lazy("Inspiring watch")
    CRITERIA = "comparatif", gettext_lazy("Comparison of metropolises")
    SESSIONS = "seances", gettext_lazy("Sessions")
    DECISIONS = "decisions", gettext_lazy("Decisions of the committee")
    INDICATORS = "indicateurs", gettext_lazy("Indicators of the committee")
    MEMBERS = "membres", gettext_lazy("Members of the committee")
    TOPICS = "sujets", gettext_lazy("Topics of the programme")
    DOCUMENTS = "documents", gettext_lazy("Documents")
    PAGES = "pages", gettext_lazy("Pages of the site")
    COMMENTS = "commentaires", gettext_lazy("Comments")


@dataclass(frozen=True)
class Result:
    """Line of the results. Title and extract are escaped HTML, with found words in `<mark>`.

    `about` is a short description: state, date, or type and size of a file.
    """

    url: str
    title: SafeString
    extract: SafeString
    about: str = ""


@dataclass(frozen=True)
class KindResults:
    """Results of one kind: their number, and those to show."""

    kind: ResultKind
    count: int
    results: list[Result]
    is_cut: bool = False

    @property
    def has_more(self) -> bool:
        return self.count > len(self.results)


@dataclass(frozen=True)
class SearchResults:
    """Content of a results page.

    `page_obj` is set for a single kind, `sections` otherwise. Kinds in `cut` have more results than counted and
    shown.
    """

    counts: list[tuple[ResultKind, int]]
    sections: list[KindResults]
    page_obj: PaginatorPage | None = None
    results: Sequence[Result] = ()
    cut: Collection[ResultKind] = ()

    @property
    def kinds(self) -> list[tuple[ResultKind, str]]:
        """Kinds with results, each with its number in words."""
        return [(kind, in_words(count, is_cut=kind in self.cut)) for kind, count in self.counts]

    @property
    def total_in_words(self) -> str:
        return in_words(self.total, is_cut=bool(self.cut))

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.counts)


def in_words(count: int, *, is_cut: bool) -> str:
    """Returns « 12 », or « plus de 200 » if there are more."""
    formatted = f"{count:,}".replace(",", NBSP)
    return _("more than %(count)s") % {"count": formatted} if is_cut else formatted
