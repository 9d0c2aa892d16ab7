"""Register of decisions: the chain, the checker, the triggers of the database."""

# ruff: noqa: S608 - the names in the statements are our own.

import datetime as dt
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from committee import verify_register
from committee.models import RegisterEntry
from committee.register.exports import export
from committee.register.queries import head_at
from committee.register.services.redaction import redact
from committee.verify_register import GENESIS, Broken, verify
from tests.committee.minutes import DAY, NOW, Role, approve, approved, held, member, opened
from tests.committee.register import VOTED, enter
from tests.guards import guarded_by, sql
from tests.tables import assert_table, undone

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
Kind = RegisterEntry.Kind
refusal_of = guarded_by("committee_register_switch")


class TestChain:
    def test_approval_registers_the_decisions_in_order(self, coordinator):
        session = approved(coordinator=coordinator)
        first, second = RegisterEntry.objects.all()
        assert (first.number, first.rank, first.text) == (1, 1, "Le comité demande un guide.")
        assert (second.number, second.rank, second.previous_hash) == (2, 2, first.hash)
        assert first.previous_hash == GENESIS
        assert str(first.session_day) == session.slug
        assert first.approved_on == (NOW - DAY).date()
        assert verify(export())

    def test_hashes_can_be_recomputed_from_the_documentation(self):
        """Recomputed from docs/register.md, without the code of the register."""
        import hashlib

        entries = [enter(1), enter(2, **VOTED)]
        texts = {"text", "responsible", "salt"}
        for entry, data in zip(entries, json.loads(export())["entries"], strict=True):

            def digest(names, data=data):
                part = {name: data[name] for name in names}
                text = json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                return hashlib.sha256(text.encode()).hexdigest()

            removable = texts | {"dissents"} & data.keys()
            assert digest(removable) == entry.commitment
            assert digest(data.keys() - removable - {"hash"}) == entry.hash
            assert len(data) == (18 if entry.number == 1 else 24)

    def test_text_is_normalized_before_hashing(self):
        composed, parts = enter(text="é"), "e\u0301"
        data = {"responsible": "Aïcha N.", "salt": composed.salt, "text": parts}
        assert verify_register.commitment_of(data) == composed.commitment

    def test_entry_is_never_dated_before_the_previous_one(self):
        enter(1)
        assert enter(2, now=NOW - DAY).recorded_at == NOW
        assert head_at(NOW - DAY) is None

    def test_head_at_a_given_time_does_not_change(self):
        first = enter(1)
        head = head_at(NOW)
        enter(2, now=NOW + DAY)
        assert head_at(NOW) == head
        assert (head.decisions, head.hash) == (1, first.hash)
        assert head_at().decisions == 2

    def test_export_is_deterministic_json(self, entries, tmp_path, capsysbinary):
        file = tmp_path / "registre.json"
        call_command("export_decisions", output=file)
        call_command("export_decisions")
        assert file.read_bytes() == export() == capsysbinary.readouterr().out
        content = json.loads(export())
        assert content["head"] == content["entries"][-1]["hash"] == entries[-1].hash
        assert len(content["entries"]) == 5

    def test_file_that_cannot_be_written_is_named(self, tmp_path):
        with pytest.raises(CommandError, match=tmp_path.name):
            call_command("export_decisions", output=tmp_path)


