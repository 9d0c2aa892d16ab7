"""Answers of a ballot, and their text format.

An answer gives an integer to each choice that it names: 1 for a tick, its rank (1 is the preferred choice), or its
points. Its text format is `12=1,15=2`, sorted by choice id, so that equal answers have equal texts. An optional
question without an answer, or one left blank on paper, is the empty text, and counted as such. A free-text answer is
stored as it is.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from common.sanitising import clean_text

Answer: TypeAlias = Mapping[int, int]
# Answer to a question: `{choice id: number}`, or a text.
AnswerValue: TypeAlias = Answer | str
NO_ANSWER = ""
# Separator between group and answer, where a question makes groups; neither contains it.
GROUP_MARK = "|"


def write(answer: AnswerValue) -> str:
    """Returns the canonical text of `answer` ({choice id: number}, or a text)."""
    if isinstance(answer, str):
        return clean_text(answer).strip()
    return ",".join(f"{choice}={number}" for choice, number in sorted(answer.items()))


def read(text: str) -> dict[int, int]:
    """Parses the text of `write` for an answer with choices."""
    pairs = (pair.split("=") for pair in text.split(",") if pair)
    return {int(choice): int(number) for choice, number in pairs}


def in_group(group: str, text: str) -> str:
    """Returns the key of the answer `text` in counts by group; both arguments are in text format."""
    return f"{group}{GROUP_MARK}{text}"


def without_groups(counts: Mapping[str, int]) -> dict[str, int]:
    """Returns the number of people per answer, all groups together."""
    whole: Counter[str] = Counter()
    for text, people in counts.items():
        whole[text.rpartition(GROUP_MARK)[2]] += people
    return dict(whole)


def of_group(counts: Mapping[str, int], group: str) -> dict[str, int]:
    """Returns the number of people of `group` per answer."""
    mark = in_group(group, "")
    return {text.removeprefix(mark): people for text, people in counts.items() if text.startswith(mark)}
