"""Sentences that look like French, put together at random from a few frames and lists of words."""

from random import Random

from demo.content import read

WORDS = read("load")
# Sentences are drawn from so many that were put together once: it is quick, and words repeat as they do in real texts.
POOL = 3_000


class Writer:
    """Writes titles, names and texts; the same ones for the same chance."""

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
        """« Clara B. »"""
        return f"{self._rng.choice(WORDS['first_names'])} {self._rng.choice('ABCDEFGHIKLMNOPRSTVWZ')}."

    def text(self, fewest: int, most: int) -> str:
        """Returns between `fewest` and `most` sentences, four to a paragraph."""
        sentences = self._rng.choices(self._sentences, k=self._rng.randint(fewest, most))
        return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
