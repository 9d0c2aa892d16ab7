"""Every template compiles and respects the strict content security policy."""

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
NAMES = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
HTML = [name for name in NAMES if name.endswith(".html")]
# Mail programs ignore external style sheets, so mails have inline styles. wagtailadmin/ has the admin's policy.
MAILS = re.compile(r"(^|/)(emails?|mails?)/|(^|/)mail(\.|_)|^(wagtailadmin|modeladmin)/")
PAGES = [name for name in HTML if not MAILS.search(name)]

# Pages authenticated by the secret in their URL: they set no cookie, so that links of mails work in any browser.
AUTHENTICATED_BY_URL = {f"digests/{name}.html" for name in ("confirm", "less_often", "unsubscribe", "unsubscribed")}

URL_TAG = re.compile(r"{%\s*url\s+['\"]([\w:.-]+)['\"]")
INCLUDED = re.compile(r"{%\s*(?:include|extends)\s+['\"]([^'\"]+)['\"]")


def source(name: str) -> str:
    return (ROOT / "templates" / name).read_text(encoding="utf-8")


def without_comments(html: str) -> str:
    return re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", "", html, flags=re.DOTALL)


def is_known(name: str) -> bool:
    """Returns whether a URL pattern of this name exists, whatever its arguments."""
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


def faults_in(names: list[str], look: Callable[[str], object]) -> dict[str, object]:
    """Returns template → result of `look` on its text without comments, if there is any."""
    return faults(names, lambda name: look(without_comments(source(name))))


def unknown_addresses(html: str) -> set[str]:
    return {url for url in URL_TAG.findall(html) if not is_known(url)}


def inline(html: str) -> list[str]:
    scripts = re.findall(r"<script\b[^>]*>", html, re.IGNORECASE)
    return [
        *re.findall(r"<style\b|\sstyle\s*=|javascript:", html, re.IGNORECASE),
        *re.findall(r"\son[a-z]+\s*=\s*[\"']", html, re.IGNORECASE),
        *(script for script in scripts if "src=" not in script),
    ]


def external_tags(html: str) -> list[str]:
    tags = re.findall(r"<(?:script|link|img|source|iframe|video|audio|embed|object)\b[^>]*>", html, re.IGNORECASE)
    return [tag for tag in tags if re.search(r"(src|href|srcset|data)\s*=\s*[\"'](https?:)?//", tag)]


def unescaped(html: str) -> list[str]:
    return re.findall(r"\|\s*safe\b|{%\s*autoescape\s+off", html)


def forms_without_token(html: str) -> list[str]:
    forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", html, re.IGNORECASE | re.DOTALL)
    return [form for form in forms if "csrf_token" not in form and "block " not in form]


def forms_without_action(html: str) -> list[str]:
    return [form for form in re.findall(r"<form\b[^>]*>", html) if not re.search(r'\saction="[^"]', form)]


def missing(names: list[str]) -> list[str]:
    """Returns the templates that do not exist or do not compile."""
    absent = []
    for name in names:
        try:
            assert get_template(name).template.nodelist is not None
        except (TemplateDoesNotExist, TemplateSyntaxError) as problem:
            absent.append(f"{name}: {problem!r}")
    return absent


def test_templates_and_the_templates_they_use_compile():
    assert faults(NAMES, lambda name: missing([name, *INCLUDED.findall(source(name))])) == {}


def test_url_names_in_templates_exist():
    assert faults_in(NAMES, unknown_addresses) == {}


def test_pages_have_no_inline_style_or_script():
    assert faults_in(PAGES, inline) == {}


def test_pages_load_nothing_from_other_sites():
    assert faults_in(PAGES, external_tags) == {}


def test_text_is_escaped():
    """`|safe` would print residents' texts unescaped; the blocks sanitise editors' bodies."""
    assert faults_in(HTML, unescaped) == {}


def test_post_forms_have_a_csrf_token():
    assert faults_in([name for name in PAGES if name not in AUTHENTICATED_BY_URL], forms_without_token) == {}


def test_forms_have_an_action():
    """Otherwise the URL's fragment is submitted too: after « Aller au contenu » an error would not get the focus."""
    assert faults_in(PAGES, forms_without_action) == {}


def test_each_rule_finds_violations():
    """Control."""
    assert len(NAMES) > 200
    assert unknown_addresses("{% url 'cms:no_such_name' page.pk %}{% url 'cms:news_feed' %}") == {"cms:no_such_name"}
    assert not is_known("nowhere:name")
    assert INCLUDED.findall('{% include "a/b.html" with x=1 %}') == ["a/b.html"]
    assert len(missing(["no/such.html", NAMES[0]])) == 1
    assert len(inline("<p style='a'><a onclick='b()'><script>c()</script><script src='d.js'></script>")) == 3
    assert external_tags('<img src="//a.example/b.png"><img src="/c.png">') == ['<img src="//a.example/b.png">']
    assert len(unescaped("{{ a|safe }}{% autoescape off %}{{ b|safeseq }}")) == 2
    assert len(forms_without_token('<form method="post"></form><form method="post">{% csrf_token %}</form>')) == 1
    assert forms_without_action('<form method="get"><form action="/a/">') == ['<form method="get">']
