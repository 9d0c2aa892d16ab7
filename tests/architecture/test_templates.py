"""Every template compiles and keeps the rules that let pages run under a strict content policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
NAMES = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
HTML = [name for name in NAMES if name.endswith(".html")]
# Mail readers drop style sheets: a mail carries its own. What is under wagtailadmin/ has the policy of the admin.
MAILS = re.compile(r"(^|/)(emails?|mails?)/|(^|/)mail(\.|_)|^(wagtailadmin|modeladmin)/")
PAGES = [name for name in HTML if not MAILS.search(name)]

# The secret in the address of these pages is the proof: they set no cookie, and a mail's link works in any browser.
GUARDED_BY_THE_LINK = {f"digests/{name}.html" for name in ("confirm", "less_often", "unsubscribe", "unsubscribed")}

URL_TAG = re.compile(r"{%\s*url\s+['\"]([\w:.-]+)['\"]")
INCLUDED = re.compile(r"{%\s*(?:include|extends)\s+['\"]([^'\"]+)['\"]")


def source(name: str) -> str:
    return (ROOT / "templates" / name).read_text(encoding="utf-8")


def without_comments(html: str) -> str:
    return re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", "", html, flags=re.DOTALL)


def is_known(name: str) -> bool:
    """Says whether an address of this name exists, whatever arguments it takes."""
    *namespaces, view_name = name.split(":")
    resolver = get_resolver()
    for namespace in namespaces:
        if namespace not in resolver.namespace_dict:
            return False
        resolver = resolver.namespace_dict[namespace][1]
    try:
        return bool(resolver.reverse_dict.getlist(view_name)) or not resolver.reverse(view_name)
    except NoReverseMatch:
        return False


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name):
    assert get_template(name).template.nodelist is not None


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_extends_or_includes_exists(name):
    for other in INCLUDED.findall(source(name)):
        get_template(other)


@pytest.mark.parametrize("name", NAMES)
def test_each_address_that_a_template_names_exists(name):
    unknown = {url for url in URL_TAG.findall(without_comments(source(name))) if not is_known(url)}
    assert not unknown


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_inline_style_or_script(name):
    html = without_comments(source(name))
    assert not re.search(r"<style\b|\sstyle\s*=|javascript:", html, re.IGNORECASE)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html, re.IGNORECASE)
    for script in re.findall(r"<script\b[^>]*>", html, re.IGNORECASE):
        assert "src=" in script


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_another_site(name):
    html = without_comments(source(name))
    tags = re.findall(r"<(?:script|link|img|source|iframe|video|audio|embed|object)\b[^>]*>", html, re.IGNORECASE)
    assert not [tag for tag in tags if re.search(r"(src|href|srcset|data)\s*=\s*[\"'](https?:)?//", tag)]


@pytest.mark.parametrize("name", HTML)
def test_text_is_escaped(name):
    """`|safe` would print what residents wrote as it is; editors' bodies are made safe by their blocks."""
    html = without_comments(source(name))
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", html)


@pytest.mark.parametrize("name", [name for name in PAGES if name not in GUARDED_BY_THE_LINK])
def test_a_form_that_posts_has_its_token(name):
    html = without_comments(source(name))
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", html, re.IGNORECASE | re.DOTALL):
        assert "csrf_token" in form or "block " in form


def test_the_parser_of_names_sees_what_templates_use():
    """A control: the checks above would find a wrong name, a missing template and an inline style."""
    assert URL_TAG.findall("{% url 'cms:no_such_name' page.pk %}") == ["cms:no_such_name"]
    assert not is_known("cms:no_such_name")
    assert not is_known("nowhere:name")
    assert is_known("cms:news_feed")
    assert INCLUDED.findall('{% include "a/b.html" with x=1 %}') == ["a/b.html"]


@pytest.mark.parametrize("name", PAGES)
def test_a_form_names_where_it_goes(name):
    """Else the anchor of the address goes along: after « Aller au contenu » a mistake would not get the focus."""
    forms = re.findall(r"<form\b[^>]*>", without_comments(source(name)))
    assert not [form for form in forms if not re.search(r'\saction="[^"]', form)]
