"""Links between proposals and the committee's work: the panel of editors, and the proposals shown to readers."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.forms import NumberInput
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel

from cms.hooks import RelatedItem
from committee.hooks import Row
from participation.models import Proposal


def proposals_panel(relation: str = "proposals") -> InlinePanel:
    """Returns a panel of numbers of proposals: a list would show those that nobody has moderated."""
    number = FieldPanel("proposal", widget=NumberInput)
    return InlinePanel(relation, [number], heading=_("Proposals it is about"), label=_("Proposal"))


def proposals_of_rows(rows: Sequence[Row], request: HttpRequest) -> list[list[RelatedItem]]:
    """Returns, for each of `rows`, the proposals that it is about and that anyone may read. One query.

    In a preview, what the page holds in memory wins over what is read here.
    """
    link: Any = type(rows[0])._meta.get_field("proposals").related_model
    links = link.objects.select_related("proposal")
    found = Prefetch("proposals", links.defer("proposal__problem", "proposal__body").order_by("proposal"))
    prefetch_related_objects([row for row in rows if row.pk], found)
    return [[_item(link.proposal) for link in row.proposals.all() if link.proposal.is_public] for row in rows]


def _item(proposal: Proposal) -> RelatedItem:
    title = gettext("Proposal no. %(number)d: %(title)s") % {"number": proposal.pk, "title": proposal.title}
    return RelatedItem(title=title, url=proposal.get_absolute_url())
