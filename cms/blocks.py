"""StreamField blocks of a body. No raw HTML, colours, columns or embeds: editors choose content, not layout.

`clean` of each block refuses content that is not accessible (an image without alternative, a link "here"). Wagtail
defers these errors while a page is a draft: they prevent publication, not saving. Until then templates mark the problem
(`data-refused`), for the checks of the form (`cms.admin.user_bar`).
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Widget
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock, TypedTableBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.fields import AddressBlock
from cms.permissions import has_user_bar
from cms.quality.content_rules import as_read, as_written, first_skipped_heading, is_vague, vague_links
from common.placeholders import without_unfinished

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]
MAX_TABLE_COLUMNS = 6


def vague_link_error(text: str) -> ValidationError:
    return ValidationError(
        gettext("The link “%(text)s” does not say where it leads. Write the name of the page or of the file instead.")
        % {"text": text}
    )


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, lists, headings of level 2 and 3, links."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("One idea per sentence. Example of a link: The dates of the workshops.")
        super().__init__(**{"features": TEXT_FEATURES, "help_text": help_text, **kwargs})

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (vague := vague_links(cleaned.source)):
            raise vague_link_error(vague[0])
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Removes unfinished parts. Users with the user bar see them marked, as are refused links."""
        context = super().get_context(value, parent_context=parent_context)
        user = getattr(context.get("request"), "user", None)
        return {**context, "value": (as_written if user and has_user_bar(user) else as_read)(str(value))}

    def get_searchable_content(self, value: Any) -> list[str]:
        return list(super().get_searchable_content(RichText(without_unfinished(value.source))))

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        description = _("Paragraphs, lists, headings and links.")
        preview_value = (
            "<h2>Trois ateliers gratuits</h2><p>Les ateliers ont lieu <b>en novembre</b>, dans trois quartiers.</p>"
            "<ul><li>Gare</li><li>Centre-ville</li></ul>"
        )
        template = "cms/blocks/text.html"


