"""Register of decisions: removal of texts, pages."""

import datetime as dt
import json
import subprocess
import sys

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from committee import errors
from committee.models import (
    Correction,
    MinutesAction,
    MinutesDecision,
    RegisterEntry,
    SessionAction,
    SessionDecision,
    SessionPage,
)
from committee.register.exports import export
from committee.register.services.redaction import redact
from committee.verify_register import verify
from tests.committee.minutes import DAY, NOW, Role, approve, approved, decide, member, opened, propose
from tests.committee.register import enter
from tests.factories import TopicPageFactory, UserFactory
from tests.notices import notice_after

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
PAGE = "/le-comite/decisions/"


class TestRemoval:
    SECRET = "Motpersonnel"

    def test_removed_text_is_not_in_pages_search_rows_or_revisions(self, client, coordinator):
        decisions = [{"text": f"{self.SECRET} est reçue.", "responsible": self.SECRET}]
        session = approved(coordinator=coordinator, decisions=decisions)
        entry = RegisterEntry.objects.get()

        def search_counts():
            return [len(model.objects.search(self.SECRET)) for model in (RegisterEntry, SessionPage)]

        assert search_counts() == [1, 1]
        removal = redact(entry=entry, actor=coordinator, reason="Demande d’une personne.", now=NOW + 2 * DAY)
        assert (removal.redacts, removal.author_role, removal.reason) == (1, "coordinator", "Demande d’une personne.")
        assert search_counts() == [0, 0]
        for page in (PAGE, f"{PAGE}registre.json", session.url):
            assert self.SECRET not in client.get(page).content.decode(), page
        for row in (SessionDecision.objects.get(), MinutesDecision.objects.get()):
            assert (row.text[:12], row.responsible) == ("Texte retiré", "")
        revisions = SessionPage.objects.get(pk=session.pk).revisions.all()
        assert revisions
        assert not any(self.SECRET in json.dumps(revision.content) for revision in revisions)
        page = client.get(PAGE).content.decode()
        assert "Le texte de cette décision a été retiré" in page
        assert "Demande d’une personne." in page
        assert verify(export())

    def test_removal_is_attributed_to_the_team_for_any_group(self, client, coordinator, editor_of):
        approved(coordinator=coordinator)
        client.force_login(editor_of("Animation"))
        client.post("/membres/registre/1/retirer/", {"reason": "Demande d’une personne."})
        page = client.get(PAGE).content.decode()
        assert "(Équipe du comité)" in page
        assert "Secrétariat" not in page

    def test_removed_text_is_not_in_the_minutes(self, client, coordinator, session, later):
        """Neither the page, its revisions, its drafts, the search, nor pending corrections."""
        sentence = f"{self.SECRET} est reçue à l'accueil le lundi"
        text = (
            f"## Ce qui s’est dit\n- Un guide aide.\n- **{self.SECRET}** est reçue à l’accueil le lundi ; "
            f"Louise Rose y va.\n\nLouise Rose demande un téléphone.\n\nEt {self.SECRET.upper()} est reçue\nà "
            "l’accueil le lundi !\n\nAutre passage."
        )
        opened(session, coordinator, text=text, decisions=[{"text": f"{sentence}.", "responsible": "Louise Rose"}])
        correction = propose(session, member(), passage=f"{self.SECRET} est reçue à l’accueil le lundi")
        decide(correction, coordinator, state=Correction.State.REFUSED)
        before = SessionPage.objects.get(pk=session.pk)
        before.introduction = f"En bref : {sentence}."
        before.save()
        approve(session, coordinator, later)
        entry = RegisterEntry.objects.get()
        redact(entry=entry, actor=coordinator, reason="Demande d’une personne.", now=NOW + 2 * DAY)
        session = SessionPage.objects.get(pk=session.pk)
        record = session.minutes_record
        read = client.get(session.url).content.decode()
        texts = [read, record.text, session.introduction, json.dumps(session.minutes.get_prep_value())]
        texts += [json.dumps(revision.content) for revision in session.revisions.all()]
        texts += [" ".join(map(str, Correction.objects.values().get().values()))]
        for text in texts:
            assert self.SECRET.casefold() not in text.casefold()
        assert len(SessionPage.objects.search(self.SECRET)) == 0
        assert read.count("Texte retiré") >= 4
        assert "[…] y va" in read
        for stays in ("Un guide aide.", "Louise Rose demande un téléphone.", "Autre passage."):
            assert stays in read
        assert session.get_latest_revision_as_object().minutes.get_prep_value() == session.minutes.get_prep_value()
        assert session.has_frozen_minutes()
        session.full_clean()

    def test_name_is_also_removed_from_the_minutes_on_request(self, client, coordinator):
        fields = {
            "text": "Léa Martin parle.\n\nUn guide aide.",
            "decisions": [{"text": "Le comité reçoit Léa Martin.", "responsible": ""}],
            "actions": [{"text": "Envoyer le guide.", "responsible": "Léa Martin"}],
        }
        session = approved(coordinator=coordinator, **fields)
        client.force_login(coordinator)
        client.post(reverse("committee:redact", args=[1]), {"reason": "Demande.", "also": "Léa Martin"})
        read = client.get(session.url).content.decode()
        assert "Martin" not in read
        assert "[…] parle." in read
        assert "Envoyer le guide." in read
        for model in (SessionAction, MinutesAction):
            assert model.objects.get().responsible == "[…]"
        assert "Martin" not in json.dumps([entry.reason for entry in RegisterEntry.objects.all()])

    def test_removal_applies_to_a_session_page_with_another_slug(self, coordinator):
        session = approved(
            coordinator=coordinator, decisions=[{"text": f"{self.SECRET} est reçue.", "responsible": ""}]
        )
        SessionPage.objects.filter(pk=session.pk).update(slug="2000-01-01")
        redact(entry=RegisterEntry.objects.get(), actor=coordinator, reason="Demande.", now=NOW)
        assert not SessionDecision.objects.filter(text__contains=self.SECRET).exists()

    def test_text_cannot_be_removed_twice_or_from_a_removal(self, entries, coordinator):
        for entry in (entries[1], entries[3]):
            with pytest.raises(errors.NothingToRemove):
                redact(entry=entry, actor=coordinator, reason="Demande.", now=NOW)

    def test_removal_requires_permission(self, entries):
        for user in (UserFactory(), member(), member(Role.RAPPORTEUR)):
            with pytest.raises(PermissionDenied):
                redact(entry=entries[0], actor=user, reason="Demande.", now=NOW)
            client = Client()
            client.force_login(user)
            assert client.get(reverse("committee:redact", args=[1])).status_code == 403
            page = client.get(PAGE)
            assert page.status_code == 200
            assert "Retirer son texte" not in page.content.decode()

    def test_removal_with_the_form_requires_a_reason(self, client, entries, coordinator):
        client.force_login(coordinator)
        assert reverse("committee:redact", args=[1]) in client.get(PAGE).content.decode()
        empty = client.post(reverse("committee:redact", args=[1]), {"reason": ""})
        assert "sans nommer personne" in empty.content.decode()
        answer = client.post(reverse("committee:redact", args=[1]), {"reason": "Demande."})
        assert answer["Location"] == f"{PAGE}?annee=2026#d1-avis"
        assert "Le texte de la décision" in notice_after(client, answer)
        assert RegisterEntry.objects.get(number=1).is_redacted


