"""Dashboard panel with shortcuts to add news and watch entries."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from wagtail.models import Page, get_page_models
from wagtail.permissions import page_permission_policy

from cms.admin.dashboard import DashboardPanel
from cms.models import BasePage
from common.waiting import Link, Task, TaskList


def article_models() -> list[type[BasePage]]:
    """Returns the page types of dated texts, in the order of their apps."""
    return [model for model in get_page_models() if issubclass(model, BasePage) and model.is_article]


def lists_to_write_in(user: Any) -> list[tuple[Page, type[BasePage]]]:
    """Returns the list pages under which `user` may add an article, in tree order, each with its type: one query."""
    types = {parent: model for model in article_models() for parent in model.clean_parent_page_models()}
    allowed = page_permission_policy.instances_user_has_permission_for(user, "add").values("pk")
    pages = Page.objects.live().exact_type(*types).filter(pk__in=allowed).order_by("path")
    return [(page, types[page.specific_class]) for page in pages]


class ArticlesPanel(DashboardPanel):
    """Panel of the list pages under which the user may add an article, each with a link to begin one."""

    name = "ecrire"
    order = 70
    heading = gettext_lazy("Write")
    icon = "edit"
    waits = False
    guide = "redaction"

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return bool(lists_to_write_in(user))

    def work(self) -> TaskList:
        return TaskList(tasks=[self._task(page, model) for page, model in lists_to_write_in(self.user)])

    def _task(self, page: Page, model: type[BasePage]) -> Task:
        meta = model._meta
        url = reverse("wagtailadmin_pages:add", args=[meta.app_label, meta.model_name, page.pk])
        begin = Link(gettext("Begin…"), url, about=str(meta.verbose_name))
        return Task(title=page.title, url=reverse("wagtailadmin_explore", args=[page.pk]), actions=[begin])
