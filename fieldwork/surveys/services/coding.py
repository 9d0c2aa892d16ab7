"""What happens when an editor codes the free texts of a survey."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from fieldwork.errors import TextsNotReady, UnknownCode
from fieldwork.models import Code, Coding
from fieldwork.permissions import can_code_texts
from fieldwork.surveys.queries.coding import questions_over, written_texts
from polls.models import Question, SecretTexts

# How long after the end of a survey its texts can be read and coded.
TEXTS_KEPT = timedelta(days=182)


@transaction.atomic
def code_texts(*, question: Question, codes: Mapping[int, Collection[int | str]], by: User, now: datetime) -> None:
    """Gives texts their codes: `codes` has, by the place of a text, all its codes from now on.

    A code is named by its number or by its words; words that no code has make a new one. Raises `TextsNotReady` before
    the end of the survey, and `UnknownCode` for a number that no code has: then nothing is changed.
    """
    if not can_code_texts(by):
        raise PermissionDenied
    if not questions_over(now).filter(pk=question.pk).exists():
        raise TextsNotReady
    # Two editors at once: a code is made, and a text coded, by one after the other.
    Question.objects.select_for_update().get(pk=question.pk)
    texts = {text.place: text for text in written_texts(question)}
    known = _Codes(question)
    given = {place: {known.named(name) for name in names} for place, names in codes.items() if place in texts}
    Coding.objects.filter(code__question=question, place__in=given).delete()
    Coding.objects.bulk_create(
        Coding(code=code, place=place, people=texts[place].people)
        for place, found in given.items()
        for code in sorted(found, key=lambda code: code.number)
    )


@transaction.atomic
def forget_texts(*, now: datetime) -> int:
    """Erases the texts of surveys that are over since `TEXTS_KEPT`; returns of how many questions.

    A text that nobody coded gets a code that says so: the counts stay true.
    """
    due = list(SecretTexts.objects.filter(question__in=questions_over(now - TEXTS_KEPT)).exclude(texts=[]))
    for stored in due:
        left = [text for text in written_texts(stored.question) if not text.codes]
        if left:
            unread = _Codes(stored.question).named(_("Not read in time"))
            Coding.objects.bulk_create(Coding(code=unread, place=text.place, people=text.people) for text in left)
        stored.texts = []
        stored.save(update_fields=["texts"])
    return len(due)


class _Codes:
    """The codes of a question, by their numbers and by their words."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.by_number = {code.number: code for code in Code.objects.filter(question=question)}
        self.by_words = {code.label.casefold(): code for code in self.by_number.values()}

    def named(self, name: int | str) -> Code:
        """Returns the code that has this number, or these words; makes it where the words are new."""
        if isinstance(name, int):
            if name not in self.by_number:
                raise UnknownCode(name)
            return self.by_number[name]
        if name.casefold() not in self.by_words:
            number = max(self.by_number, default=0) + 1
            code = Code.objects.create(question=self.question, number=number, label=name)
            self.by_number[number] = self.by_words[name.casefold()] = code
        return self.by_words[name.casefold()]
