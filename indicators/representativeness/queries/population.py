"""Questions of the survey, with the shares of the population for each answer.

Sources, free to use if they are named: INSEE, « Données sur les quartiers – démographie 2020 », line of the
Eurométropole de Strasbourg (482,384 people); and the municipal population of 2016 of its 33 communes, of which the city
has 279,284 of 491,409. The two are of different years and are never added up. No published table crosses
age and gender by commune, hence three separate questions.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Group:
    """Answer to a question, with the share of the population in percent, if it is known."""

    key: str
    label: str | Promise
    percent: float | None = None


@dataclass(frozen=True)
class Question:
    """Voluntary question, with its answers in the order of the page. `source` is that of the shares."""

    key: str
    text: str | Promise
    groups: tuple[Group, ...]
    source: str | Promise

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(group.key for group in self.groups)


# The answer of those who prefer not to answer; it is counted.
NO_ANSWER = "non-dit"
PREFER_NOT_TO_ANSWER = Group(NO_ANSWER, _("I prefer not to answer"))
INSEE_2020 = _("INSEE, Données sur les quartiers, démographie 2020, Eurométropole de Strasbourg")

QUESTIONS = (
    Question(
        "commune",
        _("Where do you live?"),
        (
            Group("strasbourg", _("In Strasbourg"), 56.8),
            Group("autre", _("In another commune of the metropolis"), 43.2),
            Group("ailleurs", _("Elsewhere")),
            PREFER_NOT_TO_ANSWER,
        ),
        _("INSEE, municipal population 2016 of the 33 communes"),
    ),
    Question(
        "age",
        _("How old are you?"),
        (
            Group("0-24", _("Less than 25"), 33.2),
            Group("25-59", _("25 to 59"), 45.3),
            Group("60", _("60 or more"), 21.5),
            PREFER_NOT_TO_ANSWER,
        ),
        INSEE_2020,
    ),
    Question(
        "genre",
        _("Are you…"),
        (
            Group("femme", _("A woman"), 52.3),
            Group("homme", _("A man"), 47.7),
            Group("autre", _("Neither of these")),
            PREFER_NOT_TO_ANSWER,
        ),
        INSEE_2020,
    ),
)
