"""Versions of a proposal, with word-by-word differences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from committee.models import public_topics
from common.differences import mark, mark_lines
from common.templatetags.typography import typo
from participation.models import Proposal, ProposalVersion
from participation.models.proposal_text import TEXT_FIELDS
from participation.models.versions import published_content


@dataclass(frozen=True)
class Field:
    """Title, text, topic, place or files of a proposal, with changes marked if known."""

    name: str
    text: SafeString

    @property
    def label(self) -> str:
        return {
            "title": _("Title"),
            "problem": _("The problem"),
            "body": _("The proposal"),
            "topic": _("Subject"),
            "district": _("Place"),
            "files": _("Pictures and documents"),
        }[self.name]


@dataclass(frozen=True)
class Version:
    """Version of a proposal since `since`.

    `fields` are the displayed ones: all, or with `is_compared` the changed ones.
    """

    number: int
    since: datetime
    is_current: bool
    is_hidden: bool
    is_compared: bool
    fields: list[Field]


def versions_of(proposal: Proposal) -> list[Version]:
    """Returns the public versions of a public proposal, the latest first.

    Two queries. A hidden version is neither shown nor compared: the differences would reveal its text.
    """
    earlier = list(proposal.versions.once_public().prefetch_related(public_topics()).order_by("replaced_at", "pk"))
    current = ProposalVersion(**published_content(proposal))
    texts = [*earlier, current]
    since = [proposal.published_at or proposal.created_at, *(version.replaced_at for version in earlier)]
    hidden = [*(version.is_hidden for version in earlier), False]
    versions = []
    for place, text in enumerate(texts):
        is_compared = place > 0 and not hidden[place - 1]
        fields = _fields(text, texts[place - 1] if is_compared else None)
        versions.append(
            Version(
                number=place + 1,
                since=since[place],
                is_current=text is current,
                is_hidden=hidden[place],
                is_compared=is_compared,
                fields=[] if hidden[place] else fields,
            )
        )
    return versions[::-1]


def _fields(text: ProposalVersion, before: ProposalVersion | None) -> list[Field]:
    values = _values_of(text)
    if before is None:
        return [Field(name, typo(value)) for name, value in values.items() if value]
    fields = []
    for name, value in _values_of(before).items():
        if name in values and values[name] != value:
            marked = mark(value, values[name]) if name in TEXT_FIELDS else mark_lines(value, values[name])
            fields.append(Field(name, marked))
    return fields


def _values_of(version: ProposalVersion) -> dict[str, str]:
    """Returns the values of `version` by field, without unknown ones. Its topic is loaded by `public_topics`."""
    values = version.texts
    if version.has_details:
        topic = version.topic.title if version.topic else ""
        values |= {"topic": topic, "district": version.district, "files": version.files}
    return values


def new_passages(before: str, after: str) -> str:
    """Returns the paragraphs of `after` that are not in `before`."""
    former_lines = {line.strip() for line in before.splitlines()}
    return "\n".join(line for line in after.splitlines() if line.strip() and line.strip() not in former_lines)
