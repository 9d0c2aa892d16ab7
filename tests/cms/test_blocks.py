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

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("media")]

TABLE = {
    "columns": [{"type": "text", "heading": "Quartier"}, {"type": "text", "heading": "Horaire"}],
    "rows": [{"values": ["Neudorf", "lundi, 18 h"]}],
    "caption": "Horaires des ateliers",
}


def body(*blocks):
    return BodyBlock().to_python(list(blocks))


def refusal(*blocks):
    """Returns the errors of publishing a body made of `blocks`."""
    with pytest.raises(ValidationError) as caught:
        BodyBlock().clean(body(*blocks))
    return json.dumps(caught.value.as_json_data(), ensure_ascii=False)


def rendered(*blocks):
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


def test_body_has_nine_blocks_with_label_and_description():
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
def test_help_text_of_each_block_field_has_an_example(name):
    """The word is the control, because a help text that only repeats the label would not have it."""
    block = BodyBlock().child_blocks[name]
    helps = {field: help_of(part) for field, part in fields(block).items()}
    assert not [field for field, text in helps.items() if "xample" not in text and "xemple" not in text], helps


def test_body_has_at_most_forty_blocks():
    paragraphs = [rich_text("<p>Bien.</p>")] * 40
    assert BodyBlock().clean(body(*paragraphs))
    assert refusal(*paragraphs, rich_text("<p>Trop.</p>"))


@pytest.mark.parametrize("name", ["text", "highlight", "quote", "key_figure", "table", "button"])
def test_blocks_without_file_have_a_preview(name):
    block = BodyBlock().child_blocks[name]
    assert block.is_previewable
    assert block.render(block.get_preview_value(), context={}).strip()


def test_preview_of_each_block_can_be_framed_in_the_admin(client, editor_of):
    """The block chooser shows this page in a frame, so it has the site's style sheets and the policy of the admin."""
    client.force_login(editor_of("Rédaction"))
    for name, block in BodyBlock().child_blocks.items():
        assert block.is_previewable, name
        response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert response.status_code == 200
        assert "css/site.css" in response.content.decode()
        assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_table_form_has_french_labels_for_title_and_column_type(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[NewsPageFactory().pk])).content.decode()
    assert "Titre du tableau" in form
    assert "Colonne de texte" in form


def test_vague_link_is_refused_with_the_index_of_its_block():
    error = refusal(rich_text("<p>Bien.</p>"), rich_text('<p><a href="https://a.example/">ici</a></p>'))
    assert "“ici”" in error or "« ici »" in error.replace("\u00a0", " ")
    assert '"1"' in error


def test_skipped_heading_level_is_refused_with_the_index_of_its_block():
    assert '"1"' in refusal(rich_text("<p>Bien.</p>"), rich_text("<h3>Trop bas</h3>"))


def test_invalid_body_is_accepted_in_a_draft():
    """Drafts may be saved at any time; only publication requires everything."""
    draft = body(rich_text('<h3>Titre</h3><p><a href="https://a.example/">ici</a></p>'), button(label="ici"))
    block = BodyBlock()
    assert len(block.clean_deferred(draft)) == 2


def test_image_without_alternative_text_is_refused():
    assert "alt_text" in refusal(image_block(make_image(), alt_text=""))


def test_decorative_image_is_accepted_with_empty_alternative_text():
    blocks = image_block(make_image(), alt_text="", decorative=True)
    assert BodyBlock().clean(body(blocks))
    assert 'alt=""' in rendered(blocks)


def test_first_heading_of_a_body_follows_its_parent_level():
    under = {"type": "text", "value": "<h3>La première année</h3>"}
    assert BodyBlock(parent_level=2).clean(body(under))
    with pytest.raises(ValidationError):
        BodyBlock().clean(body(under))


def test_image_has_two_formats_and_a_size_and_no_inline_style():
    html = rendered(image_block(make_image()))
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
def test_block_without_its_required_text_is_refused(block):
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
def test_table_without_caption_headings_or_rows_is_refused(changes, count):
    block = BodyBlock().child_blocks["table"]
    assert len(block.problems(block.to_python({**TABLE, **changes}))) == count
    assert refusal({"type": "table", "value": {**TABLE, **changes}})


def test_table_has_a_caption_and_header_cells():
    html = rendered({"type": "table", "value": TABLE})
    assert "<caption>Horaires des ateliers</caption>" in html
    assert '<th scope="col">Horaire</th>' in html
    assert '<th scope="row">Neudorf</th>' in html
    assert "<td>lundi, 18\u00a0h</td>" in html


def test_file_block_shows_title_type_and_size():
    html = rendered({"type": "file", "value": make_document().pk})
    assert "Guide des ateliers" in html
    assert "(PDF, 240\u00a0ko)" in html.replace("240 ko", "240\u00a0ko")


def test_document_whose_title_is_a_file_name_is_refused():
    assert "scan_0012.pdf" in refusal({"type": "file", "value": make_document(title="scan_0012.pdf").pk})


@pytest.mark.parametrize("changes", [{"url": ""}, {"label": "Cliquez ici"}, {"url": "javascript:alert(1)"}])
def test_button_without_valid_url_or_precise_label_is_refused(changes):
    assert refusal(button(**changes))


def test_button_with_both_page_and_url_is_refused():
    from wagtail.models import Page

    home = Page.objects.get(depth=2)
    assert refusal(button(page=home.pk))
    assert 'href="/"' in rendered(button(page=home.pk, url=""))


def test_body_has_at_most_one_button_and_three_key_figures():
    assert refusal(button(), button())
    assert refusal(figure(), figure(), figure(), figure())
    assert BodyBlock().clean(body(button(), figure(), figure(), figure()))


def test_text_of_editors_is_escaped():
    html = rendered(
        {"type": "quote", "value": {"text": "<script>1</script>", "author": "<b>x</b>"}},
        {"type": "highlight", "value": {"text": "<img onerror=1>"}},
        figure(value="<i>1</i>"),
    )
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>x" not in html
    assert "<i>1" not in html
