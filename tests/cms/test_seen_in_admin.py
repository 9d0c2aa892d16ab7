"""Information that screens of the admin and images could leak to a user without permission. Each test is an attack."""

from itertools import product

import pytest
from django.contrib.auth.models import Group, Permission
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from cms.models import CustomRendition
from digests.models import Newsletter
from polls.models import Poll
from tests.cms.factories import make_document, make_image
from tests.factories import MemberFactory, NewsPageFactory, ProposalFactory, UserFactory
from tests.polls.factories import make_poll
from tests.tables import assert_table

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

SECRET = "Zephirin"
NOBODY = 999_999


@pytest.fixture
def inside(client):
    """Client of a user with access to the admin and no other permission."""
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
    return client


@pytest.fixture
def editor(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    return client


@pytest.fixture
def draft():
    page = NewsPageFactory(title=SECRET, live=False)
    page.save_revision()
    return page


@pytest.fixture
def restricted():
    page = NewsPageFactory(title=SECRET)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    return page


@pytest.fixture(params=["draft", "restricted"])
def hidden(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def closed(settings, tmp_path):
    """Collection restricted to one group."""
    settings.MEDIA_ROOT = str(tmp_path)
    CustomRendition.cache_backend.clear()
    collection = Collection.get_first_root_node().add_child(name="Réservé")
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    restriction.groups.set([Group.objects.create(name="Quelques-uns")])
    return collection


def told(response):
    return SECRET in response.content.decode()


class TestPages:
    def test_a_page_that_is_not_seen_is_not_found(self, inside, hidden):
        names, found = ("choose-page/{}/", "pages/{}/move/{}/confirm/", "pages/{}/edit/", "pages/{}/"), {}
        for name in names:
            answer = inside.get("/admin/" + name.format(hidden.pk, hidden.pk))
            absent = inside.get("/admin/" + name.format(NOBODY, NOBODY))
            found[name] = answer.status_code, absent.status_code, told(answer)
        assert_table(found, dict.fromkeys(names, (404, 404, False)))

    def test_rights_that_are_given_or_taken_hold_at_the_next_request(self, client, user, draft):
        client.force_login(user)
        client.get("/")  # From here on, the access of the user to the user bar is cached.
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        answer = client.get(f"/admin/choose-page/{draft.pk}/")
        assert answer.status_code == 404
        assert not told(answer)
        user.user_permissions.clear()
        assert client.get(f"/admin/choose-page/{draft.pk}/").status_code == 302

    def test_nor_among_several_that_are_chosen(self, inside, hidden):
        address = reverse("wagtailadmin_choose_page_chosen_multiple")
        assert inside.get(address, {"id": hidden.pk}).status_code == 404
        assert inside.get(address, {"id": NewsPageFactory().pk}).status_code == 200

    def test_the_chooser_neither_lists_nor_finds_it(self, inside, hidden):
        shown = NewsPageFactory(title="Montrée")
        listed = inside.get(reverse("wagtailadmin_choose_page_child", args=[hidden.get_parent().pk]))
        assert shown.title in listed.json()["html"]
        assert not told(listed)
        search = reverse("wagtailadmin_choose_page_search")
        assert shown.title in inside.get(search, {"q": "Montrée"}).content.decode()
        assert not told(inside.get(search, {"q": SECRET}))

    def test_no_bulk_action_names_it(self, inside, hidden):
        for action, ids in product(("move", "delete", "publish", "unpublish"), (hidden.pk, "all")):
            query = {"id": ids, "childOf": hidden.get_parent().pk}
            answer = inside.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]), query)
            assert not told(answer), (action, ids)
            if ids == hidden.pk:
                assert answer.status_code == 404, action

    @pytest.mark.parametrize("action", ["move", "delete", "publish", "unpublish"])
    def test_a_bulk_action_on_all_pages_that_names_none_is_no_error(self, inside, action):
        """« All » includes the root of the tree, which is not one of our pages."""
        query = {"id": "all"}
        assert inside.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]), query).status_code < 500

    def test_who_edits_there_sees_it_everywhere(self, editor, hidden):
        listed = editor.get(reverse("wagtailadmin_choose_page_child", args=[hidden.get_parent().pk]))
        assert SECRET in listed.json()["html"]
        assert told(editor.get(reverse("wagtailadmin_choose_page_search"), {"q": SECRET}))
        assert editor.get(reverse("wagtailadmin_pages:edit", args=[hidden.pk])).status_code == 200
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
        assert told(editor.get(bulk, {"id": hidden.pk}))

    def test_a_bulk_action_still_names_what_one_sees_and_may_not_change(self, inside):
        page = NewsPageFactory(title="Montrée")
        answer = inside.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]), {"id": page.pk})
        assert "Montrée" in answer.content.decode()
        assert Page.objects.filter(pk=page.pk).exists()

    @pytest.mark.parametrize("name", ["page_types_usage", "page_types_usage_results"])
    def test_the_report_that_names_the_last_page_of_each_type_is_closed(self, editor, hidden, name):
        answer = editor.get(reverse(f"wagtailadmin_reports:{name}"), follow=True)
        assert answer.redirect_chain == [(reverse("wagtailadmin_home"), 302)]
        assert "Ce rapport est fermé" in answer.content.decode()
        assert SECRET not in answer.content.decode()

    @pytest.mark.parametrize("screen", ["chooser", "search", "chosen", "bulk"])
    def test_the_title_of_a_draft_is_told_to_who_edits_there(self, inside, editor_of, screen):
        page = NewsPageFactory(title="Montrée")
        page.title = SECRET
        page.save_revision()
        address, query = {
            "chooser": (reverse("wagtailadmin_choose_page_child", args=[page.get_parent().pk]), {}),
            "search": (reverse("wagtailadmin_choose_page_search"), {"q": "Montrée"}),
            "chosen": (reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": page.pk}),
            "bulk": (reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]), {"id": page.pk}),
        }[screen]
        answer = inside.get(address, query)
        assert "Montr" in answer.content.decode()
        assert not told(answer)
        inside.force_login(editor_of("Rédaction"))
        assert told(inside.get(address, query))

    def test_nor_is_it_told_by_a_list_that_names_the_page_beside_another(self, inside, user, editor_of):
        """The list of redirects and the search of the chooser load pages without their specific type."""
        page = NewsPageFactory(title="Montrée")
        above = page.get_parent().specific
        above.title = SECRET
        above.save_revision()
        Redirect.objects.create(old_path="/vieux", redirect_page=above)
        asked = [(reverse("wagtailadmin_choose_page_search"), {"q": "Montrée"}), ("/admin/redirects/", {})]
        group = Group.objects.create(name="Adresses")
        rights = Permission.objects.filter(content_type__app_label="wagtailredirects")
        group.permissions.set([*rights, Permission.objects.get(codename="access_admin")])
        user.groups.add(group)
        inside.force_login(user)
        for address, query in asked:
            answer = inside.get(address, query)
            assert str(Page.objects.get(pk=above.pk).title) in answer.content.decode(), address
            assert not told(answer), address
        inside.force_login(editor_of("Rédaction"))
        for address, query in asked:
            assert told(inside.get(address, query)), address

    @pytest.mark.parametrize("given", ["", "?page=2"])
    def test_the_address_of_a_page_that_is_not_seen_stays_an_address(self, inside, restricted, given):
        address = reverse("wagtailadmin_choose_page_external_link")
        link = {"external-link-chooser-url": restricted.full_url + given, "external-link-chooser-link_text": "Ici"}
        assert not told(inside.post(address, link))
        restricted.view_restrictions.all().delete()
        assert told(inside.post(address, link))


