"""Data of the forms of pages, and the addresses of these forms."""

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.blocks import TEXT_FEATURES


def text_block(html):
    return ("text", rich_text(html, features=TEXT_FEATURES))


def news_form(html="<p>Le comité choisit ses sujets.</p>", **values):
    return nested_form_data(
        {
            "title": "Trois ateliers gratuits",
            "slug": "trois-ateliers",
            "introduction": "En novembre, dans trois quartiers.",
            "image": "",
            "body": streamfield([text_block(html)]),
            "related_page": "",
            "proposals_told": inline_formset([]),
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            **values,
        }
    )


def veille_form(theme, **values):
    return nested_form_data(
        {
            "title": "Gand ouvre ses données",
            "slug": "gand-ouvre-ses-donnees",
            "introduction": "Chaque service publie ses chiffres.",
            "place": "Gand (Belgique)",
            "year": "2019",
            "theme": str(theme.pk),
            "topic": "",
            "body": streamfield([text_block("<p>Un portail unique.</p>")]),
            "effects": streamfield([]),
            "lesson": "Commencer par les données que les gens demandent.",
            "limits": "",
            "source_url": "https://data.stad.example/",
            "source_title": "Le portail de Gand",
            "source_language": "fr",
            "source_seen_on": "2026-11-20",
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            **values,
        }
    )


def add_url(model, parent):
    return reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
