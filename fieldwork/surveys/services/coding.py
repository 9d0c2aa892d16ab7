"""Services that code and erase the free texts of a survey."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from fieldwork.errors import TextsNotReady, UnknownCode
from fieldwork.models import Code, Coding
from fieldwork.permissions import can_code_texts
from fieldwork.surveys.queries.coding import closed_questions, written_texts
from polls.models import Question, SecretTexts

# Texts can be read and coded for this long after the end of their survey.
TEXTS_KEPT = timedelta(days=182)


@transaction.atomic
def code_texts(*, question: Question, codes: Mapping[int, Collection[int | str]], by: User, now: datetime) -> None:
    """Replaces the codes of texts: `codes` maps the place of a text to all of its codes.

    A code is given by its number or its label; an unknown label makes a new code. Raises `TextsNotReady` before the
    end of the survey, and `UnknownCode` for an unknown number; nothing is changed then.
    """
    if not can_code_texts(by):
        raise PermissionDenied
    if not closed_questions(now).filter(pk=question.pk).exists():
        raise TextsNotReady
    # Serialises concurrent editors, for the numbering of codes and the coding of texts.
    Question.objects.select_for_update().get(pk=question.pk)
    texts = {text.place: text for text in written_texts(question)}
    question_codes = _Codes(question)
    codes_by_place = {
        place: {question_codes.named(name) for name in names} for place, names in codes.items() if place in texts
    }
    Coding.objects.filter(code__question=question, place__in=codes_by_place).delete()
    Coding.objects.bulk_create(
        Coding(code=code, place=place, people=texts[place].people)
        for place, text_codes in codes_by_place.items()
        for code in sorted(text_codes, key=lambda code: code.number)
    )


@transaction.atomic
def forget_texts(*, now: datetime) -> int:
    """Erases the texts of surveys closed for `TEXTS_KEPT`. Returns the number of questions.

    Uncoded texts get a code "not read in time", so that the counts stay correct.
    """
    due = list(SecretTexts.objects.filter(question__in=closed_questions(now - TEXTS_KEPT)).exclude(texts=[]))
    for stored in due:
        uncoded = [text for text in written_texts(stored.question) if not text.codes]
        if uncoded:
            unread_code = _Codes(stored.question).named(_("Not read in time"))
            Coding.objects.bulk_create(
                Coding(code=unread_code, place=text.place, people=text.people) for text in uncoded
            )
        stored.texts = []
        stored.save(update_fields=["texts"])
    return len(due)


class _Codes:
    """Codes of a question, by number and by label."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.by_number = {code.number: code for code in Code.objects.filter(question=question)}
        self.by_label = {code.label.casefold(): code for code in self.by_number.values()}

    def named(self, name: int | str) -> Code:
        """Returns the code with this number or label; creates it for a new label. Raises `UnknownCode`."""
        if isinstance(name, int):
            if name not in self.by_number:
                raise UnknownCode(name)
            return self.by_number[name]
        if name.casefold() not in self.by_label:
            number = max(self.by_number, default=0) + 1
            code = Code.objects.create(question=self.question, number=number, label=name)
            self.by_number[number] = self.by_label[name.casefold()] = code
        return self.by_label[name.casefold()]
