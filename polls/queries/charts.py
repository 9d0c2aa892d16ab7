"""Chart of the answers to a question of a poll."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.bars import Bars, Group
from common.charts.values import Series, Tone
from polls.kinds import ChoiceResult, QuestionKind
from polls.queries.results import Decision, Tally


def chart_of(tally: Tally, decision: Decision | None = None) -> Bars:
    """Returns the choices of `tally` as bars of their shares, the best first, with points and people as text.

    `decision` is the outcome (`decision_of`), if the poll requires a share.
    """
    kind = tally.kind
    return Bars(
        title=_answers(tally),
        sentence=_sentence(tally, decision),
        head=_("Answer"),
        series=[Series(_("Share"), Tone.WATER)],
        groups=[_group(line, kind, decision) for line in tally.lines] if tally.people else [],
        fact_heads=[heading for heading, _field in kind.columns],
        unit="%",
        full=100,
        notes=kind.notes(),
        nothing=_("Nobody has answered yet."),
    )


def _group(line: ChoiceResult, kind: QuestionKind, decision: Decision | None) -> Group:
    facts = [getattr(line, field) for _heading, field in kind.columns]
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


def _sentence(tally: Tally, decision: Decision | None) -> str:
    """Returns a sentence with the leading choices, and the adopted ones."""
    if not tally.people:
        return ""
    first, is_shared = tally.lines[0], len(tally.leaders) > 1
    words = [_("Several choices share the first place.") if is_shared else tally.kind.leader_sentence(first)]
    if decision is not None:
        words.append(_adopted(decision, is_shared))
    return " ".join(words)


def _adopted(decision: Decision, is_shared: bool) -> str:
    if decision.is_tied:
        return _("A tie adopts nothing: the committee decides.")
    if not decision.adopted:
        return _("No choice has the share that is required.")
    return _("They are adopted.") if is_shared else _("It is adopted.")
