"""Archives of a year: files, data of documents, and refusals."""

import datetime as dt
import json

import bagit
import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.urls import reverse

from committee.models import SessionPage
from common.hooks import datasets
from indicators.models import Restitution
from indicators.restitution.services import build
from participation.models import Proposal
from tests.cms.factories import make_document, rich_text
from tests.factories import CommentFactory, DiscussionFactory, ProposalFactory
from tests.participation.chains import at, proposal_of, session, whole_chain

NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]


@pytest.fixture
def archives(tmp_path):
    """Returns a function that writes the archives of a year, by default 2026, and returns the folder of the files."""

    def write(year=2026):
        call_command("export_archives", year, output=tmp_path / "archives")
        return tmp_path / "archives" / "data"

    return write


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def document(folder, name):
    return BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")


def test_the_checksums_are_valid_and_a_changed_byte_is_found(archives):
    folder = archives()
    bag = bagit.Bag(str(folder.parent))
    assert bag.validate()
    assert bag.info["External-Identifier"].endswith("-2026")
    (folder / "LISEZMOI.txt").write_text("Autre chose", encoding="utf-8")
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


def test_archives_contain_public_content_of_the_year(archives):
    proposal = whole_chain()
    number, slug = proposal.pk, proposal.slug
    Restitution.objects.filter(pk=build(year=2026, now=NOW).pk).update(published_at=NOW)
    found = names(archives())
    page = SessionPage.objects.get()
    assert {f"dossiers/{number}-{slug}.html", f"dossiers/{number}-{slug}.json"} <= found
    assert f"comptes-rendus/{page.slug}.html" in found
    assert {"restitution/restitution-2026.html", "restitution/chiffres-2026.csv"} <= found
    assert {"registre/registre.json", "registre/verify_register.py", "donnees/catalogue.jsonld"} <= found
    for dataset in datasets():
        assert {f"donnees/{dataset.slug}.csv", f"donnees/{dataset.slug}.json"} <= found


def test_archives_exclude_other_years_and_non_public_content(archives):
    ProposalFactory(title="D’avant", created_at=dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
    proposal_of(6, 1, state=Proposal.State.RECEIVED)
    session(dt.datetime(2025, 3, 3, 17, tzinfo=dt.UTC))
    session(at(7, 6), title="En préparation", live=False)
    found = names(archives())
    assert not [name for name in found if name.startswith(("dossiers/", "comptes-rendus/"))]


def test_archived_minutes_have_text_and_files_but_no_layout_or_comments(archives):
    attached = make_document(title="Diaporama")
    page = session(at(7, 6), minutes_on=at(7, 15))
    page.minutes = page.minutes.stream_block.to_python(
        [
            rich_text(
                f'<p>Lire <a linktype="document" id="{attached.pk}">le diaporama</a>, ou écrire à '
                '<a href="mailto:odile@ville.example">Odile</a> <a href="https://[adresse]/">ou là</a>.</p>'
            )
        ]
    )
    page.save()
    CommentFactory(discussion=DiscussionFactory(proposal=None, page=page), body="Un commentaire de passage.")
    folder = archives()
    archived = document(folder, f"comptes-rendus/{page.slug}.html")
    assert not archived.select("script, style, form, svg, nav")
    assert "Un commentaire de passage." not in archived.get_text()
    assert "telle que" in archived.get_text()
    assert archived.find("a", string="Odile")["href"] == "mailto:odile@ville.example"
    [link] = [link["href"] for link in archived.select("a") if "diaporama" in link.get_text()]
    with attached.file.open() as file:
        assert (folder / "comptes-rendus" / link).read_bytes() == file.read()
    assert all(
        other["href"].startswith(("http", "../", "#", "mailto:", "tel:")) for other in archived.select("a[href]")
    )


def test_missing_file_is_reported(archives, capsys):
    attached = make_document(title="Diaporama")
    page = session(at(7, 6), minutes_on=at(7, 15))
    page.minutes = page.minutes.stream_block.to_python(
        [rich_text(f'<p><a linktype="document" id="{attached.pk}">Le diaporama</a></p>')]
    )
    page.save()
    attached.file.storage.delete(attached.file.name)
    folder = archives()
    assert attached.url in capsys.readouterr().err
    assert attached.url in (folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert attached.url in document(folder, f"comptes-rendus/{page.slug}.html").find("a", string="Le diaporama")["href"]


def test_readme_mentions_a_missing_annual_report(archives):
    folder = archives()
    words = (folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert "Aucun bilan" in words
    named = {line.removesuffix("/") for line in words.splitlines() if line.endswith("/") and " " not in line}
    assert named == {entry.name for entry in folder.iterdir() if entry.is_dir()}


def test_archived_dossier_equals_the_json_of_the_site(archives, client):
    proposal = whole_chain()
    folder = archives()
    [path] = folder.glob("dossiers/*.json")
    answer = client.get(reverse("participation:dossier_json", args=[proposal.pk, proposal.slug]))
    assert json.loads(path.read_text(encoding="utf-8")) == answer.json()


def test_existing_folder_is_not_overwritten(archives, tmp_path):
    (tmp_path / "archives").mkdir()
    with pytest.raises(CommandError, match="existe"):
        archives()
    assert list((tmp_path / "archives").iterdir()) == []


def test_future_year_is_refused(archives, tmp_path):
    with pytest.raises(CommandError, match="commencé"):
        archives(2027)
    assert list(tmp_path.iterdir()) == []
