"""Guide of the admin: labels match the screens, roles see their own chapters first, steps are ticked automatically."""

import ast
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import polib
import pytest
import wagtail
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.images import get_image_dimensions
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from cms.admin.dashboard import DashboardPanel
from cms.models import SiteConfiguration
from committee.area.queries import first_steps as first_steps_of_members
from committee.models import WorkProgramme
from committee.programme.services import BALLOT_OPENED
from committee.queries.members import NEW_FOR
from common.markdown import french
from common.shown import BY_PROGRAM
from home.queries.first_steps import STEPS, first_steps
from home.queries.guide import CHAPTERS, FOLDER, PICTURES, chapter, chapters, search
from polls.services.opening import open_poll
from tests.browser.conftest import SECOND_TIER
from tests.factories import MandateFactory, NewsPageFactory, UserFactory
from tests.polls.factories import make_poll
from tools.guide_pictures import SHOTS

MOST_BYTES, MOST_PICTURES = 60_000, 12
EVERYBODY = "se-reperer"
# Slugs of the chapters shown first to each role.
OWN = {
    "Rédaction": ["redaction", "lettre"],
    "Secrétariat": ["ouvrir", "secretariat"],
    "Modération": ["moderation"],
    "Services": ["reponses", "essais"],
    "Accueil": ["accueil"],
    "Animation": [slug for slug in CHAPTERS if slug != EVERYBODY],
}


# Sections without any step on a screen.
READ = {
    "Écrire simplement",
    "Mettre une liste ou un lien",
    "Faire un titre, une liste ou un lien",
    "Commenter et comparer une page",
}


def journeys():
    """Returns the names of the browser tests → the sections that they play, from their mark `guide`."""
    found = {}
    for path in (Path(settings.BASE_DIR) / "tests" / "browser").rglob("test_*.py"):
        for test in ast.parse(path.read_text()).body:
            for mark in getattr(test, "decorator_list", ()):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.guide":
                    found[test.name] = [ast.literal_eval(section) for section in mark.args]
    return found


def subclasses_of(model):
    return [one for kind in model.__subclasses__() for one in (kind, *subclasses_of(kind))]


def in_group(name):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name=name))
    return person


