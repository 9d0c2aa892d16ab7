"""Description of each mail for the admin: its subjects, the reason to receive it, the sentences of its text.

All three come from the class and its templates, so that they cannot differ from the mails that are sent.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.template import Engine, TemplateDoesNotExist
from django.utils.translation import gettext, ngettext, pgettext

from mailing.notifications import LibraryMail, Notification

# Tags of our templates of mails: a sentence, a sentence with placeholders and perhaps a plural, another template.
TAG = re.compile(
    r'{% translate "(?P<text>[^"]+)"(?: context "(?P<context>[^"]+)")?[^%]*%}'
    r"|{% blocktranslate[^%]*%}(?P<block>.*?)(?:{% plural %}(?P<plural>.*?))?{% endblocktranslate %}"
    r'|{% include "(?P<included>[^"]+\.txt)"',
    re.DOTALL,
)
VARIABLE = re.compile(r"{{ (\w+) }}")
REASON = "{% block reason %}"
# Template of another mail, whose reason is that of this one.
PARENT = re.compile(r'{% extends "(?P<name>emails/(?!base)[^"]+)" %}')


class Placeholder(int):
    """Unknown value in a sentence: a number for the choice of the plural, `(…)` as text."""

    def __str__(self) -> str:
        return "(…)"


class Placeholders(dict[str, Placeholder]):
    """A `Placeholder` for each name."""

    def __missing__(self, name: str) -> Placeholder:
        return Placeholder(2)


class Description(NamedTuple):
    """Subjects, reason and text of a kind of mail, as sentences. `subjects` is empty if the content gives it."""

    subjects: list[str]
    reason: list[str]
    text: list[str]


def describe(kind: type[Notification]) -> Description:
    """Returns the description of `kind` in the current language; without text if a library writes the mail."""
    template = getattr(kind, "template", "")
    if not template:
        return Description([], [], [])
    subjects = [str(subject % Placeholders()) for subject in kind.subjects]
    if issubclass(kind, LibraryMail):
        subjects = _sentences(_source(f"{template.removesuffix('_message')}_subject.txt"))
    source = _source(f"{template}.txt")
    text, _block, reason = source.partition(REASON)
    if not reason and (parent := PARENT.match(source)):
        reason = _source(parent["name"]).partition(REASON)[2]
    return Description(subjects, _sentences(reason), _sentences(text))


def _source(name: str) -> str:
    try:
        return Engine.get_default().get_template(name).source
    except TemplateDoesNotExist:
        return ""


def _sentences(source: str) -> list[str]:
    """Returns the translated sentences of a template and of those it includes, in order, each once."""
    return list(dict.fromkeys(sentence for sentence in _each_sentence(source) if any(map(str.isalpha, sentence))))


def _each_sentence(source: str) -> Iterator[str]:
    for tag in TAG.finditer(source):
        match tag.groupdict():
            case {"included": str(name)}:
                yield from _each_sentence(_source(name))
            case {"block": str(block), "plural": str(plural)}:
                yield ngettext(_message(block), _message(plural), 2) % Placeholders()
            case {"block": str(block)}:
                yield gettext(_message(block)) % Placeholders()
            case {"text": str(text), "context": str(context)}:
                yield pgettext(context, text)
            case {"text": str(text)}:
                yield gettext(text)


def _message(block: str) -> str:
    """Returns the message of a `blocktranslate trimmed` tag, as Django looks it up."""
    return VARIABLE.sub(r"%(\1)s", " ".join(block.replace("%", "%%").split()))
