"""Chart of the answers to a question of a poll."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.bars import Bars, Group
from common.charts.values import Series, Tone
from polls.models import Question
from polls.queries.results import ChoiceResult, Decision, Tally

Kind = Question.Kind


def chart_of(tally: Tally, decision: Decision | None = None) -> Bars:
    """Returns the choices of `tally` as bars of their shares, the best first, with points and people as text.

    `decision` is the outcome (`decision_of`), if the poll requires a share.
    """
    kind = tally.question.kind
    is_ranked, is_weighed = kind == Kind.RANKED, tally.question.is_weighed
    people_head = _("First places") if is_ranked else _("How many")
    return Bars(
        title=_answers(tally),
        sentence=_sentence(tally, decision),
        head=_("Answer"),
        series=[Series(_("Share"), Tone.WATER)],
        groups=[_group(line, is_ranked, is_weighed, decision) for line in tally.lines] if tally.people else [],
        fact_heads=[_("Points"), people_head] if is_weighed else [people_head],
        unit="%",
        full=100,
        notes=[_points_of_places(len(tally.lines))] if is_ranked else [],
        nothing=_("Nobody has answered yet."),
    )


def _group(line: ChoiceResult, is_ranked: bool, is_weighed: bool, decision: Decision | None) -> Group:
    people = line.first if is_ranked else line.people
    facts = [line.score, people] if is_weighed else [people]
    is_adopted = decision is not None and line in decision.adopted
    return Group(line.choice.text, [line.percent], facts, _("Adopted") if is_adopted else "")


def _answers(tally: Tally) -> str:
    answers = ngettext("%(number)s answer", "%(number)s answers", tally.people) % {"number": tally.people}
    if not tally.by_agents:
        return answers
    by_agents = ngettext(
        "of which %(number)s entered by an agent", "of which %(number)s entered by an agent", tally.by_agents
    )
    return f"{answers}, {by_agents % {'number': tally.by_agents}}"


def _points_of_places(choices: int) -> str:
    return ngettext(
        "A first place gives %(number)s point, each next place one less.",
        "A first place gives %(number)s points, each next place one less.",
        choices,
    ) % {"number": choices}


def _sentence(tally: Tally, decision: Decision | None) -> str:
    """Returns a sentence with the leading choices, and the adopted ones."""
    if not tally.people:
        return ""
    first, is_shared = tally.lines[0], len(tally.leaders) > 1
    words = [_("Several choices share the first place.") if is_shared else _first_place(tally.question.kind, first)]
    if decision is not None:
        words.append(_adopted(decision, is_shared))
    return " ".join(words)


def _adopted(decision: Decision, is_shared: bool) -> str:
    if decision.is_tied:
        return _("A tie adopts nothing: the committee decides.")
    if not decision.adopted:
        return _("No choice has the share that is required.")
    return _("They are adopted.") if is_shared else _("It is adopted.")


def _first_place(kind: str, first: ChoiceResult) -> str:
    said = {"choice": first.choice.text, "percent": first.percent, "people": first.first}
    if kind == Kind.POINTS:
        return _("“%(choice)s” comes first, with %(percent)s %% of the points.") % said
    if kind == Kind.RANKED:
        return (
            ngettext(
                "“%(choice)s” comes first: %(people)s person prefers it to all others.",
                "“%(choice)s” comes first: %(people)s people prefer it to all others.",
                first.first,
            )
            % said
        )
    return _("The answer given most often: “%(choice)s” (%(percent)s %%).") % said
