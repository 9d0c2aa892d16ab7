"""Layouts of later versions of the platform, and replies to comments that are not in the export."""

import csv
import datetime as dt
import json
import tracemalloc

import pytest
from django.core.management import CommandError
from django.utils import timezone

from decidim.services.importer import import_folder
from participation.models import CallPage, Comment, Proposal
from tests.decidim.import_export import Export, comment, debate_url, proposal_url
from tests.decidim.test_import_command import run as run_command

pytestmark = pytest.mark.django_db

AT = dt.datetime(2024, 3, 1, 9, 12, 33, tzinfo=dt.UTC)


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def run(folder):
    return import_folder(folder, now=timezone.now())


def rename(folder, name, **columns):
    """Renames columns of the file `name`, as another version of the platform does."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    names = {there.replace("__", "/"): here.replace("__", "/") for there, here in columns.items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([[names.get(column, column) for column in header], *rows])


def comment_at(number, root=1):
    return Comment.objects.get(source_url=f"{debate_url(root)}#comment-{number}")


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01 10:12:33 +0100",
        "2024-03-01 09:12:33 UTC",
        "2024-03-01T09:12:33Z",
        "2024-03-01T10:12:33+01:00",
        "2024-03-01T09:12:33.000Z",
    ],
    ids=["offset", "utc", "iso-z", "iso-offset", "iso-fraction"],
)
def test_date_is_parsed_in_each_format(export, written):
    export.debate_comments[0]["created_at"] = export.proposals[0]["created_at"] = written
    assert not list(run(export.write()).refusals)
    assert comment_at(10).created_at == AT
    assert Proposal.objects.get(source_url=proposal_url(100)).published_at == AT


@pytest.mark.parametrize("written", ["2024-03-01", "2024-03-01T09:12:33", "2024-W09-5T09:12:33Z", "20240301T091233Z"])
def test_date_without_time_or_offset_is_refused(export, written):
    export.proposals[1]["created_at"] = written
    assert [refusal.reason for refusal in run(export.write()).refusals] == ["date"]


def test_column_names_of_later_versions_are_read(export):
    folder = export.write()
    rename(
        folder,
        "propositions-libres.csv",
        title="title__fr",
        body="body__fr",
        votes="supports",
        created_at="published_at",
        category__name__fr="taxonomies__7__fr",
    )
    rename(folder, "debats.csv", created_at="start_time")
    for name in ("commentaires_debats.csv", "commentaires_propositions_libres.csv"):
        rename(folder, name, body="body__fr")
    report = run(folder)
    assert (report.as_dict()["created"], list(report.refusals)) == (9, [])
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert (imported.title, imported.imported_support_count, imported.category) == (
        "Ouvrir la salle 100",
        3,
        "Lieux d’aide",
    )


def test_debate_without_date_gets_the_date_of_its_last_comment(export):
    for row in export.debates:
        row.update({"created_at": "", "comments": "2024-03-01 09:12:33 UTC"})
    folder = export.write()
    rename(folder, "debats.csv", created_at="start_time", comments="last_comment_at")
    assert not list(run(folder).refusals)
    assert CallPage.objects.get(source_url=debate_url(1)).first_published_at == AT


def test_long_url_is_stored_unchanged(export):
    url = f"https://participer.exemple.example/{'x' * 400}/f/11/proposals/100"
    export.proposals[0]["url"] = url
    export.proposal_comments[:] = [comment(20, url)]
    assert not list(run(export.write()).refusals)
    assert Comment.objects.get(source_url=f"{url}#comment-20").discussion.proposal.source_url == url


def test_html_of_a_comment_is_converted_to_plain_text(export):
    export.debate_comments[0]["body"] = "<p>Ouvrir&nbsp;:</p><ul><li>lundi</li><li>mardi</li></ul><script>x()</script>"
    export.debate_comments[3]["body"] = "<p> </p>"
    report = run(export.write())
    assert comment_at(10).body == "Ouvrir\xa0:\n\n- lundi\n- mardi"
    assert [refusal.reason for refusal in report.refusals] == ["body"]


def test_text_of_40_000_characters_is_imported_whole(export):
    export.debate_comments[0]["body"] = export.proposals[0]["body"] = "é" * 40_000
    assert not list(run(export.write()).refusals)
    assert len(comment_at(10).body) == len(Proposal.objects.get(source_url=proposal_url(100)).body) == 40_000


def test_replies_to_an_empty_comment_stay_under_a_placeholder(export, client):
    export.debate_comments[1]["body"] = ""
    out, err = run_command(export.write(), "--json")
    figures = json.loads(out)
    assert (figures["created"], figures["debate_comment_depths"]) == (8, {"0": 2, "2": 1})
    assert "ligne 3" in err
    empty, reply = comment_at(11), comment_at(12)
    assert (reply.parent, empty.parent, reply.thread, reply.depth) == (empty, comment_at(10), comment_at(10), 2)
    text = client.get(CallPage.objects.get(source_url=debate_url(1)).url).text
    assert "Ce commentaire n’est pas dans l’export de la plateforme où il a été écrit" in text
    assert "retiré par son auteur" not in text
    assert comment_at(10).discussion.comment_count == 2


def test_replies_to_a_comment_without_row_start_a_thread_on_a_placeholder(export):
    del export.debate_comments[:2]
    report = run(export.write())
    assert (list(report.refusals), report.debate_comments.missing) == ([], 1)
    assert [(c.body, c.depth) for c in (comment_at(11), comment_at(12))] == [("", 0), ("Commentaire 12", 1)]
    assert not Comment.objects.filter(source_url__endswith="#comment-10").exists()


def test_circular_replies_without_text_do_not_loop(export):
    first = debate_url(1)
    export.debate_comments[:] = [
        comment(10, first, parent=11, depth=1, body=""),
        comment(11, first, parent=10, depth=1, body=""),
        comment(12, first, parent=11, depth=2),
    ]
    report = run(export.write())
    assert (report.debate_comments.created, report.debate_comments.missing) == (1, 2)
    assert comment_at(12).parent == comment_at(11)


def test_placeholder_is_created_once_and_filled_by_a_later_export(export):
    text, export.debate_comments[1]["body"] = export.debate_comments[1]["body"], ""
    run(export.write())
    again = run(export.write())
    assert (again.as_dict()["created"], again.debate_comments.missing) == (0, 0)
    export.debate_comments[1]["body"] = text
    later = run(export.write())
    filled = comment_at(11)
    assert (later.as_dict()["created"], later.as_dict()["unchanged"]) == (1, 8)
    assert (filled.body, filled.author_name, filled.state, filled.position) == (
        "Commentaire 11",
        "Participant-7",
        Comment.State.PUBLISHED,
        1,
    )
    assert filled.discussion.comment_count == 3
    assert Comment.objects.filter(discussion=filled.discussion).search("commentaire").count() == 3


def test_refusals_are_written_to_a_csv_file(export, tmp_path_factory):
    path = tmp_path_factory.mktemp("refusals") / "refus.csv"
    export.debate_comments[3]["body"] = ""
    export.proposals[0]["created_at"] = "=1+1"
    run_command(export.write(), "--refusals", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows == [
        ["Fichier", "Ligne", "Numéro", "Raison", "Précision"],
        ["commentaires_debats.csv", "5", "13", "le texte est vide", ""],
        ["propositions-libres.csv", "2", "100", rows[2][3], "'=1+1"],
        ["commentaires_propositions_libres.csv", "2", "20", rows[3][3], proposal_url(100)],
    ]


def test_error_gives_the_line_of_an_unclosed_quote_in_french(export):
    path = export.write() / "commentaires_debats.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"20;jamais fermé\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"commentaires_debats\.csv, ligne 6\xa0: le CSV ne peut pas être lu"):
        run_command(export.folder)


@pytest.mark.thorough
def test_import_uses_less_memory_than_the_size_of_the_file(export, monkeypatch):
    export.debate_comments[:] = [comment(number, debate_url(1), body="é" * 10_000) for number in range(1, 1_001)]
    folder = export.write()
    size = (folder / "commentaires_debats.csv").stat().st_size
    monkeypatch.setattr("decidim.services.writer.BATCH_SIZE", 50)
    tracemalloc.start()
    try:
        report = run(folder)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.debate_comments.created == 1_000
    assert peak < size


def test_import_restores_the_csv_field_size_limit(export):
    """`csv.field_size_limit` is global to the process; imports of places rely on its default."""
    usual = csv.field_size_limit()
    run(export.write())
    assert csv.field_size_limit() == usual


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<p>Voir <a href="https://ville.example/a">le plan</a>.</p>', "Voir le plan (https://ville.example/a)."),
        ('<p><a href="https://ville.example/a">https://ville.example/a</a></p>', "https://ville.example/a"),
        (
            '<p><a href="https://ville.example/long">https://ville.exam…</a></p>',
            "ville.exam… (https://ville.example/long)",
        ),
        ('<p>Écrire à <a href="mailto:aide@ville.example">nous</a></p>', "Écrire à nous (aide@ville.example)"),
        ("<p>Écrire à aide@ville.example<mailto:aide@ville.example></p>", "example<mailto:aide@ville.example>"),
        ("<p>Écrire à <aide@ville.example> ou <https://ville.example/a></p>", "à <aide@ville.example> ou <https"),
        (
            '<p>Plan : <img src="https://ville.example/p.png" alt="Le quai"></p>',
            "Le quai (https://ville.example/p.png)",
        ),
        ('<p>Plan : <img src="data:image/png;base64,AAAA"></p>', "Plan : (img)"),
        ('<p><iframe src="https://films.example/1"></iframe></p>', "(https://films.example/1)"),
        ('<p><a href="#plus">Plus bas</a></p>', "Plus bas"),
        ('<p>Lire <a href="/processes/7">la suite</a></p>', "la suite (/processes/7)"),
        ('<p><a href="tel:0388000000">Appeler</a></p>', "Appeler (0388000000)"),
    ],
    ids=[
        "link",
        "bare",
        "shortened",
        "mail",
        "mail in brackets",
        "in brackets",
        "picture",
        "embedded",
        "film",
        "within",
        "of the platform",
        "telephone",
    ],
)
def test_url_of_a_link_is_kept_after_its_text(export, written, read):
    export.proposals[0]["body"] = written
    assert not list(run(export.write()).refusals)
    body = Proposal.objects.get(source_url=proposal_url(100)).body
    assert read in " ".join(body.replace("\u00a0", " ").split())
    assert body.count("ville.example/a)") <= 1
    assert "(#plus)" not in body


def test_short_description_of_a_debate_keeps_the_addresses_of_its_links(export):
    export.debates[0]["description/fr"] = '<p>Voir <a href="https://ville.example/a">le plan</a> &lt;3</p>'
    run(export.write())
    call = CallPage.objects.get(source_url=debate_url(1))
    assert call.introduction == "Voir le plan (https://ville.example/a) <3"
    assert not call.body
