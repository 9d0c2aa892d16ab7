"""Recognition of a text that is sent again."""

from collections.abc import Iterable
from datetime import timedelta
from difflib import SequenceMatcher

# A text is compared with so many of the latest ones of its author, of so many days.
REPEATED_WITHIN = timedelta(days=7)
COMPARED_TEXTS = 20
# Two short answers are often alike ("Je suis d'accord"); two long ones are not.
COMPARED_LENGTH = 60
ALIKE = 0.9


def is_like_one_of(text: str, others: Iterable[str]) -> bool:
    """Says whether `text` repeats one of `others`, but for a few letters."""
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
