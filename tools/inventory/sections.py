"""Sections of the inventory: sorted contents of the registries of Django, Wagtail, Celery and the site."""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, get_commands, load_command_class
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver
from django.utils import translation
from modelsearch.index import get_indexed_models
from wagtail.admin.menu import Menu, SubmenuMenuItem, admin_menu
from wagtail.models import GroupCollectionPermission, GroupPagePermission, get_page_models

from accounts.models import User
from common.audit import Act
from common.hooks import datasets
from config.celery import app as celery
from home.queries.openapi import description
from home.queries.search_results import ResultKind
from mailing.notifications import kinds

ASSIGNED = re.compile(r"^([A-Z][A-Z0-9_]+)\b[^=(]* = ", re.MULTILINE)
VARIABLE = re.compile(r"\b(?:env(?:\.\w+)?|variable)\(\s*\"([A-Z][A-Z0-9_]+)\"")
# Attributes of views and of modeladmin classes that determine the features of a list of the admin.
OF_LISTS = ("list_display", "list_filter", "search_fields", "list_export", "filterset_class")
OURS = {config.name for config in apps.get_app_configs() if (settings.BASE_DIR / config.name).is_dir()}


def joined(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))


def patterns(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[tuple[str, str, Callable]]:
    """Yields the name (without one, the pattern), the pattern and the view of each URL."""
    for entry in resolver.url_patterns:
        written = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry, written, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}" if entry.name else written, written, entry.callback


def methods_of(view: Callable) -> str:
    """Returns the methods that a class defines or a decorator allows, "any" by default."""
    wrapped: Any = view
    while wrapped is not None:
        function = getattr(wrapped, "__func__", wrapped)
        if inspect.isfunction(function):
            allowed = inspect.getclosurevars(function).nonlocals.get("request_method_list")
            if allowed:
                return " ".join(sorted(allowed))
        wrapped = getattr(wrapped, "__wrapped__", None)
    cls = getattr(view, "view_class", None)
    methods = [name.upper() for name in cls.http_method_names if hasattr(cls, name)] if cls else []
    return " ".join(sorted({*methods} - {"HEAD", "OPTIONS"})) or "any"


def views() -> Iterator[tuple[str, str, Callable]]:
    return patterns(get_resolver())


def addresses() -> Iterator[str]:
    return (f"{name} /{written} {methods_of(view)}" for name, written, view in views())


def attribute(view: Callable, name: str) -> Any:
    """Returns the attribute `name` of a class-based view: the argument of `as_view()`, or that of the class."""
    from_kwargs = getattr(view, "view_initkwargs", {}).get(name)
    return from_kwargs or getattr(getattr(view, "view_class", None), name, None)


def subclasses(cls: type) -> Iterator[type]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def forms() -> Iterator[str]:
    """Yields the fields of the forms of views, of pages and of all form classes in our modules."""
    for name, _written, view in views():
        panel = attribute(view, "panel")
        form = panel.get_form_class() if panel else attribute(view, "form_class")
        if fields := getattr(form, "base_fields", None):
            yield f"{name}: {joined(sorted(fields))}"
    for page in get_page_models():
        form = page.get_edit_handler().get_form_class()
        yield f"{page._meta.label}: {joined(sorted([*form.base_fields, *getattr(form, 'formsets', {})]))}"
    for name in OURS:
        # Some modules are imported only by their dotted path, on the first request.
        for module_info in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            if "forms" in module_info.name.split("."):
                import_module(module_info.name)
    for form in subclasses(BaseForm):
        module = inspect.getmodule(form)
        if form.__module__.partition(".")[0] in OURS and vars(module).get(form.__name__) is form:
            yield f"{form.__module__.partition('.')[0]}.{form.__name__}: {joined(sorted(form.base_fields))}"


def admin_lists() -> Iterator[str]:
    """Yields columns, filters, search fields and export columns of the lists of the admin."""
    for name, _written, view in views():
        cls = getattr(view, "view_class", None) or getattr(view, "__self__", None)
        for kind in OF_LISTS if cls else ():
            value = attribute(view, kind) or getattr(cls, kind, None)
            value = getattr(value, "base_filters", value)
            if isinstance(value, (list, tuple, dict)) and value:
                named = [getattr(item, "name", None) or getattr(item, "__name__", item) for item in value]
                yield f"{name} {kind}: {joined(named)}"


