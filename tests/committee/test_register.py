"""Register of decisions: the chain, the checker, redactions, triggers of the database, the pages."""

# ruff: noqa: S608 - the names in the statements are our own.

import datetime as dt
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from committee import errors, verify_register
from committee.models import Correction, MinutesDecision, RegisterEntry, SessionDecision, SessionPage
from committee.register.exports import export
from committee.register.queries import head_at
from committee.register.services.chain import append
from committee.register.services.redaction import redact
from committee.verify_register import GENESIS, Broken, verify
from tests.committee.minutes import DAY, NOW, Role, approve, approved, decide, held, member, opened, propose
from tests.factories import TopicPageFactory, UserFactory
from tests.notices import notice_after

pytestmark = pytest.mark.django_db
Kind = RegisterEntry.Kind
PAGE = "/le-comite/decisions/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def enter(number=1, now=NOW, **fields):
    said = {"text": f"Décision {number} : « été » 🌻", "responsible": "Aïcha N.", "session_day": dt.date(2026, 11, 2)}
    return append(now=now, kind=Kind.DECISION, rank=number, **{**said, **fields})


@pytest.fixture
def entries(coordinator):
    """Four decisions, the second of which has lost its words."""
    found = [enter(number, topic="Inclusion" if number == 3 else "", topic_number=None) for number in (1, 2, 3)]
    redact(entry=found[1], actor=coordinator, reason="Demande d’une personne citée.", now=NOW)
    enter(4, due_on=dt.date(2026, 12, 1))
    return list(RegisterEntry.objects.all())


