"""Pages of the bodies in which users are represented, and links to the sites that a page describes."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from committee.models import Mandate, PartnerBodyPage, Referral
from committee.register.services.redaction import redact
from committee.services.erasure import erase
from common.shown import BY_PROGRAM
from home.services.starter_texts import load_texts
from participation.models import Proposal, ProposalInReferral
from tests.cms.factories import make_document
from tests.committee.minutes import DAY, NOW
from tests.committee.register import enter
from tests.factories import MandateFactory, MemberFactory, ProposalFactory, TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW + DAY, tick=False), pytest.mark.indexed]

TODAY = NOW.date()
URL = "/le-comite/comite-partenarial/"


@pytest.fixture
def body():
    return PartnerBodyPage.objects.get(slug="comite-partenarial")


def make_referral(body, text="Une durée sur chaque démarche", **kwargs):
    return Referral.objects.create(page=body, text=text, **{"brought_on": TODAY, **kwargs})


def read(client, url=URL):
    main = BeautifulSoup(client.get(url).content, "html.parser").main
    return " ".join(main.get_text(" ", strip=True).split())


def make_representative(name, **kwargs):
    member = MemberFactory(name=name, **kwargs)
    return MandateFactory(member=member, role=Mandate.Role.PARTNERSHIP, seat=None)


class TestPage:
    def test_new_site_has_both_pages_without_placeholders(self, client):
        load_texts(NOW)
        for url in (URL, "/le-comite/conseil-de-developpement/"):
            text = read(client, url)
            assert "Ce que c’est" in text
            assert "À compléter" not in text
            assert "Personne n’est désigné" in text
            assert "Rien ne lui a été apporté" in text
            for page in ("/le-comite/", reverse("home:site_map")):
                assert f'href="{url}"' in client.get(page).text
            assert url in client.get("/sitemap.xml").text

    def test_representatives_come_from_current_mandates(self, client):
        make_representative("Odile Marmoutier")
        before = make_representative("Bernard Wasselonne")
        before.ends_on = NOW.date() - DAY
        before.save()
        MandateFactory(member__name="Camille Saverne", role=Mandate.Role.DEVELOPMENT_COUNCIL, seat=None)
        text = read(client)
        assert "Odile Marmoutier" in text
        assert "Bernard Wasselonne" not in text
        assert "Camille Saverne" not in text
        assert "Camille Saverne" in read(client, "/le-comite/conseil-de-developpement/")

    def test_representative_without_consent_is_counted_and_not_named(self, client):
        member = make_representative("Odile Marmoutier").member
        assert "Odile Marmoutier" in read(client)
        member.is_named = False
        member.save()
        assert "Odile Marmoutier" not in read(client)
        assert "1 membre dont le nom n’est pas publié." in read(client)

    def test_hidden_names_are_replaced_in_referrals(self, client, body):
        MemberFactory(name="Odile Marmoutier", is_named=False)
        make_referral(body, text="Demande portée par Odile Marmoutier", answer="Merci à Odile Marmoutier.")
        assert "Odile Marmoutier" not in read(client)
        assert "un membre du comité" in read(client)

    def test_erased_name_is_removed_from_referrals_and_their_revisions(self, body):
        member = MemberFactory(name="Odile Marmoutier")
        make_referral(body, text="Demande d’Odile Marmoutier", answer="Merci à Odile Marmoutier.")
        PartnerBodyPage.objects.get(pk=body.pk).save_revision().publish()
        erase(member=member, actor=UserFactory(), now=NOW, shown=BY_PROGRAM)
        row = Referral.objects.get()
        revision = PartnerBodyPage.objects.get(pk=body.pk).get_latest_revision_as_object().referrals.get()
        for stored in (row, revision):
            assert "Marmoutier" not in stored.text + stored.answer

    def test_referral_links_to_its_decision_proposals_and_document(self, client, body):
        entry = enter(text="Le comité demande une durée.")
        proposal = ProposalFactory(title="Dire la durée")
        document = make_document(title="La réponse")
        row = make_referral(body, decision=entry, document=document, answer="Oui, en mars.", answered_on=TODAY)
        ProposalInReferral.objects.create(row=row, proposal=proposal)
        tree = BeautifulSoup(client.get(URL).content, "html.parser").main
        links = {link["href"] for link in tree.select("a")}
        assert {entry.get_absolute_url(), proposal.get_absolute_url()} <= links
        assert "Réponse du" in read(client)
        assert "Oui, en mars." in read(client)

    def test_unpublished_objects_are_not_linked(self, client, body):
        entry = enter(text="Une décision nominative.")
        hidden = ProposalFactory(title="Proposition secrète", state=Proposal.State.RECEIVED)
        closed = Collection.get_first_root_node().add_child(name="Réservé")
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        row = make_referral(body, decision=entry, document=make_document(title="Fichier réservé", collection=closed))
        ProposalInReferral.objects.create(row=row, proposal=hidden)
        assert "Registre des décisions" in read(client)
        redact(entry=entry, actor=UserFactory(is_superuser=True), reason="Demande d’une personne citée.", now=NOW)
        text = read(client)
        for secret in ("Registre des décisions", "Proposition secrète", "Fichier réservé"):
            assert secret not in text
        assert "Pas encore de réponse." in text

    @pytest.mark.parametrize("how", ["unpublished", "restricted"])
    def test_page_that_is_not_public_is_in_no_list_sitemap_or_search(self, client, body, how):
        make_referral(body, text="Une demande confidentielle")
        body.save()
        search = reverse("home:search")
        assert URL in client.get(search, {"q": "confidentielle"}).text
        if how == "unpublished":
            body.unpublish()
        else:
            PageViewRestriction.objects.create(page=body, restriction_type=PageViewRestriction.LOGIN)
        for answer in (
            client.get("/le-comite/"),
            client.get(reverse("home:site_map")),
            client.get("/sitemap.xml"),
            client.get(search, {"q": "confidentielle"}),
        ):
            assert answer.status_code == 200
            assert URL not in answer.text


class TestEditing:
    def test_referrals_are_edited_in_the_form_of_the_page(self, client, body):
        entry = enter(text="Le comité demande une durée.")
        client.force_login(UserFactory(is_superuser=True, is_staff=True))
        address = reverse("wagtailadmin_pages:edit", args=[body.pk])
        form = BeautifulSoup(client.get(address).content, "html.parser").select_one(
            "form#w-editor-form, #page-edit-form"
        )
        sent = {
            field["name"]: field.get("value", "")
            for field in form.select("input[name]")
            if field.get("type") != "checkbox"
        }
        sent |= {area["name"]: area.text for area in form.select("textarea[name]")}
        sent |= {
            "office": "partnership",
            "body-count": "0",
            "referrals-TOTAL_FORMS": "1",
            "referrals-0-text": "Une durée sur chaque démarche",
            "referrals-0-brought_on": "02/11/2026",
            "referrals-0-decision": str(entry.number),
            "referrals-0-answer": "",
            "referrals-0-answered_on": "",
            "referrals-0-document": "",
            "referrals-0-ORDER": "1",
            "referrals-0-id": "",
            "referrals-0-proposals-TOTAL_FORMS": "0",
            "referrals-0-proposals-INITIAL_FORMS": "0",
            "referrals-0-proposals-MIN_NUM_FORMS": "0",
            "referrals-0-proposals-MAX_NUM_FORMS": "1000",
            "action-publish": "action-publish",
        }
        sent["referrals-0-decision"] = "99"
        refused = client.post(address, sent)
        assert "Écrivez le numéro d’une décision du registre." in refused.text
        sent["referrals-0-decision"] = str(entry.number)
        assert client.post(address, sent).status_code == 302
        row = Referral.objects.get()
        assert (row.decision, row.brought_on) == (entry, dt.date(2026, 11, 2))
        assert "Une durée sur chaque démarche" in read(client)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"answered_on": TODAY}, "answer"),
            ({"answer": "Oui.", "answered_on": TODAY - DAY}, "answered_on"),
        ],
    )
    def test_answer_requires_a_text_and_a_valid_day(self, body, fields, field):
        with pytest.raises(ValidationError) as refused:
            Referral(page=body, text="Un sujet", brought_on=TODAY, **fields).full_clean()
        assert field in refused.value.message_dict


class TestWebsite:
    def test_topic_links_to_its_website(self, client):
        topic = TopicPageFactory(website="https://www.strasbourg.eu/")
        link = BeautifulSoup(client.get(topic.url).content, "html.parser").select_one('a[href^="https://www.str"]')
        assert link.text == "Aller sur strasbourg.eu"
        assert link["rel"] == ["external", "noopener"]

    def test_topic_without_website_has_no_link(self, client):
        assert "Aller sur" not in read(client, TopicPageFactory().url)

    @pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://exemple.example/", "strasbourg"])
    def test_website_must_be_an_http_url(self, website):
        topic = TopicPageFactory()
        topic.website = website
        with pytest.raises(ValidationError) as refused:
            topic.full_clean()
        assert "website" in refused.value.message_dict
