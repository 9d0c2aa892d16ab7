"""Lists of the admin ask once for what their rows have in common."""

from types import SimpleNamespace

from common.admin import AskedOnce


class Wagtails:
    def __init__(self):
        self.asked = []

    def get_edit_url(self, instance):
        self.asked.append("edit")

    def get_inspect_url(self, instance):
        self.asked.append("inspect")
        return f"/admin/7/inspect/{instance.pk}/?from=list"

    def user_has_permission(self, permission):
        self.asked.append(permission)
        return permission == "view"

    def user_has_any_permission(self, permissions):
        self.asked.append(sorted(permissions))
        return "view" in permissions


class Rows(AskedOnce, Wagtails):
    pass


def test_the_address_of_each_row_has_its_number():
    rows = Rows()
    found = [rows.get_inspect_url(SimpleNamespace(pk=number)) for number in (7, 8, 10_000)]
    assert found == [f"/admin/7/inspect/{number}/?from=list" for number in (7, 8, 10_000)]
    assert [rows.get_edit_url(SimpleNamespace(pk=number)) for number in (7, 8)] == [None, None]
    assert rows.asked == ["inspect", "edit"]


def test_an_address_without_the_number_is_asked_for_each_row():
    class Named(Wagtails):
        def get_inspect_url(self, instance):
            return f"/admin/{instance.slug}/"

    class NamedRows(AskedOnce, Named):
        pass

    rows = NamedRows()
    assert [rows.get_inspect_url(SimpleNamespace(pk=1, slug=slug)) for slug in "ab"] == ["/admin/a/", "/admin/b/"]


def test_a_permission_is_asked_once():
    rows = Rows()
    assert [rows.user_has_permission("view"), rows.user_has_permission("view")] == [True, True]
    assert [rows.user_has_any_permission({"add", "view"}), rows.user_has_any_permission(["view", "add"])] == [
        True,
        True,
    ]
    assert rows.asked == ["view", ["add", "view"]]
