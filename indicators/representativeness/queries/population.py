"""Questions of the survey, with the share of the population for each answer.

The shares and their sources come from the file of the city (`common.city`). Shares by place and by person may be of
different years and are never added up. No published table crosses age and gender by commune, hence three questions.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from common.city import CITY


@dataclass(frozen=True)
class Group:
    """Answer to a question, with the share of the population in percent, if known."""

    key: str
    label: str | Promise
    percent: float | None = None


@dataclass(frozen=True)
class Question:
    """Voluntary question, with its answers in display order. `source` is that of the shares."""

    key: str
    text: str | Promise
    groups: tuple[Group, ...]
    source: str | Promise

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(group.key for group in self.groups)


# Answer of people who prefer not to answer; it is counted.
NO_ANSWER = "non-dit"
PREFER_NOT_TO_ANSWER = Group(NO_ANSWER, _("I prefer not to answer"))
SHARES = CITY.population

QUESTIONS = (
    Question(
        "commune",
        _("Where do you live?"),
        (
            Group(slugify(CITY.name), capfirst(CITY.in_city), SHARES.city),
            Group("autre", _("In another commune of the metropolis"), SHARES.other_communes),
            Group("ailleurs", _("Elsewhere")),
            PREFER_NOT_TO_ANSWER,
        ),
        SHARES.communes_source,
    ),
    Question(
        "age",
        _("How old are you?"),
        (
            Group("0-24", _("Less than 25"), SHARES.under_25),
            Group("25-59", _("25 to 59"), SHARES.from_25_to_59),
            Group("60", _("60 or more"), SHARES.from_60),
            PREFER_NOT_TO_ANSWER,
        ),
        SHARES.people_source,
    ),
    Question(
        "genre",
        _("Are you…"),
        (
            Group("femme", _("A woman"), SHARES.women),
            Group("homme", _("A man"), SHARES.men),
            Group("autre", _("Neither of these")),
            PREFER_NOT_TO_ANSWER,
        ),
        SHARES.people_source,
    ),
)
