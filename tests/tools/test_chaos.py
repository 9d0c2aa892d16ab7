"""Verdict of `make chaos`: it must be able to fail."""

import json
import smtplib
from collections import Counter

import pytest

from tools.chaos import __main__ as chaos
from tools.chaos import sink
from tools.chaos.schedules import play_many
from tools.chaos.verdict import Account, Result, Row, judge, last_line

PEOPLE = ["a@courriel.example", "b@courriel.example", "c@courriel.example"]
TAKEN = [(f"<{to}>", to) for to in PEOPLE]


def row(to, state="sent", uncertain=0):
    return Row(to, f"<{to}>", state, uncertain)


def verdict(*, rows=None, taken=TAKEN, states=None, most_extra=None):
    """Judges a run with three recipients, each with one digest unless the test changes it."""
    rows = [row(to) for to in PEOPLE] if rows is None else rows
    account = Account(3, 3, 0, Counter(one.state for one in rows) if states is None else states)
    result = Result("SQLite", "T0")
    judge(result, recipients=PEOPLE, rows=rows, taken=taken, accounts=[account], most_extra=most_extra)
    return result


def code_and_last_line(result, capsys):
    code = chaos.report([result], nothing_may_be_skipped=True)
    return code, capsys.readouterr().out.splitlines()[-1]


def test_mails_delivered_once_pass(capsys):
    assert code_and_last_line(verdict(), capsys) == (0, "lost=0 extra=0 flagged=0 max_copies=1")


def test_duplicate_flagged_in_the_database_passes(capsys):
    rows = [row(PEOPLE[0], uncertain=1), row(PEOPLE[1]), row(PEOPLE[2])]
    result = verdict(rows=rows, taken=[*TAKEN, TAKEN[0]])
    assert code_and_last_line(result, capsys) == (0, "lost=0 extra=1 flagged=1 max_copies=2")


@pytest.mark.parametrize("state", ["held", "failed"])
def test_held_or_failed_mail_is_not_lost(state):
    result = verdict(rows=[row(PEOPLE[0], state, 2), row(PEOPLE[1]), row(PEOPLE[2])], taken=TAKEN[1:])
    assert (result.lost, result.problems) == (0, [])


@pytest.mark.parametrize(
    ("state", "also"),
    [("sent", "the server has not seen them"), ("pending", "have no end"), ("expired", "lost"), (None, "not balance")],
)
def test_undelivered_and_unreported_mail_is_lost(state, also, capsys):
    rows = [row(PEOPLE[1]), row(PEOPLE[2])] + ([row(PEOPLE[0], state)] if state else [])
    result = verdict(rows=rows, taken=TAKEN[1:])
    assert any(also in problem for problem in result.problems)
    assert code_and_last_line(result, capsys) == (1, "lost=1 extra=0 flagged=0 max_copies=1")


def test_duplicate_without_flag_fails(capsys):
    result = verdict(taken=[*TAKEN, TAKEN[0]])
    assert code_and_last_line(result, capsys) == (1, "lost=0 extra=1 flagged=0 max_copies=2")


def test_flag_of_another_mail_does_not_excuse_a_duplicate():
    rows = [row(PEOPLE[0]), row(PEOPLE[1], uncertain=1), row(PEOPLE[2])]
    result = verdict(rows=rows, taken=[*TAKEN, TAKEN[0]])
    assert (result.extra, result.flagged) == (1, 0)
    assert result.problems


def test_three_copies_fail_even_if_flagged(capsys):
    rows = [row(PEOPLE[0], uncertain=2), row(PEOPLE[1]), row(PEOPLE[2])]
    result = verdict(rows=rows, taken=[*TAKEN, TAKEN[0], TAKEN[0]])
    assert code_and_last_line(result, capsys) == (1, "lost=0 extra=2 flagged=2 max_copies=3")


