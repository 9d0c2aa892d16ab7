"""Search index of a load: rows written in batches send no signal."""

from collections.abc import Callable, Sequence

from django.db.models import Model, prefetch_related_objects
from modelsearch.backends import get_search_backend

from participation.models import Comment, Proposal

CHUNK = 2_000
SAY_EVERY = 20_000


def index_everything(proposals: Sequence[Proposal], pages: Sequence[Model], *, say: Callable[[str], None]) -> None:
    """Indexes the public `proposals`, the comments on them, and `pages`."""
    public = [one for one in proposals if one.is_public]
    # The texts of addenda are indexed too.
    prefetch_related_objects(public, "addenda")
    _add(Proposal, public)
    for model in {type(page) for page in pages}:
        _add(model, [page for page in pages if type(page) is model])
    comments = Comment.get_indexed_objects().filter(
        discussion__proposal_id__gte=proposals[0].pk, discussion__proposal_id__lte=proposals[-1].pk
    )
    done = after = 0
    while chunk := list(comments.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        _add(Comment, chunk)
        done, after = done + len(chunk), chunk[-1].pk
        if done % SAY_EVERY == 0:
            say(f"  {done} comments")


def _add(model: type[Model], objects: Sequence[Model]) -> None:
    index = get_search_backend().get_index_for_model(model)
    for start in range(0, len(objects), CHUNK):
        index.add_items(model, objects[start : start + CHUNK])
