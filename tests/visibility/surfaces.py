"""Every address of the site, filled with the keys of the objects that are not public."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.db.models import Model
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.models import Page, Revision, get_page_models
from wagtail.snippets.models import get_snippet_models

from cms.models import CustomDocument, CustomRendition
from committee.models import SessionPage, TopicPage
from common.hooks import OPEN_DATASETS_HOOK
from fieldwork.models import CampaignPage, Code, Finding, Outing, Scenario, SurveyPage
from inclusion.models import Place, Resource, Workshop
from indicators.models import Indicator
from participation.models import CallPage, Proposal
from polls.models import Poll, Question
from tests.addresses import NEVER, Pattern, patterns
from tests.visibility.words import FIRST, SEARCHED
from veille.models import Criterion

# Query strings of lists: search, export, later pages.
QUERIES = ("", f"?q={SEARCHED}", "?export=csv", "?p=2&page=2")
# Admin views that are lists; the others are requested without a query string.
LISTS = re.compile("list|index|choose|search|report|explore|api:|history|usage|autocomplete")
# Number of objects for models that the admin does not list under their own name.
SEVERAL = 10
# Apps whose URLs identify a row by a random key.
KEYED = ("participation", "fieldwork")


@dataclass(frozen=True)
class Surface:
    """One address; `key` is the primary key of the objects that it names, 0 if none."""

    view: str
    address: str
    key: int = 0


class Surfaces:
    """Fills the URL patterns of the resolver with the objects of a world."""

    def __init__(self) -> None:
        made = Page.objects.filter(pk__gte=FIRST)
        self.pages = list(made.order_by("pk").values_list("pk", flat=True))
        self.urls = [page.url for page in made if page.url]
        latest = Revision.page_revisions.filter(object_id__in=[str(key) for key in self.pages])
        self.revisions = {int(key): number for key, number in latest.order_by("pk").values_list("object_id", "pk")}
        numbers = {model: _numbers(model) for model in get_snippet_models()}
        self.numbers = {model.snippet_viewset.url_namespace: kept for model, kept in numbers.items()}
        self.slugs = {
            "polls": _slugs(Poll),
            "committee": _slugs(SessionPage),
            "digests:session_reminder": _slugs(SessionPage),
            "digests:follow_topic": _slugs(TopicPage),
            "participation:call": _slugs(CallPage),
            **{f"fieldwork:survey_{name}": _slugs(SurveyPage) for name in ("answer", "answered", "table")},
            "fieldwork": _slugs(CampaignPage),
            "veille": _slugs(Criterion),
            "indicators": _slugs(Indicator),
            "home": [one.slug for hook in hooks.get_hooks(OPEN_DATASETS_HOOK) for one in hook()],
            "guide_chapter": ["moderation", "secretariat"],
        }
        self.proposals = {one.pk: one.slug for one in Proposal.objects.filter(pk__gte=FIRST)}
        # File names are in folders that no view shows.
        self.pictures = [name.rpartition("/")[2] for name in CustomRendition.objects.values_list("file", flat=True)]
        self.documents = {one.pk: one.filename for one in CustomDocument.objects.all()}

    def __iter__(self) -> Iterator[Surface]:
        """Yields each address once, for the first view that has it."""
        kept: dict[str, Surface] = {}
        for surface in self._all():
            kept.setdefault(surface.address, surface)
        return iter(kept.values())

    def _all(self) -> Iterator[Surface]:
        for pattern in sorted(set(patterns()), key=lambda one: one.written):
            if not NEVER.search(pattern.written) and pattern.view != "wagtail_bulk_action":
                yield from self._of(pattern)
        yield from self._bulk_actions()
        for url in self.urls:
            yield Surface("wagtail_serve", url, FIRST)
            yield Surface(
                "wagtailadmin_choose_page_external_link", f"/admin/choose-external-link/?link_url={url}", FIRST
            )
        for number in _numbers(Proposal):
            yield Surface(
                "participation:deposit_idea", f"/propositions/deposer/idee/?brouillon={uuid.UUID(int=1)}", number
            )

    def _of(self, pattern: Pattern) -> Iterator[Surface]:
        if not pattern.places:
            address, own = pattern.filled(str), range(FIRST, FIRST + SEVERAL)
            lists = not pattern.written.startswith("admin/") or LISTS.search(pattern.view)
            yield from (Surface(pattern.view, address + query) for query in (QUERIES if lists else ("",)))
            if "multiple" in pattern.view:
                keys = self.pages if pattern.view == "wagtailadmin_choose_page_chosen_multiple" else own
                yield from (Surface(pattern.view, f"{address}?id={key}", key) for key in keys)
            return
        keyless = not self._names_an_object(pattern)
        for values in self._values(pattern):
            given = iter(values)
            address = pattern.filled(lambda name, given=given: str(next(given)))
            key = next((one for one in values if isinstance(one, int) and one >= FIRST), 0 if keyless else FIRST)
            yield Surface(pattern.view, address, key)
            if "choose" in pattern.view or keyless:
                yield Surface(pattern.view, address + QUERIES[1], key)

    @staticmethod
    def _names_an_object(pattern: Pattern) -> bool:
        return not {"app_name", "content_type_app_name", "app_label"} & set(pattern.places)

    def _values(self, pattern: Pattern) -> Iterator[tuple]:
        """Yields tuples of values for the URL parameters, each belonging to one object."""
        places = pattern.places
        if pattern.view == "cms:card":
            yield from (("pages", key) for key in self.pages)
            yield from (("propositions", key) for key in _numbers(Proposal))
            yield from (("sondages", slug) for slug in self.slugs["polls"])
            yield from (("ressources", key) for key in _numbers(Resource))
            yield from (("lieux", key) for key in _numbers(Place))
            yield from (("ateliers", key) for key in _numbers(Workshop))
            yield from (("constats", key) for key in _numbers(Finding))
        elif pattern.view == "wagtaildocs_serve":
            yield from self.documents.items()
        elif {"content_type_app_name", "app_label"} & set(places) and "object_id" not in places:
            kinds = [(model._meta.app_label, model._meta.model_name) for model in get_page_models()]
            yield from ((*kind, self.pages[0])[: len(places)] for kind in kinds)
        elif "app_name" in places:
            kinds = [(model._meta.app_label, model._meta.model_name) for model in settings_registry]
            yield from ((*kind, 1)[: len(places)] for kind in kinds)
        else:
            for key in self._keys(pattern):
                yield from product(*(self._at(pattern, place, index, key) for index, place in enumerate(places)))

    def _keys(self, pattern: Pattern) -> list[int]:
        if any("page" in name for name in (pattern.written, *pattern.places)):
            return self.pages
        namespace = pattern.view.partition(":")[0]
        if namespace in ("field_surveys", "survey_sheets"):
            return _numbers(SurveyPage)
        if namespace == "survey_texts":
            return _numbers(Code if "/codes/" in pattern.written else Question)
        if namespace == "fieldwork":
            kind = {"campaign_volunteers": CampaignPage, "outing_volunteers": Outing, "outing_cancel": Outing}
            name = pattern.view.partition(":")[2]
            return _numbers(kind.get(name) or (Scenario if "scenario-" in pattern.written else Finding))
        return self.numbers.get(namespace) or list(range(FIRST, FIRST + SEVERAL))

    def _at(self, pattern: Pattern, place: str, index: int, key: int) -> list:
        view, namespace = pattern.view, pattern.view.partition(":")[0]
        if pattern.view == "wagtail_serve":
            return ["nulle-part/"]
        if place == "slug" and "number" in pattern.places:
            return ["x", self.proposals.get(key, "y")]
        if view == "wagtailadmin_pages:revisions_compare" or (place.startswith("revision_id_")):
            return [[key], ["earliest"], ["latest"]][index]
        return {
            "slug": self.slugs.get(view) or self.slugs.get(namespace) or ["x"],
            "name": self.pictures,
            "token": ["jeton"],
            "key": [uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=key)] if namespace in KEYED else [key],
            "filter_spec": ["width-20"],
            "year": [2030, 2031],
            "day": [timezone.localdate(dt.datetime.now(dt.UTC)).isoformat()],
            "revision_id": [self.revisions.get(key, key)],
            "destination_id": [self.pages[0]],
            "action_name": ["approve"],
            "app_label": ["cms"],
            "model_name": ["newspage"],
        }.get(place, [key])

    def _bulk_actions(self) -> Iterator[Surface]:
        bulk_action_registry._scan_for_bulk_actions()
        for app, models in bulk_action_registry.actions.items():
            for model, actions in models.items():
                several = _numbers(Finding) if model == "finding" else range(FIRST, FIRST + SEVERAL)
                for action, key in product(actions, self.pages if model == "page" else several):
                    yield Surface("wagtail_bulk_action", f"/admin/bulk/{app}/{model}/{action}/?id={key}", key)
                for action in actions:
                    yield Surface("wagtail_bulk_action", f"/admin/bulk/{app}/{model}/{action}/?id=all")


def _numbers(model: type[Model]) -> list[int]:
    return list(model._default_manager.filter(pk__gte=FIRST).order_by("pk").values_list("pk", flat=True))


def _slugs(model: type[Model]) -> list[str]:
    return list(model._default_manager.filter(pk__gte=FIRST).order_by("pk").values_list("slug", flat=True))
