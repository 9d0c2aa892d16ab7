"""System checks of page types: a mistake stops `manage.py check`, not an editor."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from cms.models import BasePage, SiteConfiguration


@register("pages")
def page_types_are_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Checks the page types of the project (Wagtail's own is left alone)."""
    return [problem for model in get_page_models() if issubclass(model, BasePage) for problem in problems_of(model)]


@register(Tags.database, deploy=True)
def security_contact_is_set(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Checks that people can tell us about a fault: `manage.py check --deploy --database default`. W006: no address."""
    if not databases or SiteConfiguration.load().has_contact_email:
        return []
    hint = "Write it in the admin: Réglages, Configuration du site. /.well-known/security.txt and the pages show it."
    return [Warning("The contact address of the site is still that of the examples.", hint=hint, id="cms.W006")]


def problems_of(model: type[Page]) -> Iterator[CheckMessage]:
    """Yields what `model` leaves unsaid.

    E001, E002: where it may stand in the tree is written on the class itself, never inherited. E003: editors see its
    name. E004: what it holds can be searched. E005: its template exists.
    """
    for identifier, attribute in (("E001", "parent_page_types"), ("E002", "subpage_types")):
        if attribute not in vars(model):
            yield _error(model, identifier, f"names no {attribute}")
    if "verbose_name" not in model._meta.original_attrs:
        yield _error(model, "E003", "has no verbose_name")
    if missing := sorted(_bodies(model) - _searched(model.search_fields)):
        yield _error(model, "E004", f"does not search in {', '.join(missing)}")
    try:
        get_template(model.template)
    except TemplateDoesNotExist:
        yield _error(model, "E005", f"has no template {model.template}")


def _bodies(model: type[Page]) -> set[str]:
    """The bodies of `model`: what an editor writes and a reader looks for."""
    return {field.name for field in model._meta.get_fields() if isinstance(field, StreamField)} | {"introduction"}


def _searched(search_fields: Iterable[Any]) -> set[str]:
    return {field.field_name for field in search_fields}


def _error(model: type[Page], identifier: str, words: str) -> Error:
    return Error(f"The page type {model._meta.label} {words}.", obj=model, id=f"cms.{identifier}")