class TestPages:
    def test_latest_year_and_latest_decision_come_first(self, client):
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
    def test_register_can_be_filtered_by_words_year_and_topic(self, client, query, numbers):
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

    def test_search_without_results_suggests_removing_a_filter(self, client):
        enter(1, session_day=dt.date(2019, 1, 14), text="Une carte.")
        enter(2, text="Un guide.")
        page = client.get(f"{PAGE}?q=carte&annee=2026").content.decode()
        assert "Essayez sans le filtre «\xa02026\xa0»." in page
        assert f'href="{PAGE}?q=carte"' in page

    def test_url_of_each_decision_has_its_page_and_anchor(self, client):
        """Also in a year with more decisions than a page: pages split the list, but never a year."""
        for number in range(1, 24):
            enter(number, session_day=dt.date(2026, 1, number))
        assert "page=2" in client.get(PAGE).content.decode()
        for entry in RegisterEntry.objects.all():
            page, _hash, anchor = entry.get_absolute_url().partition("#")
            assert f'id="{anchor}"' in client.get(page).content.decode()
            assert anchor == f"d{entry.number}"

    def test_each_page_has_anchors_or_links_for_all_decisions(self, client):
        """Links from before the list had pages: `…/decisions/#d3`."""
        for number in range(1, 24):
            enter(number, session_day=dt.date(2019 + number // 6, 1, number))
        for page in (PAGE, f"{PAGE}?page=2"):
            content = client.get(page).content.decode()
            for entry in RegisterEntry.objects.all():
                assert content.count(f'id="{entry.anchor}"') == 1
            listed = {line.entry.number for _year, lines in client.get(page).context["years"] for line in lines}
            hidden_entries = RegisterEntry.objects.exclude(number__in=listed)
            assert all(f'href="{entry.get_absolute_url()}"' in content for entry in hidden_entries)
            assert 0 < len(listed) < 23
        assert "par numéro" not in client.get(f"{PAGE}?annee=2019").content.decode()

    def test_decision_has_the_colour_and_the_original_name_of_its_topic(self, client):
        topic = TopicPageFactory(number=8, title="Inclusion numérique", pictogram="inclusion")
        enter(1, topic="Inclusion", topic_number=8)
        page = client.get(PAGE).content.decode()
        assert "card--row family--inclusion" in page
        assert '<p class="topic-name">Inclusion</p>' in page
        topic.unpublish()
        page = client.get(PAGE).content.decode()
        assert "card--row family--inclusion" not in page
        assert '<p class="topic-name">Inclusion</p>' in page

    def test_session_that_is_not_public_is_not_linked(self, client):
        session = approved()
        assert session.url in client.get(PAGE).content.decode()
        # A session with approved minutes stays published: only a restriction of its parent pages can close it.
        PageViewRestriction.objects.create(page=session.get_parent(), restriction_type=PageViewRestriction.LOGIN)
        assert f'href="{session.url}"' not in client.get(PAGE).content.decode()

    def test_downloaded_checker_verifies_the_downloaded_register(self, client, entries, tmp_path):
        register, checker = tmp_path / "registre.json", tmp_path / "verify_register.py"
        register.write_bytes(client.get(f"{PAGE}registre.json").content)
        checker.write_bytes(b"".join(client.get(f"{PAGE}verify_register.py").streaming_content))
        command = [sys.executable, "-I", str(checker), str(register), entries[-1].hash[:16]]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0

    def test_register_is_in_sitemap_search_and_open_data(self, client):
        enter(1, text="Une carte des lieux.", responsible="Motpersonnel")
        assert PAGE in client.get("/sitemap.xml").content.decode()
        assert PAGE in client.get("/plan-du-site/").content.decode()
        assert 'content="noindex' not in client.get(PAGE).content.decode()
        assert f"{PAGE}?annee=2026#d1" in client.get("/recherche/?q=carte").content.decode()
        answer = client.get("/donnees-ouvertes/decisions.csv")
        data = b"".join(answer).decode()
        assert "Une carte des lieux." in data
        assert "Motpersonnel" not in data
