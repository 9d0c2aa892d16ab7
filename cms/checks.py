"""System checks of page types, so that mistakes are found by `manage.py check`."""

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
    """Checks the page types of the project (Wagtail's own are skipped)."""
    return [problem for model in get_page_models() if issubclass(model, BasePage) for problem in problems_of(model)]


@register(Tags.database, deploy=True)
def security_contact_is_set(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Checks the security contact: `manage.py check --deploy --database default`. W006: no address."""
    if not databases or SiteConfiguration.load().has_contact_email:
        return []
    hint = "Write it in the admin: Réglages, Configuration du site. /.well-known/security.txt and the pages show it."
    return [Warning("The contact address of the site is still that of the examples.", hint=hint, id="cms.W006")]


def problems_of(model: type[Page]) -> Iterator[CheckMessage]:
    """Yields the problems of `model`.

    E001, E002: parent and child page types must be set on the class itself. E003: a verbose name. E004: its bodies are
    indexed for search. E005: its template exists.
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
    """Returns the names of the body fields of `model`."""
    return {field.name for field in model._meta.get_fields() if isinstance(field, StreamField)} | {"introduction"}


def _searched(search_fields: Iterable[Any]) -> set[str]:
    return {field.field_name for field in search_fields}


def _error(model: type[Page], identifier: str, problem: str) -> Error:
    return Error(f"The page type {model._meta.label} {problem}.", obj=model, id=f"cms.{identifier}")
