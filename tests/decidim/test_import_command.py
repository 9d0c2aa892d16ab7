"""`manage.py import_decidim`: its output, exports it refuses as a whole, and the real export."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from decidim.services import writer
from participation.models import CallPage, Comment, Proposal
from tests.decidim.import_export import FILES, Export, comment, proposal, proposal_url, shuffled_copy

REAL_EXPORT = Path(__file__).resolve().parents[3] / "shared/data/mel-decidim-grand-debat-2019"

pytestmark = pytest.mark.django_db


def run(folder, *options):
    """Runs the command; returns its standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_decidim", str(folder), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def is_database_empty():
    return not (CallPage.objects.exists() or Proposal.objects.exists() or Comment.objects.exists())


def test_standard_output_is_one_json_object(export):
    out, _err = run(export.write(), "--json")
    assert json.loads(out) == {
        "debates": 2,
        "debate_comments": 4,
        "debate_comment_depths": {"0": 2, "1": 1, "2": 1},
        "debate_comment_authors": 2,
        "proposals": 2,
        "proposal_votes": 3,
        "proposal_calls": 1,
        "proposal_comments": 1,
        "proposal_comments_attached": 1,
        "proposal_comments_refused": 0,
        "created": 9,
        "unchanged": 0,
    }


def test_export_that_would_create_many_calls_is_refused_without_an_option(export):
    """Addresses without `/proposals/<number>` name no component, so each proposal gets a call."""
    export.proposals[:] = [
        proposal(number, url=f"https://consultation.example/projet-{number}/") for number in range(100, 121)
    ]
    export.proposal_comments.clear()
    with pytest.raises(CommandError, match=r"21 .*consultation\.example/projet-100/.*--max-calls 21"):
        run(export.write())
    assert is_database_empty()
    out, err = run(export.folder, "--json", "--max-calls", "21")
    assert json.loads(out)["proposal_calls"] == 21
    assert any(line.endswith("21.") for line in err.splitlines())
    # No new call is needed.
    assert json.loads(run(export.folder, "--json")[0])["created"] == 0


def test_progress_and_refusals_go_to_the_standard_error(export):
    export.proposal_comments.append(comment(21, proposal_url(999)))
    out, err = run(export.write(), "--json")
    assert len(out.splitlines()) == 1
    assert all(name in err for name in FILES)
    refusals = [line for line in err.splitlines() if "commentaires_propositions_libres.csv, ligne 3" in line]
    assert len(refusals) == 1
    assert proposal_url(999) in refusals[0]


def test_line_number_in_messages_is_that_of_the_file(export):
    export.debate_comments[0]["body"] = "Un\r\ntexte\r\nsur quatre\r\nlignes"
    export.debate_comments[1]["alignment"] = "9"
    _out, err = run(export.write())
    assert "commentaires_debats.csv, ligne 6" in err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_byte_order_mark_is_ignored(export, encoding):
    out, _err = run(export.write(encoding=encoding), "--json")
    assert json.loads(out)["created"] == 9


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_file_in_a_wrong_encoding_is_refused(export, encoding):
    export.write()
    path = export.folder / "propositions-libres.csv"
    text = path.read_text(encoding="utf-8").replace("’", "'").replace("Elle", "Été")
    path.write_text(text, encoding=encoding)
    with pytest.raises(CommandError, match=r"propositions-libres\.csv.*UTF-8"):
        run(export.folder)
    assert is_database_empty()


@pytest.mark.parametrize("name", FILES)
def test_error_names_a_missing_file(export, name):
    (export.write() / name).unlink()
    with pytest.raises(CommandError, match=name):
        run(export.folder)
    assert is_database_empty()


def test_error_names_a_missing_column(export):
    path = export.write() / "commentaires_debats.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("root_commentable_url", "adresse", 1), encoding="utf-8")
    with pytest.raises(CommandError, match=r"commentaires_debats\.csv.*root_commentable_url"):
        run(export.folder)
    assert is_database_empty()


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", b"id,title\n1,un\n", b'id;url\n"1;un cri sans fin\n', b"PK\x03\x04\x00\x00"],
)
def test_malformed_file_is_refused_with_a_one_line_error(export, content):
    (export.write() / "debats.csv").write_bytes(content)
    with pytest.raises(CommandError, match=r"^debats\.csv") as refused:
        run(export.folder)
    assert "\n" not in str(refused.value)
    assert is_database_empty()


def test_error_names_a_missing_folder(tmp_path):
    with pytest.raises(CommandError, match="absent"):
        run(tmp_path / "absent")


def test_row_with_a_wrong_number_of_cells_is_refused_alone(export):
    path = export.write() / "propositions-libres.csv"
    path.write_text(path.read_text(encoding="utf-8") + "102;trop\n", encoding="utf-8")
    out, err = run(export.folder, "--json")
    assert json.loads(out)["proposals"] == 2
    assert "propositions-libres.csv, ligne 4" in err


def test_database_error_rolls_back_only_the_current_file(export, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(writer, "add_to_search", fail)
    with pytest.raises(DatabaseError):
        run(export.write())
    assert CallPage.objects.count() == 2
    assert not Comment.objects.exists()
    monkeypatch.undo()
    out, _err = run(export.folder, "--json")
    assert (json.loads(out)["created"], json.loads(out)["unchanged"]) == (7, 2)


@pytest.mark.thorough
@pytest.mark.skipif(not REAL_EXPORT.is_dir(), reason="material outside the project: a real export")
class TestRealExport:
    """Import of the real export. The expected counts are those of SOURCE.md, next to the export."""

    EXPECTED = {
        "debates": 29,
        "debate_comments": 693,
        "debate_comment_depths": {"0": 545, "1": 120, "2": 21, "3": 7},
        "debate_comment_authors": 118,
        "proposals": 196,
        "proposal_calls": 1,
        "proposal_votes": 498,
        "proposal_comments": 44,
        "proposal_comments_attached": 0,
        "proposal_comments_refused": 44,
    }

    def test_counts_match_the_source_and_second_import_creates_nothing(self):
        assert json.loads(run(REAL_EXPORT, "--json")[0]) == {**self.EXPECTED, "created": 918, "unchanged": 0}
        out, err = run(REAL_EXPORT, "--json")
        assert json.loads(out) == {**self.EXPECTED, "created": 0, "unchanged": 918}
        assert err.count("participez.nancy.fr") == 44
        positions = [Comment.objects.filter(position=position).count() for position in (0, 1, -1)]
        assert positions == [574, 93, 26]

    def test_shuffled_rows_give_the_same_result(self, tmp_path):
        run(REAL_EXPORT)
        expected = set(Comment.objects.values_list("source_url", "parent__source_url", "thread__source_url", "body"))
        Proposal.objects.all().delete()
        for call in CallPage.objects.all():
            call.delete()
        out, _err = run(shuffled_copy(REAL_EXPORT, tmp_path, seed=4), "--json")
        assert json.loads(out) == {**self.EXPECTED, "created": 918, "unchanged": 0}
        result = set(Comment.objects.values_list("source_url", "parent__source_url", "thread__source_url", "body"))
        assert result == expected

    def test_comments_keep_all_their_lines(self):
        import csv

        run(REAL_EXPORT)
        with (REAL_EXPORT / "commentaires_debats.csv").open(encoding="utf-8-sig", newline="") as file:
            written = {
                f"{row['root_commentable_url']}#comment-{row['id']}": len(row["body"].splitlines())
                for row in csv.DictReader(file, delimiter=";")
            }
        line_counts = {url: len(body.splitlines()) for url, body in Comment.objects.values_list("source_url", "body")}
        assert line_counts == written
