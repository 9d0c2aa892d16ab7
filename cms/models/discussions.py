"""Pages with an optional discussion by readers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


class DiscussedPage(models.Model):
    """Mixin for a page with a discussion. Goes before `BasePage`.

    Comments belong to a higher app: the template of the page uses the tag `discussion_of`, and includes
    `participation/includes/page_discussion.html`.
    """

    discussion_open = models.BooleanField(
        _("discussion open"),
        default=False,
        help_text=_("Readers may write comments under the page. Without the tick, those already there stay readable."),
    )

    discussion_panel = FieldPanel("discussion_open")

    class Meta:
        abstract = True
