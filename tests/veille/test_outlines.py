"""OPML lists of sources: import of files from other feed readers, and export of ours."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.factories import SourceFactory
from tests.hostile import TEXTS
from veille.errors import OutlineRefused
from veille.models import Source
from veille.services.outlines import import_outline, read_outline

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "shared/data/opml"
EXPECTED = FOLDER / "expected-listparser-0.20.json"
REFUSED = (
    "javascript:alert(1)",
    "file:///etc/passwd",
    "//autre.example/flux",
    "http://nom:mot@autre.example/flux",
    "http://autre.example:8080/flux",
    "ftp://autre.example/flux",
    "http://[::1",
    "https://autre.example/" + "a" * 500,
    "flux.xml",
    # Not on the public Internet: the fetcher would refuse it at each reading.
    "http://192.168.1.1/flux",
    "http://[::1]/flux",
    "http://localhost/flux",
)


def opml(*urls):
    lines = "".join(f'<outline type="rss" text="Source {n}" xmlUrl="{url}"/>' for n, url in enumerate(urls))
    folder = f'<outline text="Dossier">{lines}</outline>'
    return f'<?xml version="1.0"?><opml version="2.0"><body>{folder}</body></opml>'.encode()


def as_json(path, capsys, **options):
    call_command("import_opml", str(path), json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_command_reports_its_result_and_is_idempotent(tmp_path, capsys):
    path = tmp_path / "sources.opml"
    path.write_bytes(opml("https://une.example/flux", "https://deux.example/flux", *REFUSED))
    before = as_json(path, capsys, dry_run=True)
    assert not Source.objects.exists()
    done = as_json(path, capsys)
    assert before == done
    assert set(done) == {"created", "unchanged", "refused"}
    assert (done["created"], done["unchanged"]) == (2, 0)
    assert [line["url"] for line in done["refused"]] == [url[:500] for url in REFUSED]
    assert all(line["reason"] for line in done["refused"])
    again = as_json(path, capsys)
    assert (again["created"], again["unchanged"], Source.objects.count()) == (0, 2, 2)


def test_lines_without_url_and_repeated_urls_are_reported(tmp_path, capsys, client, editor_of):
    twice = "https://une.example/flux"
    content = opml(twice, "https://deux.example/flux", twice).replace(
        b"</outline></body>",
        b'<outline type="rss" text="Mairie"/><outline text="Presse" htmlUrl="https://p.example/"/></outline></body>',
    )
    result = read_outline(content)
    assert [source.feed_url for source in result.created] == [twice, "https://deux.example/flux"]
    assert (result.without_address, result.repeated) == (["Mairie", "Presse"], [twice]), (
        "folders are not counted as lines"
    )
    path = tmp_path / "sources.opml"
    path.write_bytes(content)
    call_command("import_opml", str(path), dry_run=True, json=True)
    messages = capsys.readouterr().err
    assert all(word in messages for word in ("Mairie", "Presse", twice))
    client.force_login(editor_of("Rédaction"))
    page = client.post(
        reverse("sources:import"), {"file": SimpleUploadedFile("sources.opml", content)}
    ).content.decode()
    assert "2 lignes n’ont pas d’adresse de flux" in page
    assert "1 adresse est plusieurs fois dans le fichier" in page


if EXPECTED.exists():

    def test_files_of_listparser_give_the_same_feeds():
        """Each of its feeds is accepted, already followed or refused; a file without feeds is refused as a whole."""
        for expected in json.loads(EXPECTED.read_text()):
            try:
                result = read_outline((FOLDER / expected["file"]).read_bytes())
            except OutlineRefused:
                assert expected["feeds"] == 0 or "ENTITY" in (FOLDER / expected["file"]).read_text(), expected["file"]
            else:
                count = len(result.created) + len(result.unchanged) + len(result.refused)
                assert count == expected["feeds"], expected["file"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "aucun flux"),
        (b"%PDF-1.7", "aucun flux"),
        (b"<html><body>Bonjour", "aucun flux"),
        (b"\xff\xfe<\0o\0", "UTF-8"),
        (b"PK\3\4", "classeur"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]>' + opml("https://une.example/flux"), "entités"),
        (b" " * 500_001, "500"),
    ],
)
def test_invalid_file_is_refused_with_a_message(content, message, tmp_path):
    with pytest.raises(OutlineRefused, match=message):
        read_outline(content)
    path = tmp_path / "sources.opml"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("import_opml", str(path))


def test_import_is_limited_to_1000_sources():
    result = read_outline(opml(*(f"https://s{n}.example/flux" for n in range(1_002))))
    assert (len(result.created), len(result.refused)) == (1_000, 2)


def test_names_are_escaped(client):
    for name in TEXTS.values():
        SourceFactory(name=name[:120].replace("\0", "").replace("\ufffe", "").replace("\uffff", "") or "x")
    page = client.get("/veille/sources/")
    assert b"&lt;script&gt;alert" in page.content
    assert b"<script>alert" not in page.content


def test_export_has_public_sources_only_and_can_be_imported(client, django_assert_num_queries):
    SourceFactory(name="Ville <de> Gand", feed_url="https://gand.example/flux?a=1&b=2", language="nl", place="Gand")
    SourceFactory(name="Cachée", is_public=False)
    with django_assert_num_queries(1):
        answer = client.get("/veille/sources.opml")
    assert answer["Content-Type"].startswith("text/x-opml")
    assert "Cachée" not in answer.content.decode()
    page = client.get("/veille/sources/").content.decode()
    assert "Ville &lt;de&gt; Gand" in page
    assert "Cachée" not in page
    Source.objects.all().delete()
    result = import_outline(answer.content)
    assert [(one.name, one.feed_url) for one in result.created] == [
        ("Ville <de> Gand", "https://gand.example/flux?a=1&b=2")
    ]
