"""The nine blocks: validation on publication, and rendering."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse
from wagtail.images.blocks import ImageBlock

from cms.blocks import BodyBlock, SimpleTableBlock
from tests.cms.factories import make_document, make_image, rich_text
from tests.factories import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TABLE = {
    "columns": [{"type": "text", "heading": "Quartier"}, {"type": "text", "heading": "Horaire"}],
    "rows": [{"values": ["Neudorf", "lundi, 18 h"]}],
    "caption": "Horaires des ateliers",
}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def body(*blocks):
    return BodyBlock().to_python(list(blocks))


def refusal(*blocks):
    """Returns the errors of publishing a body made of `blocks`."""
    with pytest.raises(ValidationError) as caught:
        BodyBlock().clean(body(*blocks))
    return json.dumps(caught.value.as_json_data(), ensure_ascii=False)


def shown(*blocks):
    return BodyBlock().render(body(*blocks), context={"request": RequestFactory().get("/")})


def button(**values):
    return {"type": "button", "value": {"label": "S’inscrire", "page": None, "url": "https://a.example/", **values}}


def image_block(image, **values):
    return {
        "type": "image",
        "value": {
            "image": {"image": image.pk, "decorative": False, "alt_text": "Six personnes", **values},
            "legend": "",
        },
    }


def figure(**values):
    return {
        "type": "key_figure",
        "value": {"value": "17 %", "meaning": "des gens", "source": "INSEE, 2019", "source_url": "", **values},
    }


def test_there_are_nine_blocks_each_with_a_name_and_a_description():
    blocks = BodyBlock().child_blocks
    assert list(blocks) == ["text", "image", "highlight", "quote", "key_figure", "table", "file", "button", "poll"]
    assert all(str(block.label) and str(block.get_description()) for block in blocks.values())


def help_of(block):
    return str(block.field.help_text if hasattr(block, "field") else block.meta.help_text)


def fields(block):
    """Returns the leaf fields of a block, with the path of their names."""
    parts = getattr(block, "child_blocks", None)
    if not parts or isinstance(block, ImageBlock | SimpleTableBlock):
        return {block.name: block}
    return {name: part for child in parts.values() for name, part in fields(child).items()}


@pytest.mark.parametrize("name", list(BodyBlock().child_blocks))
def test_each_field_of_a_block_says_what_to_write_with_an_example(name):
    """The word is the control, because a help text that only repeats the label would not have it."""
    block = BodyBlock().child_blocks[name]
    helps = {field: help_of(part) for field, part in fields(block).items()}
    assert not [field for field, text in helps.items() if "xample" not in text and "xemple" not in text], helps


def test_a_body_holds_forty_blocks_at_most():
    paragraphs = [rich_text("<p>Bien.</p>")] * 40
    assert BodyBlock().clean(body(*paragraphs))
    assert refusal(*paragraphs, rich_text("<p>Trop.</p>"))


@pytest.mark.parametrize("name", ["text", "highlight", "quote", "key_figure", "table", "button"])
def test_a_block_that_needs_no_file_has_a_preview(name):
    block = BodyBlock().child_blocks[name]
    assert block.is_previewable
    assert block.render(block.get_preview_value(), context={}).strip()


def test_every_block_shows_what_it_will_look_like(client, editor_of):
    """The block chooser shows this page in a frame, so it has the site's style sheets and the policy of the admin."""
    client.force_login(editor_of("Rédaction"))
    for name, block in BodyBlock().child_blocks.items():
        assert block.is_previewable, name
        response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert response.status_code == 200
        assert "css/site.css" in response.content.decode()
        assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_table_calls_its_title_and_its_kind_of_column_by_their_names(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[NewsPageFactory().pk])).content.decode()
    assert "Titre du tableau" in form
    assert "Colonne de texte" in form


def test_a_link_that_says_here_is_refused_where_it_stands():
    error = refusal(rich_text("<p>Bien.</p>"), rich_text('<p><a href="https://a.example/">ici</a></p>'))
    assert "“ici”" in error or "« ici »" in error.replace("\u00a0", " ")
    assert '"1"' in error


