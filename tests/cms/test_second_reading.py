"""Section with second reading: two users, their mails, and every way of publishing."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, CommentReply, PageLogEntry
from wagtail.users.models import UserProfile

from cms.errors import PublicationRefused, ReviewExpired
from cms.models import NewsPage, StandardPage
from cms.services import (
    PUBLICATION_REFUSED,
    approve,
    ask_for_second_readings,
    give_back,
    publish_due,
)
from committee.models import CommitteePage, TopicPage
from committee.programme.services import _start
from tests.cms.page_forms import add_url, news_form
from tests.cms.second_readings import (
    NOW,
    decide,
    edit_url,
    fresh,
    is_live,
    menu_of,
    read_url,
    send,
    send_url,
    submitted,
    text_of,
)
from tests.cms.test_requirements import FAULTS, bulk, change, messages_of
from tests.committee import minutes
from tests.factories import NewsPageFactory, TopicPageFactory, UserFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


class TestTwoPeople:
    def test_schedule_of_a_new_page_mentions_the_second_reading_only_where_required(self, client, people, news):
        client.force_login(people[0])

        def is_mentioned():
            text = client.get(add_url(NewsPage, news)).content.decode()
            assert ("ne prendra effet que lorsque vous" in text) is not ("si une autre personne l’a approuvée" in text)
            return "si une autre personne l’a approuvée" in text

        assert not is_mentioned()
        ask_for_second_readings(section=news, groups=Group.objects.filter(name="Rédaction"), by=people[2])
        assert is_mentioned()

    def test_author_submits_and_second_reader_publishes(self, client, people, news, reading_required):
        author, reader, _coordinator = people
        client.force_login(author)
        form = client.get(add_url(NewsPage, news))
        assert "action-submit" in menu_of(form)
        assert "action-publish" not in menu_of(form)
        assert "Envoyer en relecture" in text_of(form)
        answer = send(client, add_url(NewsPage, news), news_form())
        ((_level, words),) = [one for one in messages_of(answer) if "envoyée" in one[1]]
        assert "Elle sera publiée quand une autre personne l’aura approuvée" in words
        page = NewsPage.objects.get(slug="trois-ateliers")
        assert not page.live
        assert "à vous, attend une autre personne" in text_of(client.get(reverse("wagtailadmin_home")))
        assert "Vous avez écrit dans cette version" in text_of(client.get(read_url(page)))
        assert "En attente de relecture" in text_of(client.get(edit_url(page)))

        client.force_login(reader)
        panel = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser").select_one("#relectures")
        assert panel.select_one("a")["href"] == read_url(page)
        screen = client.get(read_url(page))
        assert "Approuver et publier" in text_of(screen)
        review_data = {"version": page.latest_revision_id, "decision": "approve", "comment": "Bravo."}
        done = client.post(read_url(page), review_data, follow=True)
        assert "approuvée et publiée" in text_of(done)

        client.logout()
        assert client.get("/actualites/trois-ateliers/").status_code == 200
        asked_mail, approved_mail = outbox
        assert asked_mail.to == [reader.email]
        assert asked_mail.subject == "À relire avant publication : « Trois ateliers gratuits »"
        assert approved_mail.to == [author.email]
        assert "Bravo." in approved_mail.body
        assert mail.outbox == [], "all mails go through the outbox"

    def test_page_given_back_can_be_changed_and_submitted_again(self, client, people, reading_required):
        author, reader, _coordinator = people
        page = submitted(author)
        client.force_login(reader)
        data = {"version": page.latest_revision_id, "decision": "give-back", "comment": ""}
        assert "Dites ce qui est à changer" in text_of(client.post(read_url(page), data))
        client.post(read_url(page), {**data, "comment": "L’adresse manque."})
        assert "L’adresse manque." in outbox[-1].body
        assert outbox[-1].to == [author.email]

        client.force_login(author)
        assert "L’adresse manque." in text_of(client.get(reverse("wagtailadmin_home")))
        send(client, edit_url(page), news_form(slug=page.slug))
        assert [one.to for one in outbox] == [[reader.email], [author.email], [reader.email]]
        decide(approve, page, reader)
        assert is_live(page)

    def test_pending_page_is_read_only_until_withdrawn(self, client, people, reading_required):
        author, reader, _coordinator = people
        page = submitted(author)
        for person in (author, reader):
            client.force_login(person)
            client.post(edit_url(page), news_form(slug=page.slug))
            assert fresh(page).latest_revision_id == page.latest_revision_id
        client.force_login(author)
        client.post(edit_url(page), {**news_form(slug=page.slug), "action-cancel-workflow": "1"})
        assert not fresh(page).workflow_in_progress
        with pytest.raises(ReviewExpired):
            decide(approve, page, reader)

    def test_outdated_revision_cannot_be_approved(self, people, reading_required):
        author, reader, _coordinator = people
        page = submitted(author)
        read = page.latest_revision_id
        page.current_workflow_state.cancel(user=author)
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
        with pytest.raises(ReviewExpired):
            approve(page=fresh(page), version=read, by=reader)
        assert not is_live(page)


class TestReadingScreen:
    @pytest.fixture
    def links(self, client, people, reading_required):
        """Reads the screen of a page as the second reader: addresses by label."""

        def look(page):
            client.force_login(people[1])
            screen = client.get(read_url(page))
            found = BeautifulSoup(screen.content, "html.parser").select("main a")
            return {link.get_text(strip=True): link["href"] for link in found}, text_of(screen)

        return look

    def test_screen_links_comparison_with_published_or_first_revision(self, people, links):
        author = people[0]
        page = NewsPageFactory(live=False, title="Trois ateliers")
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
        _shown, words = links(page)
        assert "C’est sa première version" in words
        page.current_workflow_state.cancel(user=author)
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
        shown, _words = links(page)
        assert "earliest" in shown["Comparer avec sa première version"]
        decide(approve, page, people[1])
        published = fresh(page).live_revision_id
        fresh(page).unpublish()
        fresh(page).save_revision(user=author)
        fresh(page).get_workflow().start(fresh(page), author)
        shown, _words = links(page)
        assert f"/{published}." in shown["Comparer avec la dernière version publiée"]

    def test_screen_shows_open_comments_and_how_to_correct_a_word(self, people, links):
        author, reader, _coordinator = people
        page = submitted(author)
        asked_for = Comment.objects.create(page=page, user=author, text="Est-ce la bonne date ?", contentpath="title")
        CommentReply.objects.create(comment=asked_for, user=reader, text="Oui, c’est le 15.")
        Comment.objects.create(page=page, user=author, text="Réglé.", contentpath="title", resolved_at=NOW)
        shown, words = links(page)
        assert "1 commentaire entre rédacteurs" in words
        assert "Est-ce la bonne date ?" in words
        assert "Oui, c’est le 15." in words
        assert "Réglé." not in words
        assert shown["Voir sa place dans la page"] == f"{edit_url(page)}?comment={asked_for.pk}"
        assert "Un mot à corriger ?" in words


class TestApproval:
    def test_author_cannot_approve_their_page_even_as_superuser(self, client, people, reading_required):
        administrator = UserFactory(is_superuser=True, is_staff=True)
        for author in (people[0], administrator):
            page = submitted(author, slug=f"de-{author.pk}")
            with pytest.raises(PermissionDenied):
                decide(approve, page, author)
            client.force_login(author)
            data = {"version": page.latest_revision_id, "decision": "approve", "comment": ""}
            client.post(read_url(page), data)
            assert not is_live(page)

    def test_each_author_of_a_revision_cannot_approve_it(self, people, reading_required):
        author, second, _coordinator = people
        page = NewsPageFactory(live=False)
        page.save_revision(user=author)
        page.save_revision(user=second)
        page.get_workflow().start(page, second)
        for person in (author, second):
            with pytest.raises(PermissionDenied):
                decide(approve, page, person)

    def test_group_that_was_not_chosen_cannot_approve(self, people, reading_required):
        author, _reader, coordinator = people
        with pytest.raises(PermissionDenied):
            decide(approve, submitted(author), coordinator)

    def test_workflow_action_of_wagtail_does_not_approve(self, client, people, reading_required):
        author, reader, _coordinator = people
        page = submitted(author)
        client.force_login(reader)
        state = fresh(page).current_workflow_task_state
        address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
        client.post(address)
        assert not is_live(page)


class TestMails:
    def test_each_reader_gets_one_mail_for_an_event(self, people, news, reading_required):
        author, reader, coordinator = people
        reader.groups.add(Group.objects.get(name="Animation"))
        both = Group.objects.filter(name__in=["Rédaction", "Animation"])
        ask_for_second_readings(section=news, groups=both, by=coordinator)
        submitted(author)
        assert sorted(one.to[0] for one in outbox) == sorted([reader.email, coordinator.email])

    def test_users_without_notifications_get_no_mail(self, people, reading_required):
        author, reader, _coordinator = people
        UserProfile.objects.create(user=reader, submitted_notifications=False)
        UserProfile.objects.create(user=author, approved_notifications=False, rejected_notifications=False)
        page = submitted(author)
        decide(give_back, page, reader, comment="À revoir.")
        assert list(outbox) == []

    def test_refused_approval_sends_no_mail(self, people, reading_required):
        author, reader, _coordinator = people
        page = NewsPageFactory(live=False)
        change(page, [FAULTS["titre 2"]()])
        fresh(page).get_workflow().start(fresh(page), author)
        outbox.clear()
        with pytest.raises(PublicationRefused):
            decide(approve, page, reader)
        assert list(outbox) == []


class TestOtherWaysOfPublication:
    def test_publish_button_of_an_old_form_submits_and_shows_a_message(self, client, people, news, reading_required):
        client.force_login(people[0])
        answer = client.post(add_url(NewsPage, news), {**news_form(), "action-publish": "1"}, follow=True)
        page = NewsPage.objects.get(slug="trois-ateliers")
        assert (page.live, answer.redirect_chain[-1][0]) == (False, send_url(page))
        assert any("« Publier » envoie la page en relecture" in words for _level, words in messages_of(answer))

    def test_bulk_publication_is_refused_with_title_and_instruction(self, client, people, news, reading_required):
        page = NewsPageFactory(live=False, title="Seule")
        page.save_revision(user=people[0])
        client.force_login(people[0])
        for answer in (bulk(client, page), bulk(client, news, include_descendants="on")):
            errors = [words for level, words in messages_of(answer) if level == "error"]
            assert any("Seule" in words and "« Envoyer en relecture »" in words for words in errors)
            assert not is_live(page)

    def test_earlier_schedule_is_refused_and_logged(self, people, news):
        page = NewsPageFactory(live=False, go_live_at=NOW + dt.timedelta(hours=1))
        page.save_revision(user=people[0]).publish(user=people[0])
        ask_for_second_readings(section=news, groups=Group.objects.filter(name="Rédaction"), by=people[2])
        assert publish_due(now=NOW + dt.timedelta(hours=2)) == (0, 0)
        assert not is_live(page)
        assert PageLogEntry.objects.filter(action=PUBLICATION_REFUSED, page=page.pk).count() == 1

    def test_approved_scheduled_page_is_published_at_its_date(self, people, reading_required, time_machine):
        author, reader, _coordinator = people
        page = submitted(author, go_live_at=NOW + dt.timedelta(days=1))
        decide(approve, page, reader)
        assert not is_live(page)
        assert "25 novembre 2026" in outbox[-1].body.replace("\xa0", " ")
        assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in outbox[-1].body
        time_machine.move_to(NOW + dt.timedelta(days=1, minutes=1), tick=False)
        assert publish_due(now=timezone.now()) == (1, 0)
        assert is_live(page)

    def test_import_cannot_publish_without_second_reading(self, people, reading_required):
        page = NewsPageFactory(live=False)
        with pytest.raises(PublicationRefused):
            page.save_revision().publish()
        assert not is_live(page)

    def test_restored_revision_requires_a_second_reading(self, client, people, reading_required):
        author, reader, _coordinator = people
        page = submitted(author)
        decide(approve, page, reader)
        first = fresh(page).live_revision
        second = change(page, [FAULTS["« »"]()]).latest_revision
        client.force_login(author)
        revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
        assert "action-publish" not in menu_of(client.get(revert))
        send(client, edit_url(page), {**news_form(slug=page.slug), "revision": first.pk}, "action-publish")
        assert fresh(page).live_revision_id == first.pk
        assert fresh(page).workflow_in_progress
        assert second.pk != fresh(page).latest_revision_id

    def test_overwritten_revision_requires_a_second_reading(self, people, reading_required, time_machine):
        author, reader, _coordinator = people
        page = submitted(author)
        decide(approve, page, reader)
        time_machine.move_to(NOW + dt.timedelta(minutes=5), tick=False)
        page = fresh(page)
        page.introduction = "Autre chose."
        page.save_revision(user=author, overwrite_revision=page.latest_revision)
        with pytest.raises(PublicationRefused):
            fresh(page).latest_revision.publish(user=author)

    def test_copy_cannot_be_published(self, client, people, news, reading_required):
        page = NewsPageFactory(title="En ligne")
        client.force_login(people[0])
        data = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": news.pk, "publish_copies": "on"}
        assert (
            "new_parent_page"
            in client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data).context["form"].errors
        )

    def test_admin_api_cannot_publish(self, client, people, reading_required):
        page = NewsPageFactory(live=False)
        page.save_revision(user=people[0])
        client.force_login(people[0])
        address = reverse("wagtailadmin_api:pages:action", kwargs={"pk": page.pk, "action_name": "publish"})
        assert client.post(address).status_code == 403
        assert not is_live(page)

    def test_live_page_cannot_be_moved_into_the_section_but_a_draft_can(self, people):
        coordinator, committee = people[2], CommitteePage.objects.get()
        ask_for_second_readings(section=committee, groups=Group.objects.filter(name="Animation"), by=coordinator)
        page = StandardPage.objects.get(slug="aide")
        allowed = [page.permissions_for_user(coordinator).can_move_to(committee)]
        page.unpublish()
        allowed.append(fresh(page).permissions_for_user(coordinator).can_move_to(committee))
        assert allowed == [False, True]

    def test_approved_minutes_and_selected_topics_need_no_second_reading(self, people):
        committee, lead = CommitteePage.objects.get(), minutes.member(minutes.Role.COORDINATOR)
        with time_machine.travel(minutes.NOW, tick=False):
            session, later = minutes.held(10), minutes.held(1)
            minutes.opened(session, lead)
            ask_for_second_readings(section=committee, groups=Group.objects.filter(name="Animation"), by=people[2])
            minutes.approve(session, lead, later)
        assert fresh(session).minutes_published_at, "the members approved these minutes"
        topic = TopicPageFactory(progress=TopicPage.Progress.UPCOMING)
        _start(topic, people[0])
        assert TopicPage.objects.get(pk=topic.pk).progress == TopicPage.Progress.ONGOING, "a ballot chose this topic"

    def test_approval_of_an_invalid_page_is_refused(self, client, people, reading_required):
        author, reader, _coordinator = people
        page = NewsPageFactory(live=False)
        change(page, [FAULTS["titre 2"]()])
        fresh(page).get_workflow().start(fresh(page), author)
        client.force_login(reader)
        data = {"version": fresh(page).latest_revision_id, "decision": "approve", "comment": "Bien"}
        answer = text_of(client.post(read_url(page), data))
        assert "titre 2" in answer
        assert "Bien" in answer, "the comment is preserved"
        assert not is_live(page)
        assert fresh(page).workflow_in_progress


@pytest.mark.parametrize("live", [True, False])
def test_page_without_revision_can_be_opened_but_not_submitted(client, people, reading_required, live):
    author, reader, _coordinator = people
    page = NewsPageFactory(live=live)
    assert page.latest_revision_id is None
    for person in (author, reader):
        client.force_login(person)
        assert client.get(read_url(page)).status_code == 200
        assert client.post(read_url(page), {"decision": "approve"}).status_code == 422
        for answer in (client.get(send_url(page), follow=True), client.post(send_url(page), follow=True)):
            assert answer.request["PATH_INFO"] == edit_url(page)
            assert "Enregistrez-la d’abord" in text_of(answer)
