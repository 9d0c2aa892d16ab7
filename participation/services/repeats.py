"""Detection of repeated texts."""

from collections.abc import Iterable
from datetime import timedelta
from difflib import SequenceMatcher

# Maximum age and number of the latest texts to compare with.
REPEATED_WITHIN = timedelta(days=7)
COMPARED_TEXTS = 20
# Short texts are often alike ("Je suis d'accord"); long ones are not.
COMPARED_LENGTH = 60
ALIKE = 0.9


def is_like_one_of(text: str, others: Iterable[str]) -> bool:
    """Returns whether `text` repeats one of `others`, except for a few letters."""
    words = " ".join(text.casefold().split())
    if len(words) < COMPARED_LENGTH:
        return False
    matcher = SequenceMatcher(None, b=words, autojunk=False)
    for other in others:
        matcher.set_seq1(" ".join(other.casefold().split()))
        # The first two are upper bounds, and fast.
        if all(ratio() >= ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)):
            return True
    return False
