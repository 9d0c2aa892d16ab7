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
MISSING_PK = 999_999


@pytest.fixture
def staff_client(client):
    """Client of a user with access to the admin and no other permission."""
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
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
def private_collection(settings, tmp_path):
    """Collection restricted to one group."""
    settings.MEDIA_ROOT = str(tmp_path)
    CustomRendition.cache_backend.clear()
    collection = Collection.get_first_root_node().add_child(name="Réservé")
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    restriction.groups.set([Group.objects.create(name="Quelques-uns")])
    return collection


def has_secret(response):
    return SECRET in response.content.decode()


class TestPages:
    def test_page_without_permission_returns_404_like_a_missing_one(self, staff_client, hidden):
        names, found = ("choose-page/{}/", "pages/{}/move/{}/confirm/", "pages/{}/edit/", "pages/{}/"), {}
        for name in names:
            answer = staff_client.get("/admin/" + name.format(hidden.pk, hidden.pk))
            absent = staff_client.get("/admin/" + name.format(MISSING_PK, MISSING_PK))
            found[name] = answer.status_code, absent.status_code, has_secret(answer)
        assert_table(found, dict.fromkeys(names, (404, 404, False)))

    def test_change_of_permissions_applies_to_the_next_request(self, client, user, draft):
        client.force_login(user)
        client.get("/")  # From here on, the access of the user to the user bar is cached.
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        answer = client.get(f"/admin/choose-page/{draft.pk}/")
        assert answer.status_code == 404
        assert not has_secret(answer)
        user.user_permissions.clear()
        assert client.get(f"/admin/choose-page/{draft.pk}/").status_code == 302

    def test_multiple_choice_of_a_page_without_permission_returns_404(self, staff_client, hidden):
        address = reverse("wagtailadmin_choose_page_chosen_multiple")
        assert staff_client.get(address, {"id": hidden.pk}).status_code == 404
        assert staff_client.get(address, {"id": NewsPageFactory().pk}).status_code == 200

    def test_page_chooser_does_not_list_or_find_hidden_pages(self, staff_client, hidden):
        shown = NewsPageFactory(title="Montrée")
        listed = staff_client.get(reverse("wagtailadmin_choose_page_child", args=[hidden.get_parent().pk]))
        assert shown.title in listed.json()["html"]
        assert not has_secret(listed)
        search = reverse("wagtailadmin_choose_page_search")
        assert shown.title in staff_client.get(search, {"q": "Montrée"}).content.decode()
        assert not has_secret(staff_client.get(search, {"q": SECRET}))

    def test_bulk_actions_do_not_show_hidden_pages(self, staff_client, hidden):
        for action, ids in product(("move", "delete", "publish", "unpublish"), (hidden.pk, "all")):
            query = {"id": ids, "childOf": hidden.get_parent().pk}
            answer = staff_client.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]), query)
            assert not has_secret(answer), (action, ids)
            if ids == hidden.pk:
                assert answer.status_code == 404, action

    @pytest.mark.parametrize("action", ["move", "delete", "publish", "unpublish"])
    def test_bulk_action_on_all_pages_is_no_server_error(self, staff_client, action):
        """« All » includes the root of the tree, which is not one of our pages."""
        query = {"id": "all"}
        assert (
            staff_client.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]), query).status_code
            < 500
        )

    def test_editor_of_the_section_sees_its_hidden_pages(self, editor, hidden):
        listed = editor.get(reverse("wagtailadmin_choose_page_child", args=[hidden.get_parent().pk]))
        assert SECRET in listed.json()["html"]
        assert has_secret(editor.get(reverse("wagtailadmin_choose_page_search"), {"q": SECRET}))
        assert editor.get(reverse("wagtailadmin_pages:edit", args=[hidden.pk])).status_code == 200
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
        assert has_secret(editor.get(bulk, {"id": hidden.pk}))

    def test_bulk_action_shows_visible_pages_and_does_not_delete_them(self, staff_client):
        page = NewsPageFactory(title="Montrée")
        answer = staff_client.get(
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]), {"id": page.pk}
        )
        assert "Montrée" in answer.content.decode()
        assert Page.objects.filter(pk=page.pk).exists()

    @pytest.mark.parametrize("name", ["page_types_usage", "page_types_usage_results"])
    def test_report_of_page_types_is_disabled(self, editor, hidden, name):
        answer = editor.get(reverse(f"wagtailadmin_reports:{name}"), follow=True)
        assert answer.redirect_chain == [(reverse("wagtailadmin_home"), 302)]
        assert "Ce rapport est fermé" in answer.content.decode()
        assert SECRET not in answer.content.decode()

    @pytest.mark.parametrize("screen", ["chooser", "search", "chosen", "bulk"])
    def test_draft_title_is_shown_only_to_editors_of_the_section(self, staff_client, editor_of, screen):
        page = NewsPageFactory(title="Montrée")
        page.title = SECRET
        page.save_revision()
        address, query = {
            "chooser": (reverse("wagtailadmin_choose_page_child", args=[page.get_parent().pk]), {}),
            "search": (reverse("wagtailadmin_choose_page_search"), {"q": "Montrée"}),
            "chosen": (reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": page.pk}),
            "bulk": (reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]), {"id": page.pk}),
        }[screen]
        answer = staff_client.get(address, query)
        assert "Montr" in answer.content.decode()
        assert not has_secret(answer)
        staff_client.force_login(editor_of("Rédaction"))
        assert has_secret(staff_client.get(address, query))

    def test_draft_title_of_a_related_page_is_shown_only_to_its_editors(self, staff_client, user, editor_of):
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
        staff_client.force_login(user)
        for address, query in asked:
            answer = staff_client.get(address, query)
            assert str(Page.objects.get(pk=above.pk).title) in answer.content.decode(), address
            assert not has_secret(answer), address
        staff_client.force_login(editor_of("Rédaction"))
        for address, query in asked:
            assert has_secret(staff_client.get(address, query)), address

    @pytest.mark.parametrize("given", ["", "?page=2"])
    def test_external_link_to_a_private_page_is_not_converted(self, staff_client, restricted, given):
        address = reverse("wagtailadmin_choose_page_external_link")
        link = {"external-link-chooser-url": restricted.full_url + given, "external-link-chooser-link_text": "Ici"}
        assert not has_secret(staff_client.post(address, link))
        restricted.view_restrictions.all().delete()
        assert has_secret(staff_client.post(address, link))


