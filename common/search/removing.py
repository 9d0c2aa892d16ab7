"""Bulk removal from the search index."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from modelsearch.models import IndexEntry


def remove_from_search(objects: QuerySet) -> None:
    """Removes `objects`, of a model without subclasses, from the search index in one or two statements."""
    keys = objects.order_by().annotate(key=Cast("pk", CharField())).values("key")
    content_type = ContentType.objects.get_for_model(objects.model)
    IndexEntry.objects.filter(content_type=content_type, object_id__in=keys).delete()
