"""What happens to an example of the watch when its page is published."""

from typing import Any

from django.utils import timezone

from veille.models import VeilleEntryPage
from veille.services.suggestions import tell_published


def tell_who_suggested(sender: type, instance: VeilleEntryPage, **kwargs: Any) -> None:
    """Thanks who suggested the example (`page_published`)."""
    tell_published(instance, now=timezone.now())
