"""Markdown: short texts with lists, bold words and links, for pages, mails and files."""

import pytest
from django.conf import settings

from common.markdown import letter, plain


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("Bonjour.\nMerci.", "<p>Bonjour.<br>Merci.</p>"),
        ("Un.\n\nDeux.", "<p>Un.</p><p>Deux.</p>"),
        ("Voici :\n- un\n- deux\nencore", "<p>Voici\u00a0:</p><ul><li>un</li><li>deux encore</li></ul>"),
        ("1. un\n2. deux", "<ol><li>un</li><li>deux</li></ol>"),
        ("Un **mot** fort", "<p>Un <b>mot</b> fort</p>"),
        ("Voir [la page](/veille/).", '<p>Voir <a href="/veille/">la page</a>.</p>'),
        ("Voir https://ville.example/a.", '<p>Voir <a href="https://ville.example/a">https://ville.example/a</a>.</p>'),
        ("[à compléter : le lieu]", "<p>[à compléter\u00a0: le lieu]</p>"),
        ("## Titre", "<p>## Titre</p>"),
        ("<script>", "<p>&lt;script&gt;</p>"),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
        (
            'https://ville.example/"onclick=x',
            '<p><a href="https://ville.example/">https://ville.example/</a>&quot;onclick=x</p>',
        ),
    ],
)
def test_letter_renders_paragraphs_lists_bold_words_and_links(written, drawn):
    assert letter(written) == drawn


def test_letter_of_a_mail_has_styles_and_absolute_urls():
    drawn = letter("Voir [la page](/veille/).\n- un", {"p": "margin:0", "a": "color:red"})
    assert drawn == (
        f'<p style="margin:0">Voir <a href="{settings.BASE_URL}/veille/" style="color:red">la page</a>.</p>'
        "<ul><li>un</li></ul>"
    )


def test_plain_removes_the_markup():
    assert plain("Un **mot**, [ici](https://a.example/).\n- un") == "Un mot, ici (https://a.example/).\n- un"