def test_more_duplicates_than_killed_senders_fail():
    rows = [row(PEOPLE[0], uncertain=1), row(PEOPLE[1]), row(PEOPLE[2])]
    assert verdict(rows=rows, taken=[*TAKEN, TAKEN[0]], most_extra=1).problems == []
    assert verdict(rows=rows, taken=[*TAKEN, TAKEN[0]], most_extra=0).problems


@pytest.mark.parametrize(
    "mail", [("<unknown>", PEOPLE[0]), ("<d>", "d@courriel.example")], ids=["not in the database", "for nobody"]
)
def test_unexpected_mail_fails(mail):
    assert verdict(taken=[*TAKEN, mail]).problems


def test_delivered_mail_with_a_cancelled_row_fails():
    assert verdict(rows=[row(PEOPLE[0], "cancelled"), row(PEOPLE[1]), row(PEOPLE[2])]).problems


def test_unbalanced_accounts_fail(capsys):
    assert code_and_last_line(verdict(states=Counter(sent=2)), capsys)[0] == 1


def test_skipped_database_is_reported_and_fails_if_skips_are_forbidden(capsys):
    results = [verdict(), Result("PostgreSQL", "all", skipped="not installed")]
    assert chaos.report(results, nothing_may_be_skipped=False) == 0
    assert "SKIPPED: all scenarios on PostgreSQL (not installed)" in capsys.readouterr().out
    assert chaos.report(results, nothing_may_be_skipped=True) == 1
    assert chaos.report(results[1:], nothing_may_be_skipped=False) == 1
    assert last_line(results) == "lost=0 extra=0 flagged=0 max_copies=1"


class DeadSupervisor:
    """Supervisor whose processes have all ended at once."""

    asked_to_stop = False

    def __init__(self, results):
        self.results = results

    def start(self, name, command, *, env):
        if name in self.results:
            out = next(part for part in command if part.endswith(".json"))
            with open(out, "w", encoding="utf-8") as file:
                json.dump(self.results[name], file)
        return type("Ended", (), {"poll": lambda self: 0})()


def test_run_without_verdict_fails(tmp_path):
    there = [{"database": "SQLite", "scenario": "T1", "recipients": 3}]
    results = chaos.play(1, [], tmp_path, DeadSupervisor({"SQLite": there}))
    assert [bool(one.problems) for one in results] == [False, True]


def test_faults_depend_on_the_seed_and_have_the_given_frequency():
    def chosen(seed):
        faults = sink.Faults(seed, {sink.LATER: 0.05, sink.CUT: 0.01})
        return [faults.choose(f"p{number}@courriel.example", 0) for number in range(2_000)]

    assert chosen(1) == chosen(1) != chosen(2)
    assert 60 < chosen(1).count(sink.LATER) < 140
    assert 5 < chosen(1).count(sink.CUT) < 40


def test_server_records_mail_before_its_reply_and_simulates_faults(tmp_path):
    with sink.serving(tmp_path / "taken") as (server, port):

        def send(fault):
            server.begin(tmp_path / "taken", faults=sink.Faults(1, {fault: 1} if fault else {}))
            with smtplib.SMTP("127.0.0.1", port, timeout=600) as client:
                client.sendmail("x@comite.example", [PEOPLE[0]], b"Message-ID: <1>\r\n\r\nBonjour")

        send("")
        assert server.notes() == [("<1>", PEOPLE[0])]
        for fault, noted in ((sink.REPLY_LOST, 1), (sink.CUT, 0)):
            with pytest.raises(smtplib.SMTPServerDisconnected):
                send(fault)
            assert len(server.notes()) == noted
        for fault, error in (
            (sink.LATER_AT_ONCE, smtplib.SMTPRecipientsRefused),
            (sink.LATER, smtplib.SMTPDataError),
            (sink.NEVER, smtplib.SMTPDataError),
        ):
            with pytest.raises(error):
                send(fault)
            assert server.notes() == []


@pytest.mark.thorough
@pytest.mark.django_db
def test_random_schedules_satisfy_all_invariants():
    result = Result("", "T7")
    play_many(result, seed=1, schedules=8)
    assert result.problems == []
    assert result.recipients > 20
    assert result.faults > 10
