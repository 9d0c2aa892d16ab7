"""Language checks of all French texts: unknown words, long sentences, banned phrases.

Texts are the starter texts, the guide of the admin, the demonstration, the interface (the catalogue, mails included)
and the static error pages. None is exempt: the texts required by law follow the same rules, and pass them.
"""

import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from html import unescape
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template.loader import render_to_string

from cms.models import SiteConfiguration
from common.markdown import html
from common.reading_ease import WORD, lix, plain, sentences
from home.queries.guide import chapters
from home.services.starter_texts import FOLDER, read_text
from operations.services.broken_pages import context_of
from tests.home.test_links import whole_site

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KNOWN_WORDS = Path(__file__).with_name("words.txt")
MAX_LIX, MAX_WORDS = 40, 25
# On fewer words the measure is meaningless.
ENOUGH_WORDS = 40

BANNED = {
    "« cliquez ici »": r"cliquez",
    "« veuillez »": r"veuillez",
    "« merci de »": r"merci de (?!votre|vos|cet)",
    "« soumettre »": r"\bsoumett|\bsoumis",
    "« s’authentifier »": r"authentifi",
    "« invalide »": r"\binvalid",
    "« ce champ est obligatoire »": r"champ [\w ]*obligatoire",
    "« se désabonner »": r"désabonn",
    "« email », « mail » or « courriel »": r"(?<![\w-])(?:e?mails?|courriels?)\b(?!\.example)",
    "the middle dot": r"\w·\w",
}


def error_page_texts() -> dict[str, str]:
    """Returns the texts of the static error pages."""
    texts = {}
    for name in ("500.html", "502.html", "503.html", "starting.html"):
        page = render_to_string(name, {**context_of(SiteConfiguration()), "told": True})
        texts[name] = plain(page.partition("<main")[2].partition(">")[2].replace("</h1>", "</h2>"))
    return texts


def starter_texts() -> dict[str, str]:
    return {path.stem: plain(html(read_text(path.stem))) for path in sorted(FOLDER.glob("*.md"))}


def guide_texts() -> dict[str, str]:
    """Returns the chapters of the guide of the admin."""
    return {one.slug: plain(f"<h2>{one.title}</h2><p>{one.introduction}</p>{one.html}") for one in chapters()}


def displayed_text(text: str) -> str:
    """Returns a message of the catalogue as displayed: a word for each placeholder, no markup."""
    text = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", "Untel", text.replace("%%", "%"))
    return unescape(re.sub(r"<[^>]+>", "", text))


@cache
def catalogue() -> polib.POFile:
    """Returns the French catalogue of the interface. Cached: parsing takes seconds."""
    return polib.pofile(str(CATALOGUE))