class TestRows:
    @pytest.mark.parametrize("model", ["documents-des-membres", "messages-aux-lecteurs", "commentaires"])
    def test_what_no_form_chooses_has_no_chooser(self, inside, model):
        assert reverse("wagtailsnippetchoosers_committee_member:choose") == "/admin/membres/choisir/"
        for path in ("", "results/", "chosen/1/", "chosen-multiple/?id=1"):
            assert inside.get(f"/admin/{model}/choisir/{path}").status_code == 404

    def test_no_bulk_action_names_a_member(self, inside):
        member = MemberFactory(name=SECRET, is_named=False)
        address = reverse("wagtail_bulk_action", args=["committee", "member", "delete"])
        for chosen in (member.pk, "all"):
            answer = inside.get(address, {"id": chosen})
            assert answer.status_code == 404
            assert not told(answer)

    def test_nor_a_proposal_that_was_refused(self, inside):
        proposal = ProposalFactory(title=SECRET, state="refuse")
        answer = inside.get(
            reverse("wagtail_bulk_action", args=["participation", "proposal", "publish"]), {"id": proposal.pk}
        )
        assert not told(answer)

    def test_a_draft_poll_is_not_chosen(self, inside):
        poll = make_poll()
        Poll.objects.update(title=SECRET)
        names = [("chosen", [poll.pk], {}), ("chosen_multiple", [], {"id": poll.pk}), ("choose", [], {})]
        for shown in (True, False):
            Poll.objects.update(is_draft=not shown)
            for name, args, query in names:
                try:
                    answer = inside.get(reverse(f"wagtailsnippetchoosers_polls_poll:{name}", args=args), query)
                except Poll.DoesNotExist:
                    continue
                assert told(answer) == shown


