"""Guide in the admin (menu « Aide »): contents with first steps, search, and chapters."""

from typing import Any

from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem

from common.admin import TitleInBreadcrumb
from common.desk import AGENT_ICON
from common.search import clean_query
from home.queries.first_steps import first_steps
from home.queries.guide import CHAPTERS, Chapter, chapter, chapters, chapters_about_work_of, search

# Pictograms of the chapters, as in the menu and in the panels about the same work.
ICONS = {
    "se-reperer": "pin",
    "ouvrir": "key",
    "animation": "cogs",
    "redaction": "edit",
    "lettre": "mail",
    "secretariat": "calendar-alt",
    "moderation": "glasses",
    "reponses": "comment",
    "accueil": AGENT_ICON,
    "sondages": "poll",
    "essais": "clipboard-list",
}


class GuideView(TitleInBreadcrumb, TemplateView):
    """Chapters about the user's work with their first steps, then the others; or search results."""

    page_title = _("Guide")
    header_icon = "help"
    template_name = "home/admin/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = chapters_about_work_of(self.request.user)
        steps = first_steps(self.request.user, [chapter.slug for chapter in own])
        query = clean_query(self.request.GET.get("q", ""))
        return super().get_context_data(
            own=[(chapter, ICONS[chapter.slug], steps.get(chapter.slug)) for chapter in own],
            others=[(chapter, ICONS[chapter.slug]) for chapter in chapters() if chapter not in own],
            query=query,
            found=search(query),
            **kwargs,
        )


class ChapterView(TitleInBreadcrumb, TemplateView):
    """One chapter: first steps (if it is about the user's work), contents, text."""

    template_name = "home/admin/guide_chapter.html"

    @property
    def header_icon(self) -> str:
        return ICONS[self.chapter.slug]

    @property
    def chapter(self) -> Chapter:
        slug = self.kwargs["slug"]
        if slug not in CHAPTERS:
            raise Http404
        return chapter(slug)

    def get_page_title(self) -> str:
        return self.chapter.title

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("guide"), "label": GuideView.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        slug, user = self.chapter.slug, self.request.user
        own = [slug] if CHAPTERS[slug](user) else []
        return super().get_context_data(
            chapter=self.chapter, first_steps=first_steps(user, own).get(slug) if own else None, **kwargs
        )


def guide_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [
        path("aide/", GuideView.as_view(), name="guide"),
        path("aide/<slug:slug>/", ChapterView.as_view(), name="guide_chapter"),
    ]


def guide_menu_item() -> MenuItem:
    """Hook `register_help_menu_item`."""
    return MenuItem(_("Guide"), reverse("guide"), name="guide", icon_name="help", order=100)
