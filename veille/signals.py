"""Signal receivers for the publication of an example."""

from typing import Any

from django.utils import timezone

from veille.models import VeilleEntryPage
from veille.services.suggestions import notify_published


def notify_suggesters(sender: type, instance: VeilleEntryPage, **kwargs: Any) -> None:
    """Notifies the authors of the suggestions of the example. Receiver of `page_published`."""
    notify_published(instance, now=timezone.now())