def rights() -> Iterator[str]:
    for group in Group.objects.prefetch_related("permissions__content_type"):
        for right in group.permissions.all():
            yield f"{group} {right.content_type.app_label}.{right.codename}"
    for held in GroupPagePermission.objects.select_related("group", "page", "permission"):
        yield f"{held.group} page {held.page.url_path} {held.permission.codename}"
    for held in GroupCollectionPermission.objects.select_related("group", "collection", "permission"):
        yield f"{held.group} collection {held.collection.name} {held.permission.codename}"


def mails() -> Iterator[str]:
    return (
        f"{notification_class.kind}: {notification_class.__name__} {getattr(notification_class, 'template', '')}"
        for notification_class in kinds().values()
    )


def commands() -> Iterator[str]:
    """Yields each management command of the site with its own arguments."""
    common = options(BaseCommand())
    for name, app in get_commands().items():
        if app in OURS:
            own = [option for option in options(load_command_class(app, name)) if option not in common]
            yield " ".join([app, name, *own])


def options(command: BaseCommand) -> list[str]:
    """Returns the arguments of `command` as its usage shows them."""
    usage = " ".join(command.create_parser("", "").format_usage().split())
    return re.findall(r"\[.*?\](?= |$)|\S+", usage)[1:]


def setting_names() -> Iterator[str]:
    """Yields the settings and the variables they read; production's cannot be imported, so only names are read."""
    for path in (settings.BASE_DIR / "config").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "settings":
            yield from (f"{path.stem} {name}" for name in ASSIGNED.findall(text))
        yield from (f"variable {name}" for name in VARIABLE.findall(text))


def tasks() -> Iterator[str]:
    celery.loader.import_default_modules()
    yield from (name for name in celery.tasks if not name.startswith("celery."))
    for name, entry in celery.conf.beat_schedule.items():
        yield f"beat {name}: {entry['task']} {joined(sorted(entry))}"


def open_data() -> Iterator[str]:
    """Yields the columns of each data set, and the parts of the API with their parameters and fields."""
    for dataset in datasets():
        yield f"{dataset.slug}: {joined(f'{column.name} {column.type}' for column in dataset.columns)}"
    api = description()
    for path, part in api["paths"].items():
        yield f"api {path} {joined(sorted(parameter['name'] for parameter in part['get']['parameters']))}".rstrip()
    for name, schema in api["components"]["schemas"].items():
        yield f"api schema {name}: {joined(sorted(schema.get('properties', {})))}"


def menu() -> Iterator[str]:
    """Yields the items of the admin menu for each group and for a superuser. Rolls back its changes."""
    with transaction.atomic():
        for index, group in enumerate([*Group.objects.order_by("name"), None]):
            user = User.objects.create(email=f"{index}@comite.example", is_superuser=group is None)
            user.groups.set([group] if group else [])
            request = RequestFactory().get("/admin/")
            request.user = user
            yield from (f"{group or 'superuser'}: {entry}" for entry in items(admin_menu, request))
        transaction.set_rollback(True)


def items(of: Menu, request: HttpRequest) -> Iterator[str]:
    for item in of.menu_items_for_request(request):
        yield f"{item.label} {item.url}"
        if isinstance(item, SubmenuMenuItem):
            yield from (f"{item.label} > {entry}" for entry in items(item.menu, request))


def search() -> Iterator[str]:
    yield from (f"{kind.value}: {kind.label}" for kind in ResultKind)
    yield from (f"index {model._meta.label}: {joined(fields_of(model))}" for model in get_indexed_models())


def fields_of(model: type) -> list[str]:
    return sorted(f"{type(field).__name__} {field.field_name}" for field in model.get_search_fields())


# Title → lines. Only permissions and menu need a migrated database.
SECTIONS: dict[str, Callable[[], Iterable[str]]] = {
    "addresses and methods": addresses,
    "fields of forms": forms,
    "columns, filters and exports of lists in the admin": admin_lists,
    "mails": mails,
    "commands": commands,
    "settings and variables": setting_names,
    "tasks": tasks,
    "open data and API": open_data,
    "search": search,
    "verbs of the audit log": lambda: Act.values,
    "rights of groups": rights,
    "menu of the admin": menu,
}


def inventory() -> str:
    """Returns all sections, each with a title and sorted lines."""
    with translation.override(settings.LANGUAGE_CODE):
        parts = ["\n".join([f"# {title}", *sorted({*lines()})]) for title, lines in SECTIONS.items()]
    return "\n\n".join(parts) + "\n"
