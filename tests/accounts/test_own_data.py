"""Export of personal data: requested with a code, made by the tick, stored for a day, available only to its user."""

import datetime as dt
import io
import json
import zipfile
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.db.models.fields.files import FieldFile

from accounts.exports.personal_data import data_sets_of, export_of
from accounts.exports.readable import LABELS, format_value, label_of
from accounts.models import DataExport
from accounts.services.exports import archive_of
from common.personal_data import PersonalDataSet
from mailing.ticking import tick
from participation.models import Support
from tests.accounts.people import code_sent_to, confirm, mails_to
from tests.factories import CallPageFactory, CommentFactory, ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE, CODE, FILE = "/compte/mes-donnees/", "/compte/mes-donnees/code/", "/compte/mes-donnees/telecharger/"
NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def odile(clock):
    user = UserFactory(email="odile@courriel.example", public_name="Odile M.")
    user.verify_email()
    CommentFactory(author=user, body="Un banc <b>à l’ombre</b>.")
    return user


@pytest.fixture
def requesting_client(signed_in, odile):
    signed_in.post(PAGE)
    confirm(signed_in, CODE, odile.email)
    return signed_in


def files_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_tick_creates_the_file_and_sends_a_mail(requesting_client, odile):
    assert "Nous les préparons" in requesting_client.get(PAGE).content.decode()
    assert requesting_client.get(FILE).url == PAGE
    assert "1 copies of data made" in str(tick(now=NOW))
    mail = mails_to(odile.email)[-1]
    assert mail.kind == "account.export_ready"
    assert "http://testserver/compte/mes-donnees/" in mail.payload["text"]
    assert "jeudi 26" in mail.payload["text"]
    page = requesting_client.get(PAGE).content.decode()
    assert "Vos données sont prêtes" in page
    assert FILE in page


def test_file_contains_json_and_html(requesting_client, odile):
    tick(now=NOW)
    answer = requesting_client.get(FILE)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees-2026-11-25.zip"'
    assert "no-store" in answer["Cache-Control"]
    files = files_of(answer)
    assert set(files) == {"mes-donnees/donnees.json", "mes-donnees/donnees.html"}
    data = json.loads(files["mes-donnees/donnees.json"])
    assert data["account"][0]["public_name"] == "Odile M."
    assert data["participation.comments"][0]["body"] == "Un banc <b>à l’ombre</b>."
    page = files["mes-donnees/donnees.html"]
    assert "<h2>Commentaires (1)</h2>" in page
    assert "Un banc &lt;b&gt;à l’ombre&lt;/b&gt;." in page
    # Machine-readable values are shown as words here.
    assert data["participation.comments"][0]["state"] == "publie"
    assert "<dd>publie</dd>" not in page
    assert "src=" not in page
    assert "http" not in page


def test_export_requires_the_code(signed_in, odile):
    assert signed_in.post(PAGE).url == CODE
    assert not DataExport.objects.exists()
    # The code goes to the address of the account, and no other one is offered.
    page = signed_in.get(CODE).content.decode()
    assert "Écrire une autre adresse" not in page
    assert "Retour à mon compte" in page
    assert "dossier des e\u2011mails" in page
    right = code_sent_to(odile.email)
    wrong = "999999" if right != "999999" else "111111"
    assert signed_in.post(CODE, {"code": wrong}).status_code == 422
    assert not DataExport.objects.exists()


def test_second_request_shows_a_message_and_creates_no_export(requesting_client, odile):
    sent = len(mails_to(odile.email))
    for is_ready in (False, True):
        if is_ready:
            tick(now=NOW)
            sent = len(mails_to(odile.email))
        answer = requesting_client.post(PAGE, follow=True)
        assert "Vous avez déjà demandé vos données" in answer.content.decode()
        assert len(mails_to(odile.email)) == sent
    assert DataExport.objects.count() == 1


def test_export_is_deleted_after_a_day_and_can_be_requested_again(requesting_client, odile, clock):
    tick(now=NOW)
    clock.shift(dt.timedelta(hours=24))
    assert requesting_client.get(FILE).url == PAGE
    assert 'method="post" action="/compte/mes-donnees/"' in requesting_client.get(PAGE).content.decode()
    assert "1 erased of accounts.exports" in str(tick(now=NOW + dt.timedelta(hours=24)))
    assert not DataExport.objects.exists()


def test_export_is_not_available_to_other_users(requesting_client, client):
    tick(now=NOW)
    other = type(client)()
    assert other.get(FILE).url == f"/compte/connexion/?next={FILE}"
    other.force_login(UserFactory())
    assert other.get(FILE).url == PAGE