class TestRows:
    @pytest.mark.parametrize("model", ["documents-des-membres", "messages-aux-lecteurs", "commentaires"])
    def test_models_that_no_form_uses_have_no_chooser(self, staff_client, model):
        assert reverse("wagtailsnippetchoosers_committee_member:choose") == "/admin/membres/choisir/"
        for path in ("", "results/", "chosen/1/", "chosen-multiple/?id=1"):
            assert staff_client.get(f"/admin/{model}/choisir/{path}").status_code == 404

    def test_bulk_action_does_not_show_members(self, staff_client):
        member = MemberFactory(name=SECRET, is_named=False)
        address = reverse("wagtail_bulk_action", args=["committee", "member", "delete"])
        for chosen in (member.pk, "all"):
            answer = staff_client.get(address, {"id": chosen})
            assert answer.status_code == 404
            assert not has_secret(answer)

    def test_bulk_action_does_not_show_a_refused_proposal(self, staff_client):
        proposal = ProposalFactory(title=SECRET, state="refuse")
        answer = staff_client.get(
            reverse("wagtail_bulk_action", args=["participation", "proposal", "publish"]), {"id": proposal.pk}
        )
        assert not has_secret(answer)

    def test_poll_chooser_does_not_show_drafts(self, staff_client):
        poll = make_poll()
        Poll.objects.update(title=SECRET)
        names = [("chosen", [poll.pk], {}), ("chosen_multiple", [], {"id": poll.pk}), ("choose", [], {})]
        for shown in (True, False):
            Poll.objects.update(is_draft=not shown)
            for name, args, query in names:
                try:
                    answer = staff_client.get(reverse(f"wagtailsnippetchoosers_polls_poll:{name}", args=args), query)
                except Poll.DoesNotExist:
                    continue
                assert has_secret(answer) == shown


class TestPictures:
    def test_image_of_a_private_collection_is_served_to_its_groups_only(self, client, private_collection):
        image = make_image(collection=private_collection)
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

    def test_images_of_a_private_subcollection_are_not_public(self, client, private_collection):
        below = private_collection.add_child(name="Dessous")
        address = make_image(collection=below).get_rendition("width-20").url
        assert client.get(address).status_code == 404
        assert CustomRendition.objects.closed().count() == 1

    def test_images_of_other_collections_are_public(self, client, private_collection):
        answer = client.get(make_image().get_rendition("width-20").url)
        assert answer.status_code == 200
        assert "public" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content)

    def test_format_of_a_private_image_requires_permission(self, staff_client, private_collection):
        image = make_image(collection=private_collection, title=SECRET)
        answer = staff_client.get(reverse("wagtailimages_chooser:select_format", args=[image.pk]))
        assert answer.status_code == 404
        staff_client.force_login(UserFactory(is_superuser=True))
        assert staff_client.get(reverse("wagtailimages_chooser:select_format", args=[image.pk])).status_code == 200

    @pytest.mark.parametrize("action", ["add_tags", "add_to_collection", "delete"])
    def test_bulk_actions_do_not_show_private_images_or_documents(self, staff_client, private_collection, action):
        image = make_image(collection=private_collection, title=SECRET)
        document = make_document(collection=private_collection, title=SECRET)
        for one, model in ((image, "customimage"), (document, "customdocument")):
            answer = staff_client.get(reverse("wagtail_bulk_action", args=["cms", model, action]), {"id": one.pk})
            assert not has_secret(answer)


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