def shut(work):
    """Runs `work` as on a site, where the switch of the tests is off; says what the database answered."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE committee_register_switch SET is_open = false")
        try:
            with transaction.atomic():
                work(cursor)
        except IntegrityError as refusal:
            return str(refusal)
        finally:
            cursor.execute("UPDATE committee_register_switch SET is_open = true")
    return ""


def sql(statement, *values):
    return lambda cursor: cursor.execute(statement, values)


class TestChain:
    def test_an_approval_enters_the_decisions_in_order(self, coordinator):
        session = approved(coordinator=coordinator)
        first, second = RegisterEntry.objects.all()
        assert (first.number, first.rank, first.text) == (1, 1, "Le comité demande un guide.")
        assert (second.number, second.rank, second.previous_hash) == (2, 2, first.hash)
        assert first.previous_hash == GENESIS
        assert str(first.session_day) == session.slug
        assert first.approved_on == (NOW + DAY).date()
        assert verify(export())

    def test_what_is_hashed_is_what_the_documentation_says(self):
        """Recomputed without the code of the register, from docs/register.md."""
        import hashlib

        entry = enter()
        data = json.loads(export())["entries"][0]

        def digest(names):
            part = {name: data[name] for name in names}
            text = json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            return hashlib.sha256(text.encode()).hexdigest()

        assert digest(["text", "responsible", "salt"]) == entry.commitment
        assert digest(data.keys() - {"text", "responsible", "salt", "hash"}) == entry.hash

    def test_two_spellings_of_one_letter_are_one(self):
        composed, parts = enter(text="é"), "e\u0301"
        data = {"responsible": "Aïcha N.", "salt": composed.salt, "text": parts}
        assert verify_register.commitment_of(data) == composed.commitment

    def test_a_clock_that_jumps_back_does_not_put_an_entry_before_another(self):
        enter(1)
        assert enter(2, now=NOW - DAY).recorded_at == NOW
        assert head_at(NOW - DAY) is None

    def test_the_head_of_a_moment_is_the_same_for_ever(self):
        first = enter(1)
        head = head_at(NOW)
        enter(2, now=NOW + DAY)
        assert head_at(NOW) == head
        assert (head.decisions, head.hash) == (1, first.hash)
        assert head_at().decisions == 2

    def test_the_export_is_deterministic_and_is_json(self, entries, tmp_path, capsysbinary):
        file = tmp_path / "registre.json"
        call_command("export_decisions", output=file)
        call_command("export_decisions")
        assert file.read_bytes() == export() == capsysbinary.readouterr().out
        content = json.loads(export())
        assert content["head"] == content["entries"][-1]["hash"] == entries[-1].hash
        assert len(content["entries"]) == 5


class TestChecker:
    def run(self, file, *more):
        command = [sys.executable, "-I", verify_register.__file__, str(file), *more]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    def test_it_needs_only_python_and_says_what_was_removed(self, entries, tmp_path):
        file = tmp_path / "registre.json"
        file.write_bytes(export())
        answer = self.run(file)
        assert answer.returncode == 0
        assert "Décision 2 : texte retiré par l’inscription 4." in answer.stdout
        assert f"5 inscriptions. Empreinte : {entries[-1].hash}" in answer.stdout
        for wanted, code in [(entries[2].hash[:16], 0), (entries[2].hash[:8], 1), ("0" * 16, 1)]:
            assert self.run(file, wanted).returncode == code
        assert self.run(tmp_path / "absent.json").returncode == 2

    def test_an_empty_register_is_whole(self):
        assert verify(export()) == []

    def test_it_names_the_line_of_one_changed_byte_wherever_it_is(self, entries):
        """Every byte of an export, changed in three ways: a bit, a letter of another case, the end of a line."""
        content = export()
        assert verify(content)
        for place, byte in enumerate(content):
            line = content[:place].count(b"\n") + 1
            for other in {byte ^ 1, byte ^ 0x20, 0x0A} - {byte}:
                changed = content[:place] + bytes([other]) + content[place + 1 :]
                with pytest.raises(Broken) as broken:
                    verify(changed)
                assert broken.value.line == line, (place, byte, other, str(broken.value))

    def test_a_line_taken_away_or_put_elsewhere_is_found(self, entries):
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

    def test_every_field_counts_even_when_its_own_hash_is_made_again(self, entries):
        """Who also computes the hash of the line anew is found at the next one."""
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

    def test_words_without_their_commitment_are_refused(self, entries):
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
    def test_what_is_no_register_is_refused(self, content):
        with pytest.raises(Broken):
            verify(content)

    def test_a_change_in_the_database_is_found(self, entries):
        """The tests may write what a site cannot: somebody who took the guard away."""
        for number, change in [(1, {"text": "Autre."}), (3, {"topic": "Autre"}), (5, {"due_on": dt.date(2030, 1, 1)})]:
            with transaction.atomic():
                RegisterEntry.objects.filter(number=number).update(**change)
                with pytest.raises(Broken) as broken:
                    verify(export())
                assert broken.value.line == number + 1
                transaction.set_rollback(True)
        assert verify(export())


class TestGuard:
    """What the database refuses by itself, on PostgreSQL and on SQLite."""

    TABLE = "committee_registerentry"
    REFUSED = "append-only"

    @pytest.mark.parametrize(
        "name", [field.column for field in RegisterEntry._meta.get_fields() if field.concrete and field.name != "id"]
    )
    def test_no_field_is_changed(self, entries, name):
        value = {"number": 99, "rank": 9, "redacts": 9, "topic_number": 9}.get(name, "2030-01-01")
        assert self.REFUSED in shut(sql(f"UPDATE {self.TABLE} SET {name} = %s WHERE number = 1", value))

    def test_nothing_is_deleted(self, entries):
        assert self.REFUSED in shut(sql(f"DELETE FROM {self.TABLE} WHERE number = 5"))
        assert RegisterEntry.objects.count() == 5

    def test_the_words_of_a_decision_go_only_with_an_entry_that_says_so(self, entries, coordinator):
        emptied = f"UPDATE {self.TABLE} SET text = '', responsible = '', salt = ''"
        assert self.REFUSED in shut(sql(f"{emptied} WHERE number = 1"))
        answer = shut(lambda cursor: redact(entry=entries[0], actor=coordinator, reason="Demande.", now=NOW))
        assert answer == ""
        assert RegisterEntry.objects.get(number=1).is_redacted
        assert self.REFUSED in shut(sql(f"{emptied}, reason = 'x' WHERE number = 1"))
        assert self.REFUSED in shut(sql(f"UPDATE {self.TABLE} SET text = 'x' WHERE number = 1"))

    def test_an_entry_is_added_at_the_end_and_nowhere_else(self, entries):
        assert shut(lambda cursor: enter(6)) == ""
        last = RegisterEntry.objects.last()
        assert last.number == 6
        columns = ", ".join(field.column for field in RegisterEntry._meta.concrete_fields if field.name != "id")
        copied = columns.replace("number,", "99,", 1).replace(" previous_hash", " 'x'").replace(" hash", " 'y'")
        copied = copied.replace("redacts", "NULL")
        assert self.REFUSED in shut(
            sql(f"INSERT INTO {self.TABLE} ({columns}) SELECT {copied} FROM {self.TABLE} WHERE number = 1")
        )

    def test_the_way_around_that_each_database_has_is_closed(self, entries):
        """SQLite replaces a row, PostgreSQL empties a table, without asking the triggers of deletions."""
        around = {
            "sqlite": f"REPLACE INTO {self.TABLE} SELECT * FROM {self.TABLE} WHERE number = 5",
            "postgresql": f"TRUNCATE {self.TABLE} CASCADE",
        }
        assert self.REFUSED in shut(sql(around[connection.vendor]))
        assert RegisterEntry.objects.count() == 5

    def test_the_model_refuses_too(self, entries):
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

    def test_there_is_one_switch_and_the_site_keeps_it_shut(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM committee_register_switch")
            assert cursor.fetchone()[0] == 1
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO committee_register_switch (id, is_open) VALUES (2, true)")


class TestRemoval:
    SECRET = "Motpersonnel"

    def test_nobody_finds_the_words_again(self, client, coordinator):
        decisions = [{"text": f"{self.SECRET} est reçue.", "responsible": self.SECRET}]
        session = approved(coordinator=coordinator, decisions=decisions)
        entry = RegisterEntry.objects.get()

        def found():
            return [len(model.objects.search(self.SECRET)) for model in (RegisterEntry, SessionPage)]

        assert found() == [1, 1]
        removal = redact(entry=entry, actor=coordinator, reason="Demande d’une personne.", now=NOW + 2 * DAY)
        assert (removal.redacts, removal.author_role, removal.reason) == (1, "coordinator", "Demande d’une personne.")
        assert found() == [0, 0]
        for page in (PAGE, f"{PAGE}registre.json", session.url):
            assert self.SECRET not in client.get(page).content.decode(), page
        for row in (SessionDecision.objects.get(), MinutesDecision.objects.get()):
            assert (row.text[:12], row.responsible) == ("Texte retiré", "")
        revisions = SessionPage.objects.get(pk=session.pk).revisions.all()
        assert not any(self.SECRET in json.dumps(revision.content) for revision in revisions)
        page = client.get(PAGE).content.decode()
        assert "Le texte de cette décision a été retiré" in page
        assert "Demande d’une personne." in page
        assert verify(export())

    def test_the_minutes_say_it_no_more(self, client, coordinator, session, later):
        """Not the page, its versions, its drafts, the search, nor what members would have corrected."""
        said = f"{self.SECRET} est reçue à l'accueil le lundi"
        text = (
            f"## Ce qui s’est dit\n- Un guide aide.\n- **{self.SECRET}** est reçue à l’accueil le lundi ; "
            f"Louise Rose y va.\n\nLouise Rose demande un téléphone.\n\nEt {self.SECRET.upper()} est reçue\nà "
            "l’accueil le lundi !\n\nAutre passage."
        )
        opened(session, coordinator, text=text, decisions=[{"text": f"{said}.", "responsible": "Louise Rose"}])
        correction = propose(session, coordinator, passage=f"{self.SECRET} est reçue à l’accueil le lundi")
        decide(correction, coordinator, state=Correction.State.REFUSED)
        before = SessionPage.objects.get(pk=session.pk)
        before.introduction = f"En bref : {said}."
        before.save()
        approve(session, coordinator, later)
        entry = RegisterEntry.objects.get()
        redact(entry=entry, actor=coordinator, reason="Demande d’une personne.", now=NOW + 2 * DAY)
        session = SessionPage.objects.get(pk=session.pk)
        record = session.minutes_record
        read = client.get(session.url).content.decode()
        kept = [read, record.text, session.introduction, json.dumps(session.minutes.get_prep_value())]
        kept += [json.dumps(revision.content) for revision in session.revisions.all()]
        kept += [" ".join(map(str, Correction.objects.values().get().values()))]
        for text in kept:
            assert self.SECRET.casefold() not in text.casefold()
        assert len(SessionPage.objects.search(self.SECRET)) == 0
        assert read.count("Texte retiré") >= 4
        assert "[…] y va" in read
        for stays in ("Un guide aide.", "Louise Rose demande un téléphone.", "Autre passage."):
            assert stays in read
        assert session.get_latest_revision_as_object().minutes.get_prep_value() == session.minutes.get_prep_value()
        assert session.has_frozen_minutes()
        session.full_clean()

    def test_a_name_goes_from_the_rest_of_the_minutes_when_asked(self, client, coordinator):
        decisions = [{"text": "Le comité reçoit Léa Martin.", "responsible": ""}]
        session = approved(coordinator=coordinator, decisions=decisions, text="Léa Martin parle.\n\nUn guide aide.")
        client.force_login(coordinator)
        client.post(reverse("committee:redact", args=[1]), {"reason": "Demande.", "also": "Léa Martin"})
        read = client.get(session.url).content.decode()
        assert "Martin" not in read
        assert "[…] parle." in read
        assert "Martin" not in json.dumps([entry.reason for entry in RegisterEntry.objects.all()])

    def test_the_page_is_found_even_if_its_day_was_moved(self, client, coordinator):
        session = approved(
            coordinator=coordinator, decisions=[{"text": f"{self.SECRET} est reçue.", "responsible": ""}]
        )
        SessionPage.objects.filter(pk=session.pk).update(slug="2000-01-01")
        redact(entry=RegisterEntry.objects.get(), actor=coordinator, reason="Demande.", now=NOW)
        assert not SessionDecision.objects.filter(text__contains=self.SECRET).exists()

    def test_not_twice_and_not_a_removal(self, entries, coordinator):
        for entry in (entries[1], entries[3]):
            with pytest.raises(errors.NothingToRemove):
                redact(entry=entry, actor=coordinator, reason="Demande.", now=NOW)

    def test_only_who_may(self, entries):
        for user in (UserFactory(), member(), member(Role.RAPPORTEUR)):
            with pytest.raises(PermissionDenied):
                redact(entry=entries[0], actor=user, reason="Demande.", now=NOW)
            client = Client()
            client.force_login(user)
            assert client.get(reverse("committee:redact", args=[1])).status_code == 403
            assert "Retirer son texte" not in client.get(PAGE).content.decode()

    def test_through_the_page(self, client, entries, coordinator):
        client.force_login(coordinator)
        assert reverse("committee:redact", args=[1]) in client.get(PAGE).content.decode()
        empty = client.post(reverse("committee:redact", args=[1]), {"reason": ""})
        assert "sans nommer personne" in empty.content.decode()
        answer = client.post(reverse("committee:redact", args=[1]), {"reason": "Demande."})
        assert answer["Location"] == f"{PAGE}?annee=2026#d1-avis"
        assert "Le texte de la décision" in notice_after(client, answer)
        assert RegisterEntry.objects.get(number=1).is_redacted


class TestPages:
    def test_the_latest_year_and_its_latest_decision_come_first(self, client):
        enter(1, session_day=dt.date(2019, 1, 14), text="Une carte.")
        enter(2, session_day=dt.date(2026, 11, 2), text="Une veille.")
        enter(3, session_day=dt.date(2026, 11, 2), text="Un guide.")
        page = client.get(PAGE).content.decode()
        order = [page.index(text) for text in ("2026</h3>", "Un guide.", "Une veille.", "2019</h3>", "Une carte.")]
        assert order == sorted(order)
        assert RegisterEntry.objects.last().hash in page
        assert not client.get(PAGE).cookies

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", [4, 3, 2, 1]),
            ("?sujet=2", [3, 1]),
            ("?annee=2026", [4, 3]),
            ("?annee=2026&sujet=2", [3]),
            ("?q=cartes", [3, 1]),
            ("?q=Veille", [4, 2]),
            ("?q=%20carte%20&annee=2019", [1]),
            ("?q=n°%202", [2]),
            ("?q=Aïcha", []),
            ("?annee=2019&q=guide", []),
            *((f"?sujet={wrong}&annee={wrong}", [4, 3, 2, 1]) for wrong in ("9", "x", "²", "-1", "9" * 30)),
        ],
    )
    def test_it_is_searched_by_words_by_year_and_by_topic(self, client, query, numbers):
        for number, year, topic, text in (
            (1, 2019, 2, "Une carte."),
            (2, 2019, 5, "Un téléphone."),
            (3, 2026, 2, "La carte des lieux."),
            (4, 2026, 5, "Un guide."),
        ):
            name = {2: "Inclusion", 5: "Veille"}[topic]
            enter(number, session_day=dt.date(year, 1, number), topic=name, topic_number=topic, text=text)
        answer = client.get(f"{PAGE}{query}")
        assert [line.entry.number for _year, lines in answer.context["years"] for line in lines] == numbers
        assert "Vérifier le registre" in answer.content.decode()

    def test_a_search_that_finds_nothing_says_which_filter_to_do_without(self, client):
        enter(1, session_day=dt.date(2019, 1, 14), text="Une carte.")
        enter(2, text="Un guide.")
        page = client.get(f"{PAGE}?q=carte&annee=2026").content.decode()
        assert "Essayez sans le filtre «\xa02026\xa0»." in page
        assert f'href="{PAGE}?q=carte"' in page

    def test_each_decision_stands_where_its_address_leads(self, client):
        """Also in a year of more decisions than a page has: the list is cut, a year never is."""
        for number in range(1, 24):
            enter(number, session_day=dt.date(2026, 1, number))
        assert "page=2" in client.get(PAGE).content.decode()
        for entry in RegisterEntry.objects.all():
            page, _hash, anchor = entry.get_absolute_url().partition("#")
            assert f'id="{anchor}"' in client.get(page).content.decode()
            assert anchor == f"d{entry.number}"

    def test_a_link_without_a_year_leads_to_the_decision_or_to_its_number(self, client):
        """Links from before the list had pages: `…/decisions/#d3`."""
        for number in range(1, 24):
            enter(number, session_day=dt.date(2019 + number // 6, 1, number))
        for page in (PAGE, f"{PAGE}?page=2"):
            found = client.get(page).content.decode()
            for entry in RegisterEntry.objects.all():
                assert found.count(f'id="{entry.anchor}"') == 1
            listed = {line.entry.number for _year, lines in client.get(page).context["years"] for line in lines}
            others = RegisterEntry.objects.exclude(number__in=listed)
            assert all(f'href="{entry.get_absolute_url()}"' in found for entry in others)
            assert 0 < len(listed) < 23
        assert "par numéro" not in client.get(f"{PAGE}?annee=2019").content.decode()

    def test_a_decision_has_the_colour_of_its_topic_and_the_name_that_it_had(self, client):
        topic = TopicPageFactory(number=8, title="Inclusion numérique", pictogram="inclusion")
        enter(1, topic="Inclusion", topic_number=8)
        page = client.get(PAGE).content.decode()
        assert "card--row family--inclusion" in page
        assert '<p class="topic-name">Inclusion</p>' in page
        topic.unpublish()
        page = client.get(PAGE).content.decode()
        assert "card--row family--inclusion" not in page
        assert '<p class="topic-name">Inclusion</p>' in page

    def test_a_session_that_is_not_public_is_not_linked(self, client):
        session = approved()
        assert session.url in client.get(PAGE).content.decode()
        SessionPage.objects.get(pk=session.pk).unpublish()
        assert f'href="{session.url}"' not in client.get(PAGE).content.decode()

    def test_what_is_downloaded_checks_itself(self, client, entries, tmp_path):
        register, checker = tmp_path / "registre.json", tmp_path / "verify_register.py"
        register.write_bytes(client.get(f"{PAGE}registre.json").content)
        checker.write_bytes(b"".join(client.get(f"{PAGE}verify_register.py").streaming_content))
        command = [sys.executable, "-I", str(checker), str(register), entries[-1].hash[:16]]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0

    def test_it_is_found_listed_and_given_as_data(self, client):
        enter(1, text="Une carte des lieux.", responsible="Motpersonnel")
        assert PAGE in client.get("/sitemap.xml").content.decode()
        assert PAGE in client.get("/plan-du-site/").content.decode()
        assert 'content="noindex' not in client.get(PAGE).content.decode()
        assert f"{PAGE}?annee=2026#d1" in client.get("/recherche/?q=carte").content.decode()
        answer = client.get("/donnees-ouvertes/decisions.csv")
        data = b"".join(answer).decode()
        assert "Une carte des lieux." in data
        assert "Motpersonnel" not in data

    def test_the_number_of_queries_does_not_grow(self, client, django_assert_max_num_queries):
        enter(1)
        client.get(PAGE)
        with django_assert_max_num_queries(20) as few:
            client.get(PAGE)
        for number in range(2, 9):
            enter(number, session_day=dt.date(2020 + number % 3, 1, number))
        with django_assert_max_num_queries(len(few)):
            client.get(PAGE)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_approvals_at_once_make_one_chain():
    """Four minutes are approved at the same moment by four connections."""
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
