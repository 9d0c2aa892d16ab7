"""Public pages of test campaigns: current ones, results, reporting a trial, testing again."""

import datetime as dt
import io
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from wagtail.models import Page

from fieldwork.models import DraftPicture, Echo, Finding, Retest, Trial, TrialDraft
from participation.services import attachments
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

State = Finding.State


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def text_of(part):
    return " ".join(part.get_text(" ").replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.fixture
def scenario():
    return ScenarioFactory(goal="Trouver l’heure d’ouverture", minutes=5)


@pytest.fixture
def address(scenario):
    return f"{scenario.get_absolute_url()}raconter/"


ANSWERS = {"outcome": "seul", "ease": "4", "device": "telephone", "minutes": "7", "browser": "Firefox"}
FINDING = {
    "constat-1-key": "a1",
    "constat-1-what_happened": "Le samedi n’est écrit nulle part.",
    "constat-1-severity": "bloque",
}


def picture(name="photo.png", size=(40, 30)):
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


class TestReading:
    def test_list_starts_with_open_campaigns_and_shows_results_of_closed_ones(self, client):
        today = timezone.localdate()
        running = CampaignFactory(title="En ce moment")
        CampaignFactory(title="Bientôt", starts_on=today + dt.timedelta(days=3))
        over = CampaignFactory(
            title="Finie", starts_on=today - dt.timedelta(days=90), ends_on=today - dt.timedelta(days=60)
        )
        trial = TrialFactory(scenario__campaign=over)
        long_ago = timezone.now() - dt.timedelta(days=80)
        FindingFactory(
            trial=trial, state=State.VERIFIED, created_at=long_ago, verified_at=long_ago + dt.timedelta(days=34)
        )
        FindingFactory(trial=trial, state=State.SENT, created_at=long_ago)
        ScenarioFactory(campaign=running)
        page = read(client, "/essais/")
        assert [card.get_text(strip=True) for card in page.select(".card h3")] == ["En ce moment", "Bientôt", "Finie"]
        texts = [text_of(card) for card in page.select(".card")]
        assert "1 scénario à essayer." in texts[0]
        assert "2 constats, 1 corrigé et vérifié." in texts[2]
        assert "34 jours" in texts[2]
        assert "1 réponse attendue, dont 1 en retard." in texts[2]

    def test_a_finding_is_public_once_confirmed_and_a_sensitive_one_never(self, client, scenario):
        trial = TrialFactory(scenario=scenario)
        confirmed = FindingFactory(trial=trial, what_happened="Le samedi manque.")
        FindingFactory(trial=trial, state=State.REPORTED, what_happened="Pas encore lu.")
        secret = FindingFactory(trial=trial, is_sensitive=True, what_happened="Les données des autres.")
        client.force_login(trial.tester)
        for where in (scenario.campaign.url, scenario.get_absolute_url(), "/compte/essais/"):
            assert "données des autres" not in text_of(read(client, where))
        assert "Le samedi manque." in text_of(read(client, scenario.campaign.url))
        assert "Pas encore lu." not in text_of(read(client, scenario.campaign.url))
        read(client, confirmed.get_absolute_url())
        read(client, secret.get_absolute_url(), 404)

    def test_a_duplicate_leads_to_a_readable_finding_only(self, client, scenario):
        original = FindingFactory()
        own = FindingFactory(trial=TrialFactory(scenario=scenario), state=State.DUPLICATE, duplicate_of=original)
        client.force_login(own.trial.tester)
        for is_hidden in (False, True):
            Finding.objects.filter(pk=original.pk).update(is_sensitive=is_hidden)
            links = read(client, own.get_absolute_url()).select(f"main a[href='{original.get_absolute_url()}']")
            assert len(links) == (0 if is_hidden else 1)

    def test_own_findings_do_not_lead_to_an_unpublished_campaign(self, client, scenario):
        finding = FindingFactory(trial=TrialFactory(scenario=scenario))
        client.force_login(finding.trial.tester)
        for is_live in (True, False):
            Page.objects.filter(pk=scenario.campaign.pk).update(live=is_live)
            for where in (finding.get_absolute_url(), "/compte/essais/"):
                page = read(client, where)
                assert "Trouver l’heure d’ouverture" in text_of(page)
                hrefs = [link["href"] for link in page.select("main a[href], .breadcrumb a")]
                assert any(href.startswith(scenario.campaign.url) for href in hrefs) is is_live, where

    def test_filters_narrow_the_findings_and_suggest_one_to_remove(self, client, scenario):
        trial = TrialFactory(scenario=scenario)
        FindingFactory(trial=trial, severity="bloque", state=State.CONFIRMED)
        FindingFactory(trial=trial, severity="gene", state=State.VERIFIED)
        url = scenario.campaign.url
        assert len(read(client, url).select("#liste .card")) == 2
        assert len(read(client, f"{url}?gravite=gene").select("#liste .card")) == 1
        nothing = read(client, f"{url}?gravite=gene&etat=confirme")
        assert "Essayez sans le filtre" in text_of(nothing.select_one("#liste"))
        assert len(read(client, f"{url}?etat=%00&gravite=<b>").select("#liste .card")) == 2


class TestReporting:
    def test_trial_is_reported(self, client, scenario, address):
        tester = UserFactory()
        client.force_login(tester)
        response = client.post(address, {**ANSWERS, **FINDING, "send": "1"}, follow=True)
        assert "Merci" in response.content.decode()
        trial = Trial.objects.get()
        assert (trial.tester, trial.outcome, trial.minutes, trial.ease) == (tester, "seul", 7, 4)
        assert trial.findings.get().what_happened == "Le samedi n’est écrit nulle part."
        assert not TrialDraft.objects.exists()

    def test_trial_without_finding_is_saved(self, client, address):
        client.force_login(UserFactory())
        client.post(address, {**ANSWERS, "constat-1-key": "a1", "send": "1"})
        assert Trial.objects.get().findings.count() == 0

    def test_draft_survives_signing_in_and_invalid_answers(self, client, address, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        client.post(address, {**ANSWERS, **FINDING, "outcome": "", "send": "1"})
        page = read(client, address)
        assert page.select_one("[name=browser]")["value"] == "Firefox"
        assert "samedi" in page.select_one("[name=constat-1-what_happened]").get_text()
        key = page.select_one("[name=key]")["value"]
        data = {**ANSWERS, **FINDING, "constat-1-picture": picture(), "constat-1-picture_description": "Une page."}
        client.post(address, data | {"key": key, "send": "1", "email": "odile@courriel.example"})
        client.force_login(UserFactory())
        page = read(client, address)
        assert "samedi" in page.select_one("[name=constat-1-what_happened]").get_text()
        assert client.get(f"{address}?suite=1").status_code == 302
        found = Finding.objects.get()
        assert ("samedi" in found.what_happened, bool(found.picture)) == (True, True)

    def test_older_page_does_not_overwrite_the_draft_of_another_window(self, client, address):
        def seen_on(page):
            return page.select_one("[name=seen]")["value"]

        def saved_text():
            return TrialDraft.objects.get().told["findings"][0]["what_happened"]

        first = seen_on(read(client, address))
        data = {**ANSWERS, **FINDING, "keep": "1"}
        for _twice in range(2):
            assert client.post(address, {**data, "seen": first}).status_code == 302
        other = {**data, "constat-1-what_happened": "Écrit dans une fenêtre restée ouverte."}
        refused = BeautifulSoup(client.post(address, {**other, "seen": first}).content, "html.parser")
        assert "Une autre fenêtre a changé ce texte" in text_of(refused)
        assert "fenêtre restée ouverte" in refused.select_one("[name=constat-1-what_happened]").get_text()
        assert saved_text() == FINDING["constat-1-what_happened"]
        assert client.post(address, {**other, "seen": seen_on(refused)}).status_code == 302
        assert saved_text() == other["constat-1-what_happened"]
        assert client.post(address, {**data, "seen": seen_on(read(client, address))}).status_code == 302

    def test_draft_survives_an_expired_session(self, client, address):
        person = UserFactory()
        client.force_login(person)
        client.post(address, {**ANSWERS, "constat-1-key": "a1", "keep": "1"})
        key = str(TrialDraft.objects.get().pk)
        client.logout()
        client.post(address, {**ANSWERS, **FINDING, "key": key, "send": "1"})
        client.force_login(person)
        assert "samedi" in read(client, address).select_one("[name=constat-1-what_happened]").get_text()

    def test_trial_sent_twice_is_saved_once(self, client, address):
        client.force_login(UserFactory())
        key = read(client, address).select_one("[name=key]")["value"]
        for _again in range(2):
            assert client.post(address, {**ANSWERS, **FINDING, "key": key, "send": "1"}).status_code == 302
        assert Trial.objects.count() == 1
        assert Finding.objects.count() == 1

    def test_findings_are_added_and_removed_without_a_script(self, client, address):
        client.post(address, {**ANSWERS, **FINDING, "add": "1"})
        page = read(client, address)
        keys = [one["value"] for one in page.select("input[name$=-key]")]
        assert len(keys) == 2
        second = {"constat-2-key": keys[1], "constat-2-what_happened": "La carte bloque."}
        client.post(address, {**ANSWERS, **FINDING, **second, "remove": keys[0]})
        page = read(client, address)
        assert [one.get_text().strip() for one in page.select("textarea[name$=what_happened]")] == ["La carte bloque."]

    def test_picture_is_saved_with_the_draft_then_moved_to_the_finding(
        self, client, address, settings, tmp_path, monkeypatch
    ):
        settings.MEDIA_ROOT = tmp_path
        drawings, draw = [], attachments._picture
        monkeypatch.setattr(attachments, "_picture", lambda file: drawings.append("drawn") or draw(file))
        client.force_login(UserFactory())
        response = client.post(address, {**ANSWERS, **FINDING, "constat-1-picture": picture(), "send": "1"})
        assert "Écrivez ce que montre l’image." in response.content.decode()
        page = read(client, address)
        response = client.get(page.select_one("figure img")["src"])
        drawn = b"".join(response.streaming_content)
        assert drawn[:3] == b"\xff\xd8\xff"
        key = page.select_one("[name=constat-1-picture_key]")["value"]
        described = {"constat-1-picture_key": key, "constat-1-picture_description": "La page, sans samedi."}
        client.post(address, {**ANSWERS, **FINDING, **described, "send": "1"})
        finding = Finding.objects.get()
        assert finding.picture_description == "La page, sans samedi."
        assert not DraftPicture.objects.exists()
        response = client.get(f"{finding.get_absolute_url()}image/")
        assert b"".join(response.streaming_content) == drawn
        assert drawings == ["drawn"], "a saved picture is not re-encoded on submission"
        client.logout()
        assert client.get(f"{finding.get_absolute_url()}image/").status_code == 404

    @pytest.mark.parametrize(
        "file",
        [
            SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>"),
            SimpleUploadedFile("page.pdf", b"%PDF-1.4 %%EOF"),
            SimpleUploadedFile("vide.png", b""),
        ],
        ids=["svg", "pdf", "empty"],
    )
    def test_invalid_picture_shows_an_error_and_the_text_remains(self, client, address, file):
        client.force_login(UserFactory())
        page = BeautifulSoup(
            client.post(address, {**ANSWERS, **FINDING, "constat-1-picture": file, "add": "1"}).content, "html.parser"
        )
        assert page.select_one("#id_constat-1-picture_error")
        assert "samedi" in page.select_one("[name=constat-1-what_happened]").get_text()
        assert not DraftPicture.objects.exists()

    def test_draft_is_private_to_its_author(self, client, address):
        client.force_login(UserFactory())
        client.post(address, {**ANSWERS, **FINDING, "keep": "1"})
        client.force_login(UserFactory())
        assert not read(client, address).select_one("[name=constat-1-what_happened]").get_text().strip()

    def test_closed_campaign_accepts_no_trial(self, client, scenario, address):
        campaign = scenario.campaign
        campaign.ends_on = timezone.localdate() - dt.timedelta(days=1)
        campaign.save()
        client.force_login(UserFactory())
        assert client.get(address).status_code == 302
        client.post(address, {**ANSWERS, **FINDING, "send": "1"})
        assert not Trial.objects.exists()


class TestFinding:
    def test_page_shows_the_due_date_of_the_answer(self, client):
        finding = FindingFactory(state=State.SENT)
        page = read(client, finding.get_absolute_url())
        assert "Réponse attendue au plus tard le" in text_of(page.select_one(".timeline"))

    def test_retest_by_another_user_verifies_the_finding(self, client):
        person = UserFactory()
        finding = FindingFactory(state=State.TO_TEST, said_fixed_by=UserFactory())
        address = f"{finding.get_absolute_url()}nouvel-essai/"
        assert "Se connecter" in text_of(read(client, address))
        client.force_login(person)
        client.post(address, {"outcome": Retest.Outcome.WORKS, "version": "octobre", "note": "Le samedi est écrit."})
        finding.refresh_from_db()
        assert finding.state == State.VERIFIED
        page = text_of(read(client, finding.get_absolute_url()))
        assert "octobre" in page
        # The note is unmoderated, so only the team sees it.
        assert "Le samedi est écrit." not in page

    def test_user_who_reported_the_fix_cannot_retest_and_sees_the_reason(self, client):
        person = UserFactory()
        finding = FindingFactory(state=State.TO_TEST, said_fixed_by=person)
        client.force_login(person)
        address = f"{finding.get_absolute_url()}nouvel-essai/"
        assert "une autre personne" in text_of(read(client, address).select_one("main .notice"))
        client.post(address, {"outcome": Retest.Outcome.WORKS})
        assert not Retest.objects.exists()

    def test_each_user_adds_one_echo_and_the_tester_none(self, client):
        finding = FindingFactory()
        address = f"{finding.get_absolute_url()}moi-aussi/"
        client.force_login(UserFactory())
        for _again in range(2):
            client.post(address, {"action": "dire"})
        assert "1 autre personne a le même problème" in text_of(read(client, finding.get_absolute_url()))
        client.post(address, {"action": "retirer"})
        assert not Echo.objects.exists()
        client.force_login(finding.trial.tester)
        client.post(address, {"action": "dire"})
        assert not Echo.objects.exists()

    def test_verified_finding_accepts_no_echo_and_suggests_a_retest(self, client):
        finding = FindingFactory(state=State.VERIFIED)
        address = f"{finding.get_absolute_url()}moi-aussi/"
        for page in (finding.get_absolute_url(), address):
            soup = read(client, page)
            assert "Refaites l’essai : cela compte" in text_of(soup)
            assert not soup.select("main [href$='moi-aussi/'], main [name=action]")
        person = UserFactory()
        client.force_login(person)
        client.post(address, {"action": "dire"})
        assert not Echo.objects.exists()
        Echo.objects.create(finding=finding, user=person, created_at=timezone.now())
        client.post(address, {"action": "retirer"})
        assert not Echo.objects.exists(), "existing echoes can be withdrawn"

    def test_need_for_an_account_is_shown_to_anonymous_users_only(self, client, scenario):
        assert "Il faut un compte" in text_of(read(client, scenario.get_absolute_url()))
        client.force_login(UserFactory())
        assert "Il faut un compte" not in text_of(read(client, scenario.get_absolute_url()))

    def test_form_sent_too_fast_shows_an_error(self, client, address, settings):
        settings.FORM_MINIMUM_SECONDS = 3
        client.force_login(UserFactory())
        response = client.post(address, {**ANSWERS, **FINDING, "send": "1"})
        errors = BeautifulSoup(response.content, "html.parser").select("#erreurs li")
        assert ["Rien n’est encore envoyé" in text_of(error) for error in errors] == [True]


def test_the_sheet_has_the_scenario_and_the_questions(client, scenario):
    page = read(client, f"{scenario.get_absolute_url()}feuille/")
    text = text_of(page.select_one(".paper-form"))
    assert "Trouver l’heure d’ouverture" in text
    assert re.search("Oui, sans aide", text)
