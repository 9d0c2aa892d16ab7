"""Verdict on the digests of one scenario, from the log of the mail server and the rows of the database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

# States in which a mail has not arrived, as the page of its sending shows.
VISIBLE = ("held", "failed")
OVER = ("sent", "bounced", "failed", "held", "expired", "cancelled", "skipped_empty")
MOST_COPIES = 2


@dataclass(frozen=True)
class Row:
    """Final state of a mail in the database."""

    to: str
    message_id: str
    state: str
    uncertain: int = 0


@dataclass(frozen=True)
class Account:
    """Figures of one edition, and the number of its mails in each state."""

    candidates: int
    planned: int
    skipped: int
    states: Counter[str]

    @property
    def is_balanced(self) -> bool:
        """True if each recipient has a digest or had nothing to read, and each digest has a final state."""
        return self.candidates == self.planned + self.skipped and self.planned == sum(
            count for state, count in self.states.items() if state in OVER
        )


@dataclass
class Result:
    """Row of the table. `problems` are sentences; none means success."""

    database: str
    scenario: str
    recipients: int = 0
    faults: int = 0
    lost: int = 0
    extra: int = 0
    flagged: int = 0
    max_copies: int = 0
    seconds: float = 0
    problems: list[str] = field(default_factory=list)
    # Reason why the scenario was skipped.
    skipped: str = ""


def judge(
    result: Result,
    *,
    recipients: Sequence[str],
    rows: Sequence[Row],
    taken: Sequence[tuple[str, str]],
    accounts: Sequence[Account] = (),
    most_extra: int | None = None,
) -> None:
    """Adds counts and problems to `result`.

    Each of `recipients` should get one mail. `taken` is (Message-ID, recipient) of each copy that the server accepted.
    More than `most_extra` surplus copies are a problem even if they are flagged.
    """
    say = result.problems.append
    copies = Counter(to for _message_id, to in taken)
    rows_of: dict[str, list[Row]] = {}
    for row in rows:
        rows_of.setdefault(row.to, []).append(row)
    result.recipients = len(recipients)
    lost = [to for to in recipients if not copies[to] and not any(row.state in VISIBLE for row in rows_of.get(to, []))]
    result.lost = len(lost)
    strangers = set(copies) - set(recipients)
    if strangers:
        say(f"{len(strangers)} people got a mail that was not for them")
    extras = {to: count - (to not in strangers) for to, count in copies.items()}
    taken_ids = {message_id for message_id, _to in taken}
    result.extra = sum(extras.values())
    result.flagged = sum(
        min(extra, sum(row.uncertain for row in rows_of.get(to, []) if row.message_id in taken_ids))
        for to, extra in extras.items()
    )
    result.max_copies = max(copies.values(), default=0)
    by_id = {row.message_id: row for row in rows}
    unsent = [row for row in rows if row.state == "sent" and row.message_id not in taken_ids]
    if unsent:
        say(f"{len(unsent)} mails are marked as sent and the server has not seen them")
    unknown = [taken_id for taken_id in taken_ids if taken_id not in by_id]
    if unknown:
        say(f"the server took {len(unknown)} mails that the database does not know")
    silent = [row for row in rows if row.message_id in taken_ids and row.state != "sent" and not row.uncertain]
    if silent:
        say(f"the server took {len(silent)} mails whose rows say neither sent nor uncertain")
    if result.lost:
        say(f"{result.lost} lost")
    if result.extra > result.flagged:
        say(f"{result.extra - result.flagged} copies too many are not flagged")
    if result.max_copies > MOST_COPIES:
        say(f"somebody got {result.max_copies} copies")
    if most_extra is not None and result.extra > most_extra:
        say(f"{result.extra} copies too many, {most_extra} at most were to be expected")
    open_rows = [row for row in rows if row.state not in OVER]
    if open_rows:
        say(f"{len(open_rows)} mails have no end")
    if not all(account.is_balanced for account in accounts):
        say("the accounts of an edition do not balance")


def exit_code(results: Sequence[Result]) -> int:
    """Returns 1 if there is a problem, or if no scenario was played."""
    return int(any(result.problems for result in results) or all(result.skipped for result in results))


def table(results: Sequence[Result]) -> str:
    """Returns the results as Markdown."""
    head = ["database", "scenario", "recipients", "faults", "lost", "extra", "flagged", "max copies", "s"]
    lines = [head, ["---", "---", *["--:"] * 7]]
    for result in results:
        if result.skipped:
            lines.append([result.database, result.scenario, "skipped", *[""] * 6])
            continue
        figures = (
            result.recipients,
            result.faults,
            result.lost,
            result.extra,
            result.flagged,
            result.max_copies,
            f"{result.seconds:.0f}",
        )
        lines.append([result.database, result.scenario, *map(str, figures)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def last_line(results: Sequence[Result]) -> str:
    """Returns the totals of all scenarios in one line."""
    lost, extra, flagged = (sum(getattr(result, name) for result in results) for name in ("lost", "extra", "flagged"))
    max_copies = max((result.max_copies for result in results), default=0)
    return f"lost={lost} extra={extra} flagged={flagged} max_copies={max_copies}"