class TestPictures:
    def test_the_picture_of_a_closed_collection_is_for_those_whom_it_lets_in(self, client, closed):
        image = make_image(collection=closed)
        address = image.get_rendition("width-20").url
        group = Group.objects.get(name="Quelques-uns")
        assert client.get(address).status_code == 404
        person = UserFactory()
        client.force_login(person)
        assert client.get(address).status_code == 404
        person.groups.add(group)
        answer = client.get(address)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
        assert "private" in answer["Cache-Control"]
        assert client.post(address).status_code == 405

    def test_a_collection_below_is_closed_too(self, client, closed):
        below = closed.add_child(name="Dessous")
        address = make_image(collection=below).get_rendition("width-20").url
        assert client.get(address).status_code == 404
        assert CustomRendition.objects.closed().count() == 1

    def test_any_other_picture_stays_public(self, client, closed):
        answer = client.get(make_image().get_rendition("width-20").url)
        assert answer.status_code == 200
        assert "public" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content)

    def test_its_format_is_chosen_by_those_only_who_may_choose_it(self, inside, closed):
        image = make_image(collection=closed, title=SECRET)
        answer = inside.get(reverse("wagtailimages_chooser:select_format", args=[image.pk]))
        assert answer.status_code == 404
        inside.force_login(UserFactory(is_superuser=True))
        assert inside.get(reverse("wagtailimages_chooser:select_format", args=[image.pk])).status_code == 200

    @pytest.mark.parametrize("action", ["add_tags", "add_to_collection", "delete"])
    def test_no_bulk_action_names_a_picture_or_a_document(self, inside, closed, action):
        image = make_image(collection=closed, title=SECRET)
        document = make_document(collection=closed, title=SECRET)
        for one, model in ((image, "customimage"), (document, "customdocument")):
            answer = inside.get(reverse("wagtail_bulk_action", args=["cms", model, action]), {"id": one.pk})
            assert not told(answer)


def test_bulk_actions_are_limited_to_visible_objects(rf, editor_of, monkeypatch):
    """Wagtail's bulk deletion checks the right for the model, not for each object."""
    monkeypatch.setattr(Newsletter.snippet_viewset, "deleted_in_bulk", True)
    audience, now = Newsletter.Audience, timezone.now()
    hidden = Newsletter.objects.create(subject=SECRET, audience=audience.MEMBERS, created_at=now)
    visible = Newsletter.objects.create(subject="Visible", audience=audience.READERS, created_at=now)
    found = {}
    for query in (f"id={hidden.pk}", f"id={visible.pk}", "id=all"):
        request = rf.get(f"/admin/?{query}")
        request.user = editor_of("Rédaction")
        try:
            objects, context = DeleteBulkAction(request, Newsletter).get_actionable_objects()
            found[query] = [*objects, *context["items_with_no_access"]]
        except Http404:
            found[query] = "not found"
    assert_table(found, {f"id={hidden.pk}": "not found", f"id={visible.pk}": [visible], "id=all": [visible]})
