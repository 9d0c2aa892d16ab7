"""Sentences that look like French, randomly combined from a few frames and word lists."""

from random import Random

from demo.content import read

WORDS = read("load")
# Number of sentences made once, from which texts are drawn: fast, and words repeat as in real texts.
POOL = 3_000


class Writer:
    """Generator of titles, names and texts; deterministic for one random generator."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._sentences = [self._fill(rng.choice(WORDS["frames"])) for _number in range(POOL)]

    def _fill(self, frame: str) -> str:
        choice = self._rng.choice
        thing = choice(WORDS["things"])
        return frame.format(
            subject=choice(WORDS["subjects"]),
            trouble=choice(WORDS["troubles"]),
            thing=thing,
            Thing=thing[0].upper() + thing[1:],
            place=choice(WORDS["places"]),
            people=choice(WORDS["people"]),
            effect=choice(WORDS["effects"]),
        )

    def title(self) -> str:
        return self._fill(self._rng.choice(WORDS["titles"]))

    def name(self) -> str:
        """Returns a name such as « Clara B. »"""
        return f"{self._rng.choice(WORDS['first_names'])} {self._rng.choice('ABCDEFGHIKLMNOPRSTVWZ')}."

    def text(self, fewest: int, most: int) -> str:
        """Returns between `fewest` and `most` sentences, four to a paragraph."""
        sentences = self._rng.choices(self._sentences, k=self._rng.randint(fewest, most))
        return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
