"""Requirements for publication, identical for all ways of publishing.

Wagtail validates the blocks of a body and the child objects of a page in the form only. Bulk actions, schedules,
imports and services publish a revision without a form: `require_publishable` applies the validation of the form to it.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import Revision

from cms.errors import PublicationRefused


class PublishedWhenReady:
    """Mixin for models with drafts, placed before `Page` or `DraftStateMixin`: validates a revision to publish."""

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Publishes `revision`; raises `PublicationRefused` first if the form would be invalid."""
        require_publishable(revision.as_object())
        super().publish(revision, *args, **kwargs)  # type: ignore[misc]


def require_publishable(draft: Model) -> None:
    """Raises `PublicationRefused` with all reasons if `draft`, its bodies or its child objects are invalid."""
    if reasons := list(dict.fromkeys(_reasons(draft))):
        raise PublicationRefused(str(draft), reasons)


def _reasons(draft: Model, parent_link: str = "") -> Iterator[str]:
    """Yields the errors of `draft`, then of its child objects; `parent_link` is the foreign key of a child."""
    bodies = [field for field in draft._meta.get_fields() if isinstance(field, StreamField)]
    try:
        excluded = {parent_link, *(field.name for field in bodies)}
        # Child objects are replaced together: compared with the saved ones, two that swap places would be refused.
        draft.full_clean(exclude=excluded, validate_unique=not parent_link, validate_constraints=not parent_link)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield from _named(draft, name, messages)
    for field in bodies:
        try:
            field.stream_block.clean(getattr(draft, field.name))
        except ValidationError as error:
            yield from _named(draft, field.name, _messages(error))
    for relation in get_all_child_relations(type(draft)):
        if relation.related_model._meta.app_label != "wagtailcore":
            for line in getattr(draft, relation.get_accessor_name()).all():
                yield from _reasons(line, relation.field.name)


def _named(draft: Model, name: str, messages: list[str]) -> Iterator[str]:
    """Yields `messages`, each prefixed by the label of its field, if any."""
    fields = {field.name: field for field in draft._meta.fields}
    for message in messages:
        if field := fields.get(name):
            yield gettext("%(field)s: %(reason)s") % {"field": capfirst(str(field.verbose_name)), "reason": message}
        else:
            yield message


def _messages(error: ValidationError) -> list[str]:
    """Returns all messages of `error`; those of blocks are nested."""
    return list(_sentences(error.as_json_data())) if hasattr(error, "as_json_data") else error.messages


def _sentences(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif data:
        for part in data.values() if isinstance(data, dict) else data:
            yield from _sentences(part)