def guide_page(client, person, *where, **query):
    client.force_login(person)
    response = client.get(reverse(*where[:1], args=where[1:]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one(".guide")


def plain_spaces(text):
    return " ".join(text.replace("…", "").split()).lower()


def labels_in_bold(html):
    return {label.strip() for path in re.findall(r"<b>(.+?)</b>", html) for label in path.split("›")}


@cache
def sentences_of_catalogues():
    """Returns the interface texts, ours and Wagtail's. Titles of pages and names of groups are content."""
    files = [Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.mo"]
    files += Path(wagtail.__file__).parent.rglob("fr/LC_MESSAGES/django.mo")
    entries = [entry for file in files for entry in polib.mofile(str(file))]
    texts = {text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())}
    return {plain_spaces(text) for text in texts}


class TestTexts:
    def test_each_file_is_a_chapter(self):
        assert {path.stem for path in FOLDER.glob("*.md")} == set(CHAPTERS)

    @pytest.mark.parametrize("slug", CHAPTERS)
    def test_bold_labels_exist_in_the_interface(self, db, slug):
        of_pages = {plain_spaces(text) for text in {*Page.objects.values_list("title", flat=True), *OWN}}
        named = labels_in_bold(chapter(slug).html)
        assert named
        assert {label for label in named if plain_spaces(label) not in sentences_of_catalogues() | of_pages} == set()

    @pytest.mark.parametrize("slug", CHAPTERS)
    def test_links_point_to_chapters_and_markdown_is_rendered(self, slug):
        page = BeautifulSoup(chapter(slug).html, "html.parser")
        assert {link["href"] for link in page("a")} <= {one.url for one in chapters()}
        assert not re.search(r"\*\*|\]\(|!\[", page.get_text())

    def test_section_anchors_are_present_and_unique(self):
        anchors = [section.heading.anchor for one in chapters() for section in one.sections]
        assert len(anchors) == len(set(anchors))
        assert all(f'id="{section.heading.anchor}"' in one.html for one in chapters() for section in one.sections)

    def test_each_section_has_a_browser_test(self):
        played = {section for sections in journeys().values() for section in sections}
        assert {section.heading.title for one in chapters() for section in one.sections} == played | READ

    def test_journeys_of_the_second_tier_exist(self):
        assert {*journeys()} >= SECOND_TIER

    def test_each_dashboard_panel_links_to_a_chapter(self):
        assert {panel.guide for panel in subclasses_of(DashboardPanel)} <= {*CHAPTERS}


@pytest.mark.django_db
class TestMemberGuide:
    def test_bold_labels_exist_and_links_work(self, client):
        text = first_steps_of_members().text
        assert {one for one in labels_in_bold(text.html) if plain_spaces(one) not in sentences_of_catalogues()} == set()
        client.force_login(MandateFactory(member__user=UserFactory()).member.user)
        page = BeautifulSoup(client.get("/membres/aide/").content, "html.parser")
        addresses = {link["href"] for link in page.select(".prose a")}
        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
        assert len(page.select(".contents a")) == len(page.select(".prose h2[id]")) == len(text.headings) > 8

    def test_dashboard_links_to_the_guide_twice_for_new_members(self, client):
        new, old = (timezone.localdate() - NEW_FOR - timedelta(days=days) for days in (0, 1))
        for first_day, links in ((new, 2), (old, 1)):
            mandate = MandateFactory(member__user=UserFactory(), starts_on=first_day)
            client.force_login(mandate.member.user)
            main = BeautifulSoup(client.get("/membres/").content, "html.parser").select_one("main")
            assert len(main.select('a[href="/membres/aide/"]')) == links
            assert ("Vous venez d’arriver" in main.find("a").get_text()) is (links == 2)


class TestPictures:
    def test_each_picture_is_used_once_and_made_by_the_command(self):
        used = re.findall(r"guide/([\w-]+)\.webp\)", "".join(path.read_text() for path in FOLDER.glob("*.md")))
        assert sorted(used) == sorted(shot.name for shot in SHOTS) == sorted(path.stem for path in PICTURES.iterdir())
        assert len(used) <= MOST_PICTURES

    @pytest.mark.parametrize("name", [shot.name for shot in SHOTS])
    def test_bytes_and_width_of_pictures_are_limited(self, name):
        path = PICTURES / f"{name}.webp"
        assert path.stat().st_size <= MOST_BYTES
        assert get_image_dimensions(path)[0] <= 2 * 390

    def test_pictures_have_alternative_text_and_dimensions(self):
        pictures = [picture for one in chapters() for picture in BeautifulSoup(one.html, "html.parser")("img")]
        assert len(pictures) == len(SHOTS)
        assert all(len(picture["alt"]) > 20 and picture["width"] and picture["height"] for picture in pictures)


@pytest.mark.django_db
class TestAccess:
    @pytest.mark.parametrize("role", OWN)
    def test_chapters_of_the_role_are_listed_first(self, client, role):
        page = guide_page(client, in_group(role), "guide")
        first = [link["href"] for link in page.select(".guide__chapter-title a")]
        others = [link["href"] for link in page.select(".guide__list a")]
        assert set(first) == {chapter(slug).url for slug in [EVERYBODY, *OWN[role]]}
        assert sorted(first + others) == sorted(one.url for one in chapters())

    @pytest.mark.parametrize("role", OWN)
    def test_roles_can_open_all_chapters_but_see_only_their_own_steps(self, client, role):
        person = in_group(role)
        with_steps = {
            slug for slug in CHAPTERS if guide_page(client, person, "guide_chapter", slug).select(".guide-steps")
        }
        assert with_steps == set(OWN[role])

    def test_unknown_chapter_returns_404(self, client):
        client.force_login(in_group("Rédaction"))
        assert client.get(reverse("guide_chapter", args=["inconnu"])).status_code == 404

    def test_residents_cannot_open_the_guide(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("guide")).status_code in (302, 403)

    def test_menu_and_dashboard_link_to_the_guide(self, client):
        client.force_login(in_group("Rédaction"))
        html = client.get(reverse("wagtailadmin_home")).content.decode()
        assert f'"url": "{reverse("guide")}"' in html
        page = BeautifulSoup(html, "html.parser")
        assert page.select_one(f'.work__guide a[href="{reverse("guide")}"]')
        assert page.select_one(f'#ecrire a[href="{chapter("redaction").url}"]').get_text() == french(
            "Comment faire ? Écrire"
        )


class TestSearch:
    def test_search_ignores_accents_and_plurals(self):
        assert [found.url for found in search("denseignements presences")] == []
        found = search("PRESENCE code")
        assert [one.section.heading.title for one in found] == ["Noter les présences"]
        assert found[0].url == f"{chapter('secretariat').url}#{found[0].section.heading.anchor}"

    def test_search_falls_back_to_sections_with_most_words(self):
        assert search("zygomatique") == []
        found = search("noter les présences zygomatiques")
        assert found[0].section.heading.title == "Noter les présences"

    def test_an_empty_search_finds_nothing(self):
        assert search("  ") == []

    def test_search_page_with_and_without_results(self, client, db):
        person = in_group("Accueil")
        assert "1 passage sur" in guide_page(client, person, "guide", q="présence code").get_text()
        assert "Essayez avec un seul mot" in guide_page(client, person, "guide", q="zygomatique").get_text()


@pytest.mark.django_db
class TestFirstSteps:
    def done_steps(self, person, slug):
        return [str(step.label) for step, is_done in first_steps(person, [slug])[slug].steps if is_done]

    def test_url_of_each_step_works(self, client):
        client.force_login(UserFactory(is_superuser=True))
        urls = {step.find_url().partition("#")[0] for steps in STEPS.values() for step in steps}
        assert {url: client.get(url, follow=True).status_code for url in urls} == dict.fromkeys(urls, 200)

    def test_step_is_done_only_for_the_acting_user(self):
        ada, odile = in_group("Rédaction"), in_group("Rédaction")
        news = NewsPageFactory()
        assert self.done_steps(ada, "redaction") == []
        news.save_revision(user=ada).publish(user=ada)
        assert self.done_steps(ada, "redaction") == ["Publier une première actualité"]
        assert self.done_steps(odile, "redaction") == []

    def test_publishing_step_is_done_for_the_author_of_the_page(self):
        ada, reader = in_group("Rédaction"), in_group("Rédaction")
        NewsPageFactory().save_revision(user=ada).publish(user=reader)
        assert self.done_steps(ada, "redaction") == ["Publier une première actualité"]
        assert self.done_steps(reader, "redaction") == []

    def test_action_on_another_model_completes_no_step(self):
        ada = in_group("Secrétariat")
        log(NewsPageFactory(), "wagtail.publish", user=ada)
        assert self.done_steps(ada, "secretariat") == []

    def test_opening_a_poll_completes_its_step(self):
        ada = in_group("Animation")
        now = timezone.now()
        poll = make_poll(is_draft=True, opens_at=None, closes_at=now + timedelta(days=3))
        open_poll(poll=poll, by=ada, now=now, shown=BY_PROGRAM)
        assert self.done_steps(ada, "sondages") == ["Ouvrir un sondage"]

    def test_ballot_on_the_programme_completes_its_step(self):
        ada = in_group("Secrétariat")
        log(WorkProgramme.objects.create(year=2027), BALLOT_OPENED, user=ada)
        assert self.done_steps(ada, "secretariat") == ["Faire voter le programme"]

    def test_site_settings_complete_the_step_for_everyone(self):
        configuration = SiteConfiguration.load()
        configuration.phone = "03 88 00 00 01"
        configuration.save()
        assert self.done_steps(in_group("Animation"), "animation") == ["Écrire le numéro de téléphone du site"]

    def test_chapter_shows_progress_and_remaining_steps(self, client):
        ada = in_group("Rédaction")
        news = NewsPageFactory()
        news.save_revision(user=ada).publish(user=ada)
        steps = guide_page(client, ada, "guide_chapter", "redaction").select_one(".guide-steps")
        assert "1 sur 3" in steps.get_text()
        assert steps.find("a")["href"] == reverse("wagtailimages:add")
        assert [link.get_text() for link in steps("a")] == [
            "Ajouter une image avec sa description",
            "Publier un premier exemple de veille",
        ]

    def test_queries_of_first_steps_are_limited(self, django_assert_max_num_queries):
        ada = in_group("Animation")
        for _number in range(20):
            log(NewsPageFactory(), "wagtail.publish", user=ada)
        with django_assert_max_num_queries(6):
            first_steps(ada, CHAPTERS)