def catalogue_texts() -> dict[str, str]:
    """Returns each message of the interface, by its message id."""
    texts = {}
    for entry in catalogue():
        for number, text in enumerate([entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values()):
            texts[f"{entry.msgctxt or ''}|{entry.msgid}|{number}"] = displayed_text(text)
    return texts


def mail_texts() -> dict[str, str]:
    """Returns the messages of each mail, by its text template."""
    texts: dict[str, list[str]] = defaultdict(list)
    for entry in catalogue():
        for name, _line in entry.occurrences:
            if name.endswith(".txt") and "/email" in name:
                texts[name].append(displayed_text(entry.msgstr or entry.msgstr_plural[1]))
    return {name: "\n".join(lines) for name, lines in texts.items()}


def too_long(texts: dict[str, str]) -> dict[str, str]:
    return {
        name: " ".join(words) for name, text in texts.items() for words in sentences(text) if len(words) > MAX_WORDS
    }


def too_hard(texts: dict[str, str], enough: int = 0) -> dict[str, int]:
    measured = {name: lix(text) for name, text in texts.items() if len(WORD.findall(text)) >= enough}
    return {name: round(value) for name, value in measured.items() if value > MAX_LIX}


def banned(texts: dict[str, str]) -> list[str]:
    return [
        f"{name}: {what}"
        for name, text in texts.items()
        for what, pattern in BANNED.items()
        if re.search(pattern, text, re.I)
    ]


def words_in(text: str) -> set[str]:
    """Returns the words in the form used by dictionaries; addresses and file names are left out."""
    text = re.sub(r"\S+@\S+|https?://\S+|\S*\w\.\w{2,}\S*|/\w+/", " ", text)
    return {word.replace("’", "'").strip("'-") for word in re.findall(r"(?<!\d)[A-Za-zÀ-ÿœŒæÆ’'-]+", text)} - {""}


def unknown_words(texts: dict[str, str]) -> dict[str, str]:
    """Returns each word that is neither in the dictionary nor in our list, with the name of a text that contains it."""
    hunspell = shutil.which("hunspell")
    if not hunspell:
        pytest.skip("hunspell is not here: the spelling of the French texts is not checked")
    found = {word: name for name, text in texts.items() for word in words_in(text)}
    allowed = {word.lower() for word in own_words()}
    # « l'Eurométropole »: article and name.
    return {
        word: found.get(word, "?")
        for word in misspelt(found, hunspell)
        if word.lower() not in allowed and word.rpartition("'")[2].lower() not in allowed
    }


def own_words() -> list[str]:
    lines = KNOWN_WORDS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def misspelt(words: Iterable[str], hunspell: str) -> list[str]:
    """Returns the words that are not in the dictionary."""
    run = subprocess.run(
        [hunspell, "-d", "fr", "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    if run.returncode:
        pytest.skip(f"hunspell has no French dictionary: {run.stderr.strip()}")
    return run.stdout.split()


SHIPPED = {
    "starter texts": starter_texts,
    "guide": guide_texts,
    "error pages": error_page_texts,
    "interface": catalogue_texts,
}


@pytest.mark.parametrize("kind", SHIPPED)
def test_no_long_sentence_and_no_banned_phrase(kind):
    texts = SHIPPED[kind]()

    assert too_long(texts) == {}
    assert banned(texts) == []


@pytest.mark.parametrize("kind", SHIPPED)
def test_every_word_is_in_the_dictionary(kind):
    assert unknown_words(SHIPPED[kind]()) == {}


def test_pages_and_mails_are_easy_to_read():
    assert too_hard(starter_texts()) == {}
    assert too_hard(guide_texts()) == {}
    assert too_hard(error_page_texts()) == {}
    assert too_hard(mail_texts(), ENOUGH_WORDS) == {}


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.xdist_group("whole site")
class TestDemonstration:
    @pytest.fixture(autouse=True)
    def load_texts(self, db):
        _walk, self.texts = whole_site()

    def test_every_word_is_in_the_dictionary(self):
        assert unknown_words(self.texts) == {}

    def test_no_banned_phrase(self):
        assert banned(self.texts) == []


class TestControls:
    """Controls: each rule can fail."""

    def test_a_misspelt_word_is_found(self):
        assert unknown_words({"un": "Une proposision de l’Eurométropole."}) == {"proposision": "un"}

    def test_own_words_are_unique_and_not_in_the_dictionary(self):
        hunspell = shutil.which("hunspell")
        if not hunspell:
            pytest.skip("hunspell is not here: the list of our words is not checked")
        assert sorted(misspelt(own_words(), hunspell)) == sorted(own_words())
        assert len(own_words()) == len(set(own_words()))

    def test_a_long_sentence_is_found(self):
        assert too_long({"un": "mot " * 26}) != {}
        assert too_long({"un": "mot " * 25}) == {}

    def test_a_hard_text_is_found(self):
        assert too_hard({"un": "Une dématérialisation administrative institutionnelle systématique."}) != {}

    @pytest.mark.parametrize(
        "text",
        [
            "Pour lire, cliquez ici.",
            "Veuillez patienter.",
            "Merci de remplir ce champ.",
            "Soumettre",
            "Authentifiez-vous",
            "Format invalide",
            "Ce champ est obligatoire.",
            "Se désabonner",
            "Votre email",
            "Votre courriel",
            "Les habitant·es",
        ],
    )
    def test_banned_phrase_is_found(self, text):
        assert len(banned({"un": text})) == 1

    def test_plain_words_pass(self):
        text = "Merci de votre aide. Écrivez votre adresse e-mail, par exemple odile@courriel.example."
        assert banned({"un": text}) == []