def test_export_is_not_stored_among_the_media_files(requesting_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    tick(now=NOW)
    assert DataExport.objects.get().archive
    # The same tick draws the cards of shared links.
    assert [path for path in tmp_path.rglob("*") if "cards" not in path.relative_to(tmp_path).parts] == []


def test_failing_export_does_not_block_others(requesting_client, monkeypatch, caplog):
    other = UserFactory()
    DataExport.objects.create(user=other, asked_at=NOW)
    real = data_sets_of

    def fail_for_one(user):
        if user.public_name == "Odile M.":
            raise RuntimeError
        return real(user)

    monkeypatch.setattr("accounts.services.exports.data_sets_of", fail_for_one)
    monkeypatch.setattr("accounts.services.exports.MADE_AT_ONCE", 1)
    assert "1 copies of data made" in str(tick(now=NOW))
    assert DataExport.objects.get(user=other).ready_at == NOW
    assert "could not be made" in caplog.text


def test_exports_of_closed_accounts_do_not_block_others(requesting_client, odile, monkeypatch):
    monkeypatch.setattr("accounts.services.exports.MADE_AT_ONCE", 1)
    closed = UserFactory(is_active=False)
    DataExport.objects.create(user=closed, asked_at=NOW - dt.timedelta(hours=1))
    assert "1 copies of data made" in str(tick(now=NOW))
    assert DataExport.objects.get(user=odile).ready_at == NOW
    assert DataExport.objects.get(user=closed).ready_at is None


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.thorough)])
def test_exports_are_complete_and_contain_no_data_of_others(clock, count):
    """Each user has a unique word in the name, the address and two texts."""
    words = [f"Canari{rank:03}x" for rank in range(count)]
    shared = CommentFactory(body="Bonjour.").discussion
    for word in words:
        user = UserFactory(email=f"{word.lower()}@courriel.example", public_name=f"{word} nom")
        user.verify_email()
        ProposalFactory(author=user, title=f"{word} titre", body=f"{word} idée")
        CommentFactory(author=user, discussion=shared, body=f"{word} réponse")
        DataExport.objects.create(user=user, asked_at=NOW)
    while "copies of data made" in str(tick(now=NOW)):
        pass
    foreign = []
    for export in DataExport.objects.select_related("user"):
        own = export.user.public_name.split()[0]
        with zipfile.ZipFile(io.BytesIO(export.archive)) as archive:
            text = "".join(archive.read(name).decode() for name in archive.namelist())
        for part in ("nom", "titre", "idée", "réponse"):
            assert text.count(f"{own} {part}") == 2, (own, part)
        foreign += [word for word in words if word != own and word.lower() in text.lower()]
    assert DataExport.objects.exclude(ready_at=None).count() == count
    assert foreign == []


class TestFiles:
    @pytest.fixture(autouse=True)
    def _files(self, odile, monkeypatch):
        """Three files of the user in the store, one of which is missing, and a limit of 10 bytes."""
        store = InMemoryStorage()
        for name, content in (("a/un.jpg", b"12345"), ("a/deux.jpg", b"123456"), ("b/trois.pdf", b"123")):
            store.save(name, ContentFile(content))
        store.save("c/parti.jpg", ContentFile(b"1"))
        store.delete("c/parti.jpg")
        names = ("a/un.jpg", "a/deux.jpg", "c/parti.jpg", "b/trois.pdf")
        files = [FieldFile(None, SimpleNamespace(storage=store), name) for name in names]
        data_set = PersonalDataSet("test.files", "Images", [{"name": "x"}], files)
        monkeypatch.setattr("accounts.services.exports.data_sets_of", lambda user: [data_set])
        monkeypatch.setattr("accounts.services.exports.MAX_BYTES_OF_FILES", 10)

    def test_export_contains_files_and_lists_omitted_ones(self, odile):
        with zipfile.ZipFile(io.BytesIO(archive_of(odile, now=NOW))) as archive:
            contents = {name: archive.read(name) for name in archive.namelist() if "fichiers" in name}
            page = archive.read("mes-donnees/donnees.html").decode()
        assert contents == {"mes-donnees/fichiers/1-un.jpg": b"12345", "mes-donnees/fichiers/4-trois.pdf": b"123"}
        enclosed, _, left_out = page.partition("Fichiers qui ne sont pas dans cette copie")
        assert 'href="fichiers/1-un.jpg"' in enclosed
        assert "fichiers/2-deux.jpg" in left_out
        assert "fichiers/3-parti.jpg" in left_out
        assert "mailto:" in left_out


class TestLabels:
    def test_foreign_keys_are_labelled_after_their_related_model(self, odile):
        call = CallPageFactory()
        Support.objects.create(proposal=ProposalFactory(author=odile, call=call), user=odile, created_at=NOW)
        sets = {one.name: one.rows[0] for one in data_sets_of(odile) if one.rows}
        assert {str(name): label_of(name) for name in sets["participation.supports"]} == {
            "proposal": "proposition",
            "created_at": "créé le",
        }
        assert "titre (appel)" in [label_of(name) for name in sets["participation.proposals"]]

    def test_kinds_of_mails_have_a_label(self, requesting_client, odile):
        tick(now=NOW)
        kinds = {
            format_value(row["kind"])
            for one in data_sets_of(odile)
            if one.name == "mailing.messages"
            for row in one.rows
        }
        assert kinds
        assert not [kind for kind in kinds if "." in kind]

    def test_each_data_set_and_value_has_a_french_label(self, odile):
        """A name that is not a field gets its label in `accounts.exports.readable.LABELS`."""
        for one in data_sets_of(odile):
            assert str(one.label) != one.name
            for row in one.rows:
                assert [str(name) for name in row if not hasattr(name, "label") and name not in LABELS] == []

    def test_values_are_formatted_for_readers(self):
        assert [format_value(value) for value in (None, "", True, False, 3)] == ["–", "–", "oui", "non", "3"]
        assert format_value(NOW) == "25/11/2026 10:00"
        assert format_value(NOW.date()) == "25/11/2026"
        assert label_of("some_name") == "some name"

    def test_command_writes_the_same_data_sets(self, odile, capsys):
        call_command("export_account", odile.email)
        assert json.loads(capsys.readouterr().out).keys() == export_of(odile).keys()
