"""Text fields of a proposal, which drafts and earlier versions have too."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.sanitising import clean_text


class TextArguments(TypedDict):
    """Keyword arguments of the services that write a proposal, one for each name in `TEXT_FIELDS`."""

    title: str
    problem: str
    body: str


# In the order of forms and pages.
TEXT_FIELDS = ("title", "problem", "body")
# Fields that authors may correct after the submission, each kept in `ProposalVersion`.
CORRECTABLE_FIELDS = (*TEXT_FIELDS, "topic", "district")


def clean_texts(texts: Mapping[str, Any]) -> dict[str, str]:
    """Returns the cleaned `texts` of a proposal by field, the title on one line."""
    content = {name: clean_text(text) for name, text in texts.items()}
    return content | {"title": " ".join(content["title"].split())}


class ProposalText(models.Model):
    """Text of a proposal. Each model defines its own `body`, with its limit."""

    title = models.CharField(_("title"), max_length=300)
    problem = models.TextField(_("what is the problem?"), blank=True, max_length=20_000)

    class Meta:
        abstract = True

    @property
    def texts(self) -> dict[str, Any]:
        """Values of `TEXT_FIELDS` by name."""
        return {name: getattr(self, name) for name in TEXT_FIELDS}
