"""Choosers of the admin, restricted to the objects that the user may choose.

A viewset defines the objects with `choosable`, the search with `search`, and further columns with `columns`. It
registers its widget for every foreign key to its model.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from common.search import clean_query, words


class FilteredChooser(BaseChooser):
    """Form field for the choice of an object. Invalid keys are handled as unknown ones."""

    def get_instance(self, value: Any) -> Model | None:
        is_resolved = value is None or isinstance(value, Model)
        instance: Model | None = super().get_instance(value if is_resolved else number_of(str(value)))
        return instance


class SearchForm(BaseFilterForm):
    """Search form of a chooser; `search` takes queryset and text, and returns the results."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("Search"), "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, search: Callable[[QuerySet, str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search = search

    def filter(self, objects: QuerySet) -> Any:
        text = clean_query(self.cleaned_data["q"])
        if not text:
            return objects
        self.is_searching, self.search_query = True, text
        return self.search(objects, text)


class ChoosableMixin:
    """Mixin for views of a chooser: limits the objects to `choosable` for the user of the request."""

    request: HttpRequest
    choosable: Callable[[Any], QuerySet] | None = None

    def get_object_list(self) -> QuerySet:
        assert self.choosable  # noqa: S101
        return self.choosable(self.request.user)

    def get_object(self, pk: str) -> Model:
        instance: Model = self.get_object_list().get(pk=number_of(pk))
        return instance

    def get_objects(self, pks: Iterable[str]) -> QuerySet:
        return self.get_object_list().filter(pk__in=map(number_of, pks))


class SearchMixin(ChoosableMixin):
    """List view of a chooser, with search and columns."""

    search: Callable[[Any, QuerySet, str], Any] | None = None
    extra_columns: Callable[[Any], Sequence[Column]] | None = None

    def get_filter_form(self) -> SearchForm:
        def search(objects: QuerySet, text: str) -> Any:
            assert self.search  # noqa: S101
            return self.search(self.request.user, objects, text)

        return SearchForm(self.request.GET, search=search)

    @property
    def columns(self) -> list[Column]:
        assert self.extra_columns  # noqa: S101
        return [self.title_column, *self.extra_columns(self.request.user)]  # type: ignore[attr-defined]


class ListView(SearchMixin, ChooseView):
    pass


class ResultsView(SearchMixin, ChooseResultsView):
    pass


class OneChosenView(ChoosableMixin, ChosenView):
    pass


class SeveralChosenView(ChoosableMixin, ChosenMultipleView):
    pass


class NothingCreatedView(CreateView):
    """Replaces the creation view, which these choosers do not offer."""

    def can_create(self) -> bool:
        return False


class FilteredChooserViewSet(ChooserViewSet):
    """Chooser of the objects that `choosable` returns."""

    choose_view_class: type[BaseChooseView] = ListView
    choose_results_view_class: type[BaseChooseView] = ResultsView
    chosen_view_class: type[ChosenView] = OneChosenView
    chosen_multiple_view_class: type[ChosenMultipleView] = SeveralChosenView
    create_view_class = NothingCreatedView
    base_widget_class: type[BaseChooser] = FilteredChooser
    per_page = 20
    search_fields: ClassVar[Sequence[str]] = ()

    def choosable(self, user: Any) -> QuerySet:
        """Returns the objects that `user` may choose, read and find here; none without permission."""
        raise NotImplementedError

    def search(self, user: Any, objects: QuerySet, text: str) -> Any:
        """Returns the subset of `objects` in which each word of `text` occurs in one of `search_fields`."""
        for word in text.split():
            rule = Q()
            for field in self.search_fields:
                rule |= Q(**{f"{field}__icontains": word})
            objects = objects.filter(rule)
        return objects

    def extra_columns(self, user: Any) -> Sequence[Column]:
        """Returns the columns after the name."""
        return []

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            choosable=self.choosable, search=self.search, extra_columns=self.extra_columns, **kwargs
        )


def with_beginnings(objects: Any, text: str) -> Any:
    """Returns the `objects` with each word of `text` as a prefix in their `AutocompleteField`, without accents."""
    results = objects
    for word in words(text):
        results = results.filter(pk__in=objects.autocomplete(word).get_queryset().order_by().values("pk"))
    return results


def number_of(key: str) -> int:
    """Returns a primary key as an int; 0, never a key, for an invalid number."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0