def test_a_heading_that_skips_a_level_is_refused_where_it_stands():
    assert '"1"' in refusal(rich_text("<p>Bien.</p>"), rich_text("<h3>Trop bas</h3>"))


def test_a_draft_is_not_refused():
    """Drafts may be saved at any time; only publication requires everything."""
    draft = body(rich_text('<h3>Titre</h3><p><a href="https://a.example/">ici</a></p>'), button(label="ici"))
    block = BodyBlock()
    assert len(block.clean_deferred(draft)) == 2


def test_a_picture_without_alternative_is_refused():
    assert "alt_text" in refusal(image_block(make_image(), alt_text=""))


def test_a_picture_that_is_said_decorative_is_accepted_and_hidden_from_screen_readers():
    blocks = image_block(make_image(), alt_text="", decorative=True)
    assert BodyBlock().clean(body(blocks))
    assert 'alt=""' in shown(blocks)


def test_a_body_under_a_heading_of_the_page_begins_with_the_next_one():
    under = {"type": "text", "value": "<h3>La première année</h3>"}
    assert BodyBlock(parent_level=2).clean(body(under))
    with pytest.raises(ValidationError):
        BodyBlock().clean(body(under))


def test_a_picture_is_shown_in_two_formats_with_its_size_and_without_inline_style():
    html = shown(image_block(make_image()))
    assert "<picture>" in html
    assert 'type="image/webp"' in html
    assert 'alt="Six personnes"' in html
    assert "width=" in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "block",
    [
        {"type": "quote", "value": {"text": "Enfin !", "author": ""}},
        figure(source=""),
        {"type": "highlight", "value": {"text": ""}},
    ],
)
def test_what_a_block_is_for_must_be_there(block):
    assert refusal(block)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"caption": " "}, 1),
        ({"columns": [{"type": "text", "heading": "Quartier"}, {"type": "text", "heading": ""}]}, 1),
        ({"columns": [{"type": "text", "heading": "x"}] * 7, "rows": [{"values": ["a"] * 7}]}, 1),
        ({"rows": []}, 1),
        ({"columns": [], "rows": [], "caption": ""}, 1),
    ],
)
def test_a_table_that_cannot_be_understood_by_ear_is_refused(changes, count):
    block = BodyBlock().child_blocks["table"]
    assert len(block.problems(block.to_python({**TABLE, **changes}))) == count
    assert refusal({"type": "table", "value": {**TABLE, **changes}})


def test_a_table_has_a_title_and_headers():
    html = shown({"type": "table", "value": TABLE})
    assert "<caption>Horaires des ateliers</caption>" in html
    assert '<th scope="col">Horaire</th>' in html
    assert '<th scope="row">Neudorf</th>' in html
    assert "<td>lundi, 18\u00a0h</td>" in html


def test_a_file_says_its_title_type_and_weight():
    html = shown({"type": "file", "value": make_document().pk})
    assert "Guide des ateliers" in html
    assert "(PDF, 240\u00a0ko)" in html.replace("240 ko", "240\u00a0ko")


def test_a_file_whose_title_is_a_file_name_is_refused():
    assert "scan_0012.pdf" in refusal({"type": "file", "value": make_document(title="scan_0012.pdf").pk})


@pytest.mark.parametrize("changes", [{"url": ""}, {"label": "Cliquez ici"}, {"url": "javascript:alert(1)"}])
def test_a_button_leads_somewhere_and_says_where(changes):
    assert refusal(button(**changes))


def test_a_button_leads_to_one_place():
    from wagtail.models import Page

    home = Page.objects.get(depth=2)
    assert refusal(button(page=home.pk))
    assert 'href="/"' in shown(button(page=home.pk, url=""))


def test_one_button_and_three_figures_at_most():
    assert refusal(button(), button())
    assert refusal(figure(), figure(), figure(), figure())
    assert BodyBlock().clean(body(button(), figure(), figure(), figure()))


def test_what_an_editor_types_is_escaped():
    html = shown(
        {"type": "quote", "value": {"text": "<script>1</script>", "author": "<b>x</b>"}},
        {"type": "highlight", "value": {"text": "<img onerror=1>"}},
        figure(value="<i>1</i>"),
    )
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>x" not in html
    assert "<i>1" not in html
