"""`manage.py export_decidim`: its output can be read by `import_decidim` and contains no names of persons."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from decidim.services.exporter import export_folder
from decidim.services.importer import import_folder
from demo.services import demonstration
from participation.models import CallPage, Comment, Proposal
from tests.decidim.import_export import Export
from tests.factories import CommentFactory, ProposalFactory, UserFactory

REAL_EXPORT = Path(__file__).resolve().parents[3] / "shared/data/mel-decidim-grand-debat-2019"

pytestmark = pytest.mark.django_db

BODY = "Une ligne.\r\nUne autre : « é » ; “;” et =1+1"


@pytest.fixture(autouse=True)
def address(settings):
    settings.BASE_URL = "https://comite.example"


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def delete_content():
    Comment.objects.all().delete()
    Proposal.objects.all().delete()
    CallPage.objects.all().delete()


def published_content():
    """Returns the published content without primary keys: texts, places, numbers."""
    return (
        sorted(CallPage.objects.values_list("title")),
        sorted((p.title, p.body, p.imported_support_count + p.support_count) for p in Proposal.objects.published()),
        sorted(
            (c.discussion.subject_title, c.body, c.depth, c.position, c.parent.body if c.parent else "")
            for c in Comment.objects.public().select_related("parent", "discussion__proposal", "discussion__page")
        ),
    )


def test_reimported_export_restores_the_imported_content(tmp_path):
    source = Export(tmp_path / "source")
    source.folder.mkdir()
    source.debate_comments[0]["body"] = BODY
    import_folder(source.write(), now=timezone.now())
    before = published_content()
    export_folder(tmp_path / "export")
    delete_content()
    report = import_folder(tmp_path / "export", now=timezone.now())
    assert report.as_dict()["created"] == 9
    assert not [refusal for file in report.files for refusal in file.refusals]
    assert published_content() == before


@pytest.mark.thorough
def test_exported_demonstration_is_reimported_without_refusals(tmp_path, settings):
    settings.DEMONSTRATION = True
    demonstration.load(timezone.now())
    published, comments = Proposal.objects.published().count(), Comment.objects.public().count()
    calls = CallPage.objects.published().count()
    export_folder(tmp_path)
    delete_content()
    report = import_folder(tmp_path, now=timezone.now())
    assert not [str(refusal) for file in report.files for refusal in file.refusals]
    assert report.as_dict()["created"] == published + comments + calls
    # One additional call holds the proposals: the other platform had a single list of them.
    assert CallPage.objects.count() == calls + 1
    assert Comment.objects.count() == comments


def test_columns_of_proposals_have_the_names_that_decidim_imports(tmp_path):
    ProposalFactory(title="Un banc", problem="", body=BODY)
    export_folder(tmp_path)
    [row] = rows(tmp_path, "propositions-libres.csv")
    assert (row["title/fr"], row["body/fr"]) == ("Un banc", BODY)
    assert "title" not in row


def test_hidden_texts_and_author_data_are_not_exported(tmp_path):
    author = UserFactory(public_name="Odile M.", email="odile@courriel.example")
    published = ProposalFactory(title="Publique", author=author)
    ProposalFactory(title="Cachée", author=author, state=Proposal.State.RECEIVED)
    read = CommentFactory(discussion__proposal=published, body="Lu", author=author)
    CommentFactory(discussion=read.discussion, body="Retenu", author=author, state=Comment.State.REFUSED)
    export_folder(tmp_path)
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert "Publique" in text
    assert "Lu" in text
    for private in ("Cachée", "Retenu", "Odile", "odile@courriel.example"):
        assert private not in text


def test_reply_to_a_removed_comment_is_attached_to_the_nearest_ancestor(tmp_path):
    top = CommentFactory(body="Premier")
    removed = CommentFactory(discussion=top.discussion, parent=top, thread=top, depth=1, state=Comment.State.REFUSED)
    CommentFactory(discussion=top.discussion, parent=removed, thread=top, depth=2, body="Réponse")
    export_folder(tmp_path)
    first, reply = rows(tmp_path, "commentaires_propositions_libres.csv")
    assert (reply["body"], reply["depth"], reply["commentable_id"]) == ("Réponse", "1", first["id"])


def test_local_and_imported_comments_have_distinct_ids(tmp_path):
    # A primary key that the database does not give to any row of the tests.
    comment_number = 9_000_000
    source = Export(tmp_path / "source")
    source.folder.mkdir()
    source.proposal_comments[0]["id"] = comment_number
    import_folder(source.write(), now=timezone.now())
    imported = Comment.objects.filter(discussion__proposal__isnull=False).get()
    CommentFactory(discussion=imported.discussion, body="Écrit ici")
    Comment.objects.filter(body="Écrit ici").update(id=comment_number)
    export_folder(tmp_path / "export")
    ids = [row["id"] for row in rows(tmp_path / "export", "commentaires_propositions_libres.csv")]
    assert len(set(ids)) == 2


def test_number_of_queries_is_constant(tmp_path, django_assert_max_num_queries):
    for _number in range(3):
        CommentFactory()
    with django_assert_max_num_queries(8) as few:
        export_folder(tmp_path)
    for _number in range(9):
        CommentFactory()
    with django_assert_max_num_queries(len(few)):
        export_folder(tmp_path)


def test_command_prints_counts_and_raises_an_error_for_a_wrong_folder(tmp_path):
    ProposalFactory()
    out = io.StringIO()
    call_command("export_decidim", str(tmp_path), "--json", stdout=out)
    assert json.loads(out.getvalue())["propositions-libres.csv"] == 1
    (tmp_path / "fichier").write_text("")
    with pytest.raises(CommandError):
        call_command("export_decidim", str(tmp_path / "fichier"), stdout=io.StringIO())


@pytest.mark.thorough
@pytest.mark.skipif(not REAL_EXPORT.exists(), reason="material outside the project")
def test_real_export_is_reimported_unchanged(tmp_path):
    import_folder(REAL_EXPORT, now=timezone.now())
    before = published_content()
    export_folder(tmp_path)
    delete_content()
    report = import_folder(tmp_path, now=timezone.now())
    figures = report.as_dict()
    assert (figures["debates"], figures["debate_comments"], figures["proposals"]) == (29, 693, 196)
    assert figures["created"] == 918
    assert figures["proposal_votes"] == 498
    assert published_content() == before
