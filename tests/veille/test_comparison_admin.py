"""Comparison in the admin: recording, review, and file imports with a preview."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from common.shown import BY_PROGRAM, ChangedMeanwhile
from tests.bulk import press, shown, submit_edit
from tests.factories import UserFactory
from tests.veille.benchmark import SOURCE, make_city, make_criterion, published, recorded
from veille.benchmark.services import publish
from veille.models import City, Criterion, Observation

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

BULK = reverse("wagtail_bulk_action", args=["veille", "observation", "read_over"])
FILE, EXPORT = reverse("comparison_grid:file"), reverse("comparison_grid:export")
HEADER = "siren;critere;valeur;source;titre_source;vue_le;motif"


def writer():
    user = UserFactory()
    user.groups.set(Group.objects.filter(name="Rédaction"))
    return user


@pytest.fixture
def cell():
    return make_city("Lyon", siren="000000001"), make_criterion(slug="guichet")


@pytest.fixture
def editor(client):
    editor = writer()
    client.force_login(editor)
    return editor


def text_of(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").replace("\u00a0", " ").split())


def form_of(city, criterion, **fields):
    plain = {"value": "oui", "source_url": SOURCE, "source_title": "", "source_seen_on": "01/11/2026", "reason": ""}
    return {"city": city.pk, "criterion": criterion.pk, **plain, **fields}


def url(action, *args, model="observation"):
    return reverse(f"wagtailsnippets_veille_{model}:{action}", args=args)


class TestForms:
    def test_recorded_observation_is_not_published(self, client, editor, cell):
        assert client.post(url("add"), form_of(*cell)).status_code == 302
        observation = Observation.objects.get()
        assert (observation.recorded_by, observation.published_at, observation.answer) == (editor, None, "yes")

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"value": "peut-être"}, "Répondez par oui"),
            ({"source_url": ""}, "Écrivez l’adresse de la source"),
            ({"source_seen_on": ""}, "Écrivez le jour où vous l’avez vue"),
            ({"source_seen_on": "01/01/2999"}, "Ce jour n’est pas encore venu"),
            ({"source_url": "ftp://ville.example/"}, "adresse entière"),
        ],
    )
    def test_invalid_form_shows_an_error_and_saves_nothing(self, client, editor, cell, fields, message):
        response = client.post(url("add"), form_of(*cell, **fields))
        assert response.status_code == 200
        assert message in text_of(response)
        assert not Observation.objects.exists()

    def test_editing_a_published_observation_records_a_correction(self, client, editor, cell):
        first = published(*cell)
        response = submit_edit(client, url("edit", first.pk), form_of(*cell, value="non"))
        assert "Dites pourquoi" in text_of(response)
        response = submit_edit(client, url("edit", first.pk), form_of(*cell, value="non", reason="Le site a fermé."))
        assert response.status_code == 302
        first.refresh_from_db()
        assert (first.answer, first.replaced_by) == ("yes", None)
        assert Observation.objects.waiting().get().recorded_by == editor

    def test_published_observation_cannot_be_deleted(self, client, editor, cell):
        observation = published(*cell)
        response = client.post(url("delete", observation.pk), follow=True)
        assert "n’est pas supprimé" in text_of(response)
        assert Observation.objects.exists()

    def test_criterion_is_published_by_a_checkbox(self, client, editor):
        data = {
            "question": "Un guichet ?",
            "slug": "guichet",
            "definition": "On regarde.",
            "kind": "answer",
            "order": 0,
        }
        client.post(url("add", model="criterion"), data)
        criterion = Criterion.objects.get()
        assert criterion.published_at is None
        submit_edit(client, url("edit", criterion.pk, model="criterion"), data | {"is_published": "on"})
        criterion.refresh_from_db()
        first = criterion.published_at
        assert first
        submit_edit(client, url("edit", criterion.pk, model="criterion"), data | {"is_published": "on", "order": 3})
        criterion.refresh_from_db()
        assert (criterion.published_at, criterion.order) == (first, 3)

    @pytest.mark.parametrize(
        ("model", "field", "other_fields"),
        [
            ("theme", "name", {}),
            ("criterion", "question", {"definition": "On regarde.", "kind": "answer", "order": 0}),
            ("city", "name", {"population": 5, "population_year": 2024, "population_source": SOURCE, "order": 0}),
        ],
    )
    def test_empty_slug_is_generated_from_the_name(self, client, editor_of, model, field, other_fields):
        client.force_login(editor_of("Animation"))
        kind = apps.get_model("veille", model)
        kind.objects.all().delete()
        for number, question in enumerate(("Écoute", "Ecoute"), 1):
            client.post(
                url("add", model=model), other_fields | {field: question, "slug": "", "siren": f"24670048{number}"}
            )
        assert [*kind.objects.order_by("pk").values_list("slug", flat=True)] == ["ecoute", "ecoute-2"]


class TestReview:
    def test_bulk_review_excludes_own_observations(self, client, editor, cell):
        own = recorded(*cell, by=editor)
        other = recorded(make_city("Nantes"), cell[1], by=writer())
        address = f"{BULK}?id={own.pk}&id={other.pk}"
        assert "une autre personne la relit" in text_of(client.get(address))
        press(client, address)
        assert list(Observation.objects.published()) == [other]
        other.refresh_from_db()
        assert other.second_reader == editor

    def test_observations_added_or_changed_since_display_are_not_published(self, client, editor, cell):
        observation = recorded(*cell, by=writer())
        url_of_all = f"{BULK}?id=all"
        for change in (
            {"answer": "no"},
            {"source_url": "https://autre.example/"},
            {"recorded_by": writer()},
            {"reason": "Autre."},
        ):
            page = client.get(url_of_all)
            Observation.objects.filter(pk=observation.pk).update(**change)
            answer = client.post(url_of_all, {"shown": shown(page)})
            assert answer.status_code == 409, change
            assert f"“{observation}”" in text_of(answer).replace("« ", "“").replace(" »", "”"), change
        page = client.get(url_of_all)
        other = recorded(make_city("Nantes"), cell[1], by=writer())
        answer = client.post(url_of_all, {"shown": shown(page)})
        assert str(other) in text_of(answer)
        assert not Observation.objects.published().exists()
        with pytest.raises(ChangedMeanwhile):
            publish(observation=other, reader=editor, now=timezone.now(), shown="autre")
        client.post(url_of_all, {"shown": shown(answer)})
        assert Observation.objects.published().count() == 2

    def test_observation_published_by_another_reader_meanwhile_is_reported(self, client, editor, cell):
        observation = recorded(*cell, by=writer())
        addresses = [f"{BULK}?id={pk}&next={url('list')}" for pk in (observation.pk, "all")]
        pages = [client.get(address) for address in addresses]
        publish(observation=observation, reader=writer(), now=timezone.now(), shown=BY_PROGRAM)
        for address, page, message in zip(addresses, pages, ("déjà publiée", "décidé entre-temps"), strict=True):
            text = text_of(client.post(address, {"shown": shown(page)}, follow=True))
            assert message in text
            assert "0 observation est publiée" not in text

    def test_list_links_to_the_bulk_review(self, client, editor, cell):
        observation = recorded(*cell, by=writer())
        page = client.get(url("list"))
        assert f"{BULK}?id={observation.pk}" in page.content.decode()
        assert "À relire" in text_of(page)

    def test_other_groups_have_no_access(self, client, cell):
        observation = recorded(*cell)
        user = UserFactory()
        user.groups.set(Group.objects.filter(name="Modération"))
        client.force_login(user)
        for address in (f"{BULK}?id={observation.pk}", FILE, EXPORT, reverse("comparison_grid:index")):
            client.post(address)
        assert not Observation.objects.published().exists()
        assert client.get(EXPORT).status_code == 302


def test_grid_counts_pending_observations_and_links_to_missing_ones(client, editor, cell):
    recorded(*cell)
    nantes = make_city("Nantes")
    page = client.get(reverse("comparison_grid:index"))
    assert "à relire : 1" in text_of(page)
    link = f"{url('add')}?criterion={cell[1].pk}&amp;city={nantes.pk}"
    assert link in page.content.decode()
    assert f'<option value="{nantes.pk}" selected>' in client.get(link.replace("&amp;", "&")).content.decode()


class TestFile:
    def send(self, client, content, **data):
        file = {} if "text" in data else {"file": SimpleUploadedFile("grille.csv", content.encode())}
        return client.post(FILE, {**file, **data})

    def exported(self, client):
        return client.get(EXPORT).getvalue()

    def test_import_preview_writes_nothing_and_reports_every_line(self, client, editor, cell):
        make_criterion(slug="agents", kind="number")
        published(make_city(siren="000000002"), cell[1], source_title="", source_seen_on=timezone.localdate())
        today = timezone.localdate().isoformat()
        rows = [
            f"000000001;guichet;oui;{SOURCE};;{today};",
            f"000000002;guichet;oui;{SOURCE};;{today};",
            "000000002;agents;;;;;",
            f"000000002;guichet;non;{SOURCE};;{today};",
            "000000001;agents;12;;;;",
            f"999;guichet;oui;{SOURCE};;{today};",
            f"000000001;rien;oui;{SOURCE};;{today};",
            f"000000001;agents;beaucoup;{SOURCE};;{today};",
            f"000000001;agents;12;{SOURCE};;hier;",
            f"000000002;agents;12;javascript:alert(1);;{today};",
            f"000000001;guichet;non;{SOURCE};;{today};",
        ]
        before = list(Observation.objects.values())
        page = text_of(self.send(client, "\n".join([HEADER, *rows])))
        assert list(Observation.objects.values()) == before
        for expected in (
            "1 observation à noter",
            "1 ligne qui dit ce qu’on sait déjà",
            "1 ligne vide",
            "8 lignes refusées",
            "Ligne 5,",
            "Écrivez l’adresse de la source. Écrivez le jour",
            "Aucune métropole du comparatif n’a ce SIREN",
            "Aucun critère n’a ce nom court",
            "Écrivez un nombre",
            "Écrivez le jour comme",
            "Rien n’est encore écrit",
        ):
            assert expected in page, expected

    def test_confirmed_import_records_unpublished_observations(self, client, editor, cell):
        text = f"{HEADER}\n000000001;guichet;Oui;{SOURCE};Le rapport;01/11/2026;"
        looked_at = BeautifulSoup(self.send(client, text).content, "html.parser")
        assert "Ligne 2, Lyon" in looked_at.get_text(), "what is accepted is shown line by line"
        file_text = looked_at.select_one("input[name=text]")["value"]
        assert not Observation.objects.exists()
        assert self.send(client, "", text=file_text, record="1").status_code == 302
        observation = Observation.objects.get()
        assert (observation.recorded_by, observation.published_at, observation.source_title) == (
            editor,
            None,
            "Le rapport",
        )

    def test_export_is_identical_after_its_import(self, client, editor, cell):
        text_criterion, number_criterion = (
            make_criterion(slug="mots", kind="text"),
            make_criterion(slug="part", kind="number", unit="%"),
        )
        published(*cell, "en partie")
        published(*cell, "oui", reason="Un guichet a ouvert ; « enfin »")
        recorded(cell[0], text_criterion, '=SOMME(A1) ; "deux"', source_title="-1")
        published(cell[0], number_criterion, "33,25")
        make_city("Nantes")
        first = self.exported(client)
        before = list(Observation.objects.order_by("pk").values())
        page = text_of(self.send(client, first.decode("utf-8-sig"), record="1"))
        assert "refusées" not in page or "0 lignes refusées" in page
        assert list(Observation.objects.order_by("pk").values()) == before
        assert self.exported(client) == first
        # On a site with only the metropolises and the criteria, the import reproduces the same file.
        Observation.objects.all()._raw_delete("default")
        text = first.decode("utf-8-sig")
        assert self.send(client, text, record="1").status_code == 302
        assert self.exported(client) == first
        assert not Observation.objects.published().exists()
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert len(rows) == City.objects.count() * Criterion.objects.count()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "fichier"),
            ("a;b\n1;2", "Il manque ces colonnes"),
            ("\0\0;;", "fichier"),
            ("x" * 2_000_001, "2 Mo"),
            ("PK\3\4", "enregistrez-le en CSV"),
            ('siren;critere;valeur;source;vue_le\n1;2;3;4;"5\n6;7;8;9;10\n', "fichier CSV lisible"),
        ],
    )
    def test_invalid_file_is_refused_with_a_message(self, client, editor, text, message):
        response = self.send(client, text)
        assert response.status_code == 200
        assert message in text_of(response)
