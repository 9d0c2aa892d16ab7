"""Resources and workshops: visibility, pages, and files."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar

from cms.hooks import citations_of_apps, sitemap_entries_of_apps
from common.hooks import datasets
from inclusion.forms.learning import ResourceFilters
from inclusion.models import Need, Resource, Workshop
from inclusion.queries.learning import resources_of_topic, workshops_of_topic
from tests.factories import PlaceFactory, TopicPageFactory
from tests.inclusion.learning import ResourceFactory, WorkshopFactory

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class TestResources:
    def test_draft_is_not_public(self, client):
        draft = ResourceFactory(title="Pas encore", published_at=None)
        assert "Pas encore" not in page(client, "/aide-numerique/ressources/")
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert draft.get_absolute_url() not in [entry.path for entry in sitemap_entries_of_apps()]
        assert draft.url not in [one.url for one in citations_of_apps()]
        assert list(rows_of("ressources")) == []

    def test_filters_offer_languages_in_use_only_and_can_be_combined(self, client):
        ResourceFactory(title="Souris", need=Need.LEARN, language="fr")
        ResourceFactory(title="Konto", need=Need.SAFETY, language="de", level="aise")
        content = page(client, "/aide-numerique/ressources/?langue=de")
        assert "Konto" in content
        assert "Souris" not in content
        assert 'value="tr"' not in content
        content = page(client, "/aide-numerique/ressources/?langue=de&besoin=apprendre")
        assert "Aucune ressource ne correspond" in content
        assert "Essayez sans le filtre" in content

    @pytest.mark.parametrize("value", ["klingon", "' OR 1=1 --", "\x00", "fr" * 5_000, "<script>", "٣"])
    def test_invalid_filter_values_are_ignored(self, client, value):
        ResourceFactory(title="Souris")
        for name in (*ResourceFilters.base_fields, "page"):
            answer = client.get("/aide-numerique/ressources/", {name: value})
            assert answer.status_code == 200
            assert "Souris" in answer.content.decode()

    def test_page_shows_link_author_and_duration(self, client):
        made = ResourceFactory(url="https://www.pix.example/cours", maker="Pix", minutes=20, language="facile")
        content = page(client, made.get_absolute_url())
        assert 'href="https://www.pix.example/cours" hreflang="fr"' in content
        assert "www.pix.example" in content
        assert "Auteur\u00a0: Pix" in content
        assert "20 minutes" in content
        assert "Non renseigné" in content

    def test_url_of_a_resource_is_a_citation_for_the_link_check(self):
        made = ResourceFactory()
        [cited] = [one for one in citations_of_apps() if one.url == made.url]
        assert cited.title == made.title
        assert cited.edit_url.endswith(f"/edit/{made.pk}/")


class TestWorkshops:
    def test_upcoming_workshops_precede_past_ones_that_were_not_cancelled(self, client):
        WorkshopFactory(title="Le second", starts_at=NOW + 9 * DAY)
        WorkshopFactory(title="Le premier", starts_at=NOW + DAY)
        WorkshopFactory(title="Annulé à venir", starts_at=NOW + 2 * DAY, cancelled_because="L’animatrice est malade.")
        WorkshopFactory(title="Terminé", starts_at=NOW - DAY)
        WorkshopFactory(title="Annulé passé", starts_at=NOW - DAY, cancelled_because="Salle fermée.")
        WorkshopFactory(title="Brouillon", published_at=None)
        content = page(client, "/aide-numerique/ateliers/")
        assert content.index("Le premier") < content.index("Annulé à venir") < content.index("Le second")
        assert content.index("Ateliers passés") < content.index("Terminé")
        assert "L’animatrice est malade." in content
        assert "Annulé passé" not in content
        assert "Brouillon" not in content

    def test_workshop_is_upcoming_until_its_end(self):
        WorkshopFactory(starts_at=NOW - dt.timedelta(hours=1), ends_at=NOW + dt.timedelta(seconds=1))
        assert Workshop.objects.upcoming(NOW).count() == 1
        assert Workshop.objects.upcoming(NOW + dt.timedelta(seconds=1)).count() == 0
        assert Workshop.objects.held(NOW + dt.timedelta(seconds=1)).count() == 1

    def test_workshop_that_ends_before_its_start_is_refused(self):
        made = WorkshopFactory.build(ends_at=NOW - DAY)
        with pytest.raises(ValidationError, match="après son début"):
            made.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            made.save()

    def test_workshop_takes_address_from_its_place_which_lists_it(self, client):
        place = PlaceFactory(name="Médiathèque Est", address="1 rue de l’Exemple", insee_code="67482")
        workshop = WorkshopFactory.build(place=place, where="", commune="")
        workshop.full_clean(exclude=["topic"])
        workshop.save()
        assert (workshop.where, workshop.commune) == ("Médiathèque Est, 1 rue de l’Exemple", "67482")
        WorkshopFactory(place=place, title="Annulé", cancelled_because="Grève.")
        WorkshopFactory(title="Ailleurs")
        html = page(client, place.get_absolute_url())
        assert [title in html for title in (workshop.title, "Annulé", "Ailleurs")] == [True, False, False]
        assert place.get_absolute_url() in page(client, workshop.get_absolute_url())

    def test_workshop_does_not_link_to_an_unpublished_place(self, client):
        place = PlaceFactory(published_at=None)
        workshop = WorkshopFactory(place=place)
        assert place.get_absolute_url() not in page(client, workshop.get_absolute_url())

    def test_workshop_without_a_place_requires_address_and_commune(self):
        with pytest.raises(ValidationError) as refused:
            WorkshopFactory.build(where="", commune="").full_clean()
        assert {*refused.value.message_dict} == {"where", "commune"}

    def test_page_of_a_cancelled_workshop_shows_the_reason_without_directions(self, client):
        made = WorkshopFactory(cancelled_because="Salle fermée.", how_to_come="Appelez-nous.")
        content = page(client, made.get_absolute_url())
        assert "Cet atelier n’a pas lieu. Salle fermée." in content
        assert "Appelez-nous." not in content
        assert "atelier.ics" not in content

    def test_calendar_lists_published_workshops_in_order_with_stable_uids(self, client):
        later = WorkshopFactory(title="Second; TRAP:\r\nX-BAD:1", starts_at=NOW + 9 * DAY)
        sooner = WorkshopFactory(starts_at=NOW + DAY, cancelled_because="Salle fermée.")
        WorkshopFactory(published_at=None)
        content = client.get("/aide-numerique/ateliers/calendrier.ics").content
        first, second = Calendar.from_ical(content).walk("VEVENT")
        assert [first["uid"], second["uid"]] == [str(sooner.key), str(later.key)]
        assert first["status"] == "CANCELLED"
        assert first["summary"].startswith("Atelier annulé")
        assert second["summary"] == "Second; TRAP: X-BAD:1"
        assert b"\r\nX-BAD" not in content
        assert content == client.get("/aide-numerique/ateliers/calendrier.ics").content

    def test_change_increases_the_sequence_in_the_calendar(self, client, time_machine):
        made = WorkshopFactory()
        before = event_of(client, made)
        time_machine.move_to(NOW + DAY, tick=False)
        made.where = "Ailleurs"
        made.save()
        assert event_of(client, made)["sequence"] > before["sequence"]
        assert event_of(client, made)["uid"] == before["uid"]


class TestTopics:
    def test_objects_without_a_topic_are_listed_under_inclusion(self, rf):
        inclusion = TopicPageFactory(number=8, pictogram="inclusion")
        other = TopicPageFactory(number=9, pictogram="data")
        ResourceFactory(title="Sans sujet", topic=None)
        ResourceFactory(title="Sur les données", topic=other)
        WorkshopFactory(title="Atelier", topic=None)
        WorkshopFactory(title="Atelier annulé", topic=None, cancelled_because="Salle fermée.")
        assert titles_under(inclusion, rf) == {"ateliers": ["Atelier"], "ressources": ["Sans sujet"]}
        assert titles_under(other, rf) == {"ressources": ["Sur les données"]}


def test_resources_and_workshops_are_open_data_with_labels():
    ResourceFactory(title="Souris", level="debut")
    WorkshopFactory(title="Atelier", cancelled_because="Salle fermée.", commune="67447")
    [resource] = rows_of("ressources")
    assert resource["titre"] == "Souris"
    assert resource["niveau"] == str(Resource.Level.FIRST.label)
    [workshop] = rows_of("ateliers")
    assert (workshop["commune"], workshop["annule"], workshop["prix"]) == ("Schiltigheim", "Salle fermée.", "")


def rows_of(slug):
    [dataset] = [one for one in datasets() if one.slug == slug]
    return [dict(zip(dataset.header, row, strict=True)) for row in dataset.rows()]


def titles_under(topic, rf):
    sections = [workshops_of_topic(topic, timezone.now()), resources_of_topic(topic, rf.get("/"))]
    return {one.key: [item.title for item in one.items] for one in sections if one}


def event_of(client, workshop):
    content = client.get(f"{workshop.get_absolute_url()}atelier.ics").content
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event