class PictureBlock(blocks.StructBlock):
    """Image. `ImageBlock` requires an alternative text, or the choice "decorative"."""

    image = ImageBlock(
        label=_("Image"),
        help_text=_("Say what the image shows, or that it is only decoration. Example: Six people around a table."),
    )
    legend = blocks.CharBlock(
        label=_("Caption of the image"),
        required=False,
        max_length=200,
        help_text=_("Optional. Shown under the image. Example: Odile at the workshop of 15 November."),
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        image = value["image"]
        lacks_text = image and not image.decorative and not image.contextual_alt_text
        return {
            **super().get_context(value, parent_context=parent_context),
            "refused": "picture" if lacks_text else None,
        }

    class Meta:
        label = _("Image")
        icon = "image"
        description = _("A photo or a drawing, with a text for people who do not see it.")
        template = "cms/blocks/image.html"
        preview_template = "cms/blocks/previews/image.html"


class HighlightBlock(blocks.StructBlock):
    """Highlighted text in a box."""

    text = blocks.TextBlock(
        label=_("Text"),
        max_length=400,
        rows=3,
        help_text=_("One or two short sentences. Example: The workshops are free. No need to register."),
    )

    class Meta:
        label = _("To remember")
        icon = "thumbtack"
        description = _("A box that holds the one thing to remember.")
        preview_value = {"text": "Les ateliers sont gratuits. Il n’est pas utile de s’inscrire."}
        template = "cms/blocks/highlight.html"


class QuoteBlock(blocks.StructBlock):
    """Quotation with its author."""

    text = blocks.TextBlock(
        label=_("Quotation"),
        max_length=500,
        rows=3,
        help_text=_("Without quotation marks: they are added. Example: I can make my appointments by myself now."),
    )
    author = blocks.CharBlock(
        label=_("Author"), max_length=120, help_text=_("Example: Odile M., resident of the station district.")
    )

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        description = _("What a person said, with their name.")
        preview_value = {
            "text": "J’ai enfin compris comment prendre rendez-vous en ligne.",
            "author": "Odile M., habitante du quartier de la gare",
        }
        template = "cms/blocks/quote.html"


class FilteredSnippetBlock(SnippetChooserBlock):
    """Chooser of a model of a higher app, given by its label, with the labels of that model's chooser."""

    @cached_property
    def widget(self) -> Widget:
        widget: Widget = self.target_model.snippet_viewset.chooser_viewset.widget_class()
        return widget


class KeyFigureBlock(blocks.StructBlock):
    """Number with its label and source: entered here, or the current value of an indicator."""

    WRITTEN = ("value", "meaning", "source")

    indicator = FilteredSnippetBlock(
        "indicators.Indicator",
        label=_("Indicator of the committee"),
        required=False,
        help_text=_(
            "Readers always see its latest value, with its source: write neither below. Example: Answers in time."
        ),
    )
    value = blocks.CharBlock(
        label=_("Number"), max_length=20, required=False, help_text=_("With its unit. Example: 17 %")
    )
    meaning = blocks.CharBlock(
        label=_("What it counts"),
        max_length=160,
        required=False,
        help_text=_("Example: of people over 15 have difficulties with digital tools"),
    )
    source = blocks.CharBlock(
        label=_("Source"), max_length=160, required=False, help_text=_("Who counted, and when. Example: INSEE, 2019")
    )
    source_url = blocks.URLBlock(
        label=_("Address of the source (optional)"),
        required=False,
        help_text=_("The page where the figure is read. Example: https://www.insee.fr/fr/statistiques/4241397"),
    )

    def clean(self, value: Any) -> Any:
        """Refuses a figure with two origins, or an incomplete one."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if cleaned["indicator"]:
            wrong = [name for name in ("value", "source", "source_url") if cleaned[name]]
            message = gettext("The indicator gives this: leave it empty.")
        else:
            wrong = [name for name in self.WRITTEN if not cleaned[name]]
            message = gettext("Write it, or choose an indicator of the committee.")
        if wrong:
            raise StructBlockValidationError(block_errors={name: ValidationError(message) for name in wrong})
        return cleaned

    class Meta:
        label = _("Key figure")
        icon = "decimal"
        description = _("A number with its meaning and its source. Three at most on a page.")
        preview_value = {
            "indicator": None,
            "value": "17 %",
            "meaning": "des personnes de plus de 15 ans ont des difficultés avec le numérique",
            "source": "INSEE, 2019",
            "source_url": "",
        }
        template = "cms/blocks/key_figure.html"


class SimpleTableBlock(TypedTableBlock):
    """Small text table, with a caption and a header for each column."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([("text", blocks.CharBlock(label=_("Text column"), required=False, max_length=200))], **kwargs)

    def clean(self, table: Any) -> Any:
        cleaned = super().clean(table)
        if not self.is_deferred_validation and (problems := self.problems(cleaned)):
            raise TypedTableBlockValidationError(non_block_errors=problems)
        return cleaned

    def get_preview_value(self) -> Any:
        return self.to_python(
            {
                "columns": [{"type": "text", "heading": "Quartier"}, {"type": "text", "heading": "Horaire"}],
                "rows": [{"values": ["Gare", "lundi, 18 h"]}, {"values": ["Centre-ville", "mardi, 18 h"]}],
                "caption": "Horaires des ateliers",
            }
        )

    def problems(self, table: Any) -> list[str]:
        """Returns the accessibility problems of `table`, as sentences with the remedy."""
        if table is None or not table.columns or not table.row_data:
            return [gettext("Add at least one column and one row to the table.")]
        problems = []
        if not (table.caption or "").strip():
            problems.append(gettext("Write a title for the table. Example: Opening hours of the workshops."))
        if not all((column["heading"] or "").strip() for column in table.columns):
            problems.append(gettext("Write a heading for each column of the table."))
        if len(table.columns) > MAX_TABLE_COLUMNS:
            problems.append(
                gettext("Keep at most %(count)d columns: a wider table cannot be read on a phone.")
                % {"count": MAX_TABLE_COLUMNS}
            )
        return problems

    class Meta:
        label = _("Simple table")
        help_text = _("A title, then a heading for each column. Example: District, Opening hours.")
        icon = "table"
        description = _("A small table: a title, a heading for each column, six columns at most.")
        template = "cms/blocks/table.html"


class FileBlock(DocumentChooserBlock):
    """File to download; its title, type and size come from the document."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Its title is what readers see. Example: Guide to the workshops, not scan_0012.pdf.")
        super().__init__(**{"help_text": help_text, **kwargs})

    def clean(self, value: Any) -> Any:
        document = super().clean(value)
        if document and not self.is_deferred_validation and not document.has_meaningful_title:
            raise ValidationError(
                gettext("“%(title)s” looks like a file name. Give the document a title that says what it is.")
                % {"title": document.title}
            )
        return document

    class Meta:
        label = _("File")
        icon = "doc-full"
        description = _("A file to download. Its title, type and weight are written automatically.")
        template = "cms/blocks/file.html"
        preview_template = "cms/blocks/previews/file.html"


class ButtonBlock(blocks.StructBlock):
    """Call to action: link to a page of the site or a URL."""

    label = blocks.CharBlock(
        label=_("Words on the button"),
        max_length=60,
        help_text=_("Start with a verb. Example: Register for a workshop"),
    )
    page = blocks.PageChooserBlock(
        label=_("Page of the site"),
        required=False,
        help_text=_("Where the button leads. Example: the page of a call for proposals."),
    )
    url = AddressBlock(label=_("Or an address"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if is_vague(cleaned["label"]):
            raise StructBlockValidationError(block_errors={"label": vague_link_error(cleaned["label"])})
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            raise StructBlockValidationError(
                non_block_errors=[gettext("Choose a page of the site or write an address: one of the two.")]
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        leads_to_one = bool(value["page"]) != bool(value["url"])
        refused = "link" if is_vague(value["label"]) else None
        return {
            **super().get_context(value, parent_context=parent_context),
            "refused": refused if leads_to_one else "button",
        }

    class Meta:
        label = _("Button")
        icon = "arrow-right"
        description = _("An invitation to act. One at most on a page.")
        preview_value = {"label": "S’inscrire à un atelier", "page": None, "url": "https://comite.example/"}
        template = "cms/blocks/button.html"


class PollBlock(FilteredSnippetBlock):
    """Teaser of a poll. The form is on the page of the poll, since reading pages have no POST."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Readers see its title and a button. Example: Which day for the workshops?")
        super().__init__("polls.Poll", **{"help_text": help_text, **kwargs})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Adds the state of the poll for the user; hides polls that are not open yet.

        Polls among people met are hidden too, since they cannot be answered on the site.
        """
        now = timezone.now()
        context = super().get_context(value, parent_context=parent_context)
        user = context.get("user")
        is_shown = value and value.has_opened(now) and not value.is_among_people_met
        return context | {
            "poll": value if is_shown else None,
            "is_open": bool(value) and value.is_open(now),
            "is_answered": bool(value and user and user.is_authenticated)
            and value.participations.filter(user=user).exists(),
        }

    class Meta:
        label = _("Poll")
        icon = "list-ul"
        description = _("A poll: readers answer it, or read its results when it is over.")
        template = "cms/blocks/poll.html"
        preview_template = "cms/blocks/previews/poll.html"


class BodyBlock(blocks.StreamBlock):
    """Body of a page, or of a part of it: `parent_level` is the level of the heading above."""

    text = TextBlock()
    image = PictureBlock()
    highlight = HighlightBlock()
    quote = QuoteBlock()
    key_figure = KeyFigureBlock()
    table = SimpleTableBlock()
    file = FileBlock()
    button = ButtonBlock()
    poll = PollBlock()

    def clean(self, value: Any) -> Any:
        """Refuses a skipped heading level, anywhere in the body."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            positions = [position for position, child in enumerate(cleaned) if child.block_type == "text"]
            texts = (cleaned[position].value.source for position in positions)
            skipped = first_skipped_heading(texts, parent_level=self.meta.parent_level)
            if skipped is not None:
                raise StreamBlockValidationError(
                    block_errors={
                        positions[skipped]: ValidationError(
                            gettext("A heading skips a level. Use a heading 2 before a heading 3.")
                        )
                    }
                )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Adds the position of the first image of the page, the only one that is loaded eagerly."""
        context = super().get_context(value, parent_context=parent_context)
        kinds = [child.block_type for child in value]
        is_second = bool(getattr(context.get("page"), "image", None))
        return {**context, "first_picture": kinds.index("image") if "image" in kinds and not is_second else None}

    class Meta:
        parent_level = 1
        max_num = 40
        template = "cms/blocks/body.html"
        block_counts = {"key_figure": {"max_num": 3}, "button": {"max_num": 1}}