class TestChecker:
    def run(self, file, *more):
        command = [sys.executable, "-I", verify_register.__file__, str(file), *more]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    def test_usage_is_in_french(self, tmp_path):
        answer = self.run(tmp_path / "registre.json", "une", "deux")
        assert answer.returncode == 2
        assert "La seconde forme cherche aussi l’inscription" in answer.stderr

    def test_checker_needs_only_python_and_reports_removed_texts(self, entries, tmp_path):
        file = tmp_path / "registre.json"
        file.write_bytes(export())
        answer = self.run(file)
        assert answer.returncode == 0
        assert "Décision 2 : texte retiré par l’inscription 4." in answer.stdout
        assert f"5 inscriptions. Empreinte : {entries[-1].hash}" in answer.stdout
        for prefix, code in [(entries[2].hash[:16], 0), (entries[2].hash[:8], 1), ("0" * 16, 1)]:
            assert self.run(file, prefix).returncode == code
        assert self.run(tmp_path / "absent.json").returncode == 2

    def test_entries_of_both_formats_are_in_one_chain(self, coordinator):
        """Old entries keep their bytes; the register announces the second format once an entry has it."""
        before = enter(1)
        former = export()
        assert b'"registre-des-decisions/1"' in former
        assert b"manner" not in former
        voted = enter(2, **VOTED)
        enter(3)
        content = export()
        assert b'"registre-des-decisions/2"' in content
        assert [entry["hash"] for entry in verify(content)][:2] == [before.hash, voted.hash]
        assert content.split(b"\n")[1] == former.split(b"\n")[1] + b","
        for name in (*verify_register.VOTE, "dissents"):
            data = [json.loads(line.removesuffix(b",")) for line in content.split(b"\n")[1:-2]]
            data[1][name] = 9 if isinstance(data[1][name], int) else "bulletin"
            with pytest.raises(Broken) as broken:
                verify(b"\n".join(verify_register.lines_of(data)) + b"\n")
            assert broken.value.line == 3, name
        with pytest.raises(Broken, match="n’a pas la forme"):
            verify(content.replace(b'"manner":"main-levee"', b'"manner":""'))
        redact(entry=voted, actor=coordinator, reason="Demande.", now=NOW)
        assert b"trop cher" not in export()
        assert verify(export())

    def test_empty_register_is_valid(self):
        assert verify(export()) == []

    def test_checker_reports_the_line_of_any_changed_byte(self, entries):
        """Every byte of an export, changed in three ways: a bit, a letter in another case, the end of a line."""
        content = export()
        assert verify(content)
        for place, byte in enumerate(content):
            line = content[:place].count(b"\n") + 1
            for other in {byte ^ 1, byte ^ 0x20, 0x0A} - {byte}:
                changed = content[:place] + bytes([other]) + content[place + 1 :]
                with pytest.raises(Broken) as broken:
                    verify(changed)
                assert broken.value.line == line, (place, byte, other, str(broken.value))

    def test_removed_or_moved_line_is_detected(self, entries):
        lines = export().split(b"\n")
        for changed, line in [
            ([*lines[:2], *lines[3:]], 3),
            ([*lines[:2], lines[3], lines[2], *lines[4:]], 3),
            ([*lines[:2], lines[1], *lines[2:]], 3),
            (lines[:-2], len(lines) - 1),
            ([*lines, b""], len(lines) - 1),
        ]:
            with pytest.raises(Broken) as broken:
                verify(b"\n".join(changed))
            assert broken.value.line == line

    def test_change_with_recomputed_hash_is_detected_for_every_field(self, entries):
        """If the hash of the line is recomputed too, the next line reveals the change."""
        data = [json.loads(line.removesuffix(b",")) for line in export().split(b"\n")[1:-2]]
        for name in verify_register.CHAINED:
            forged = [dict(entry) for entry in data]
            forged[0][name] = {"number": 1}.get(name, "autre")
            if name == "number":
                continue
            forged[0]["hash"] = verify_register.hash_of(forged[0])
            with pytest.raises(Broken) as broken:
                verify(b"\n".join(verify_register.lines_of(forged)) + b"\n")
            assert broken.value.line in (2, 3), name

    def test_text_that_does_not_match_its_commitment_is_refused(self, entries):
        for number, change, line in [
            (0, {"text": "Autre."}, 2),
            (0, {"text": "", "responsible": "", "salt": ""}, 2),
            (1, {"text": "Revenu."}, 3),
            (3, {"text": "Un mot."}, 5),
        ]:
            data = [json.loads(line.removesuffix(b",")) for line in export().split(b"\n")[1:-2]]
            data[number].update(change)
            with pytest.raises(Broken) as broken:
                verify(b"\n".join(verify_register.lines_of(data)) + b"\n")
            assert broken.value.line == line

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"entries":[', b"[]\n"])
    def test_invalid_file_is_refused(self, content):
        with pytest.raises(Broken):
            verify(content)

    def test_change_in_the_database_is_detected(self, entries):
        """The tests may write what a real site cannot: an attacker who removed the triggers."""
        for number, change in [(1, {"text": "Autre."}), (3, {"topic": "Autre"}), (5, {"due_on": dt.date(2030, 1, 1)})]:
            with transaction.atomic():
                RegisterEntry.objects.filter(number=number).update(**change)
                with pytest.raises(Broken) as broken:
                    verify(export())
                assert broken.value.line == number + 1
                transaction.set_rollback(True)
        assert verify(export())


class TestGuard:
    """Changes refused by the database itself, on PostgreSQL and on SQLite."""

    TABLE = "committee_registerentry"
    REFUSED = "append-only"

    def test_database_refuses_changes_of_any_field(self, entries):
        names = [field.column for field in RegisterEntry._meta.get_fields() if field.concrete and field.name != "id"]
        results = {}
        for name in names:
            value = {"number": 99, "rank": 9, "redacts": 9, "topic_number": 9, **VOTED}.get(name, "2030-01-01")
            with undone():
                error = refusal_of(partial(sql, f"UPDATE {self.TABLE} SET {name} = %s WHERE number = 1", value))
                results[name] = self.REFUSED in error
        assert_table(results, dict.fromkeys(names, True))

    def test_database_refuses_deletions(self, entries):
        assert self.REFUSED in refusal_of(lambda: sql(f"DELETE FROM {self.TABLE} WHERE number = 5"))
        assert RegisterEntry.objects.count() == 5

    def test_text_can_be_removed_only_with_a_removal_entry(self, entries, coordinator):
        emptied = f"UPDATE {self.TABLE} SET text = '', responsible = '', salt = ''"
        assert self.REFUSED in refusal_of(lambda: sql(f"{emptied} WHERE number = 1"))
        answer = refusal_of(lambda: redact(entry=entries[0], actor=coordinator, reason="Demande.", now=NOW))
        assert answer == ""
        assert RegisterEntry.objects.get(number=1).is_redacted
        assert self.REFUSED in refusal_of(lambda: sql(f"{emptied}, reason = 'x' WHERE number = 1"))
        answer = refusal_of(lambda: redact(entry=entries[4], actor=coordinator, reason="Demande.", now=NOW))
        assert answer == ""
        assert self.REFUSED in refusal_of(lambda: sql(f"{emptied}, dissents = '', votes_for = 9 WHERE number = 5"))
        assert self.REFUSED in refusal_of(lambda: sql(f"UPDATE {self.TABLE} SET text = 'x' WHERE number = 1"))

    def test_entry_can_be_added_only_at_the_end(self, entries):
        assert refusal_of(lambda: enter(6)) == ""
        last = RegisterEntry.objects.last()
        assert last.number == 6
        columns = ", ".join(field.column for field in RegisterEntry._meta.concrete_fields if field.name != "id")
        copied = columns.replace("number,", "99,", 1).replace(" previous_hash", " 'x'").replace(" hash", " 'y'")
        copied = copied.replace("redacts", "NULL")
        assert self.REFUSED in refusal_of(
            lambda: sql(f"INSERT INTO {self.TABLE} ({columns}) SELECT {copied} FROM {self.TABLE} WHERE number = 1")
        )

    def test_database_refuses_replace_and_truncate(self, entries):
        """SQLite's REPLACE and PostgreSQL's TRUNCATE do not fire the triggers of deletions."""
        around = {
            "sqlite": f"REPLACE INTO {self.TABLE} SELECT * FROM {self.TABLE} WHERE number = 5",
            "postgresql": f"TRUNCATE {self.TABLE} CASCADE",
        }
        assert self.REFUSED in refusal_of(lambda: sql(around[connection.vendor]))
        assert RegisterEntry.objects.count() == 5

    def test_model_refuses_changes_and_deletions(self, entries):
        with pytest.raises(TypeError):
            entries[0].save()
        with pytest.raises(TypeError):
            entries[0].delete()

    def test_no_entry_has_two_successors(self, entries):
        twin = RegisterEntry(
            number=99,
            kind=Kind.DECISION,
            recorded_at=NOW,
            session_day=NOW.date(),
            previous_hash=entries[0].hash,
            hash="x",
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()

    def test_switch_is_unique_and_cannot_be_opened(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM committee_register_switch")
            assert cursor.fetchone()[0] == 1
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO committee_register_switch (id, is_open) VALUES (2, true)")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_concurrent_approvals_make_one_chain():
    """Four minutes are approved at the same time on four connections."""
    coordinator = member(Role.COORDINATOR)
    later = held(1)
    sessions = [held(days) for days in (5, 10, 15, 20)]
    for session in sessions:
        opened(session, coordinator)

    def run(call):
        try:
            call()
        finally:
            connections.close_all()

    calls = [partial(approve, session, coordinator, later) for session in sessions]
    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(run, calls))
    assert [entry["number"] for entry in verify(export())] == list(range(1, 9))
