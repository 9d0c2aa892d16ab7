"""Signal receivers that are not needed at each save of the loading."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published

from cms.models import CustomImage
from cms.signals import after_picture, after_publication


@contextmanager
def paused() -> Iterator[None]:
    """Suspends the search and reference indexing of each save, and fills the indexes once at the end.

    Renditions and checks of pages are left to the tick, which catches up with pages published without them, and to
    the command, which makes the renditions at its end.
    """
    searched = [one for one in get_indexed_models() if post_save.disconnect(post_save_signal_handler, sender=one)]
    page_published.disconnect(dispatch_uid="cms.after_publication")
    post_save.disconnect(sender=CustomImage, dispatch_uid="cms.after_picture")
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        page_published.connect(after_publication, dispatch_uid="cms.after_publication")
        post_save.connect(after_picture, sender=CustomImage, dispatch_uid="cms.after_picture")
        for model in searched:
            post_save.connect(post_save_signal_handler, sender=model)
    call_command("rebuild_references_index", verbosity=0)
    call_command("rebuild_modelsearch_index", verbosity=0)
