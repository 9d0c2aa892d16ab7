"""The check of documented means finds each planted fault, and accepts documented names."""

import pytest

from scripts.documented import BARE, MARKUP, PRIVATE, REPLACED, findings, own_names

OWN = own_names({"a": "def _ours(): ...\nclass A:\n    def f(self): self._mine = 1"})
PLANTED = {
    REPLACED: [
        "from wagtail.models import Page\nPage.get_admin_display_title = f",
        "import django.forms as forms\nforms.DateTimeField.input_formats = []",
        "from wagtail.models import Page\ndef ready():\n    setattr(Page, 'get_url', f)",
    ],
    BARE: ["run = object.__new__(type(queryset))"],
    PRIVATE: [
        "from django.db.models.query import _hidden",
        "from django._internal import shown",
        "queryset._result_cache = []",
        "user._perm_cache.clear()",
        "self._prefetch_done",
        "class A(B):\n    def _ours(self):\n        return super()._ours()",
    ],
    MARKUP: ["f'<p>{text}</p>'", "f'<h{level}>'", "f'</{tag}>'", "'a' + f'<a href={url}>' + 'b'", "f'<input\\n {a}>'"],
}
SOUND = [
    "from cms.models import BasePage\nBasePage.kept = 1",
    "from wagtail.models import Page\nclass Own(Page):\n    get_url = f\nOwn.kept = 1",
    "model._meta.label\nmodel._state.adding\nself._mine\n_ours()",
    "class A:\n    def __new__(cls):\n        return super().__new__(cls)",
    "f'{one} < {other} and <{address}>'",
    "f'(?P<pk>[0-9]{{1,{length}}})'",
    "'<p>no f-string</p>'",
]


@pytest.mark.parametrize(("kind", "source"), [(kind, one) for kind, many in PLANTED.items() for one in many])
def test_planted_fault_is_found(kind, source):
    assert kind in {found for _line, found, _text in findings(source, OWN)}


def test_documented_names_are_accepted():
    assert {source: list(findings(source, OWN)) for source in SOUND} == {source: [] for source in SOUND}
