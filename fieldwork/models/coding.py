"""Coding of free texts: once a survey is over, an editor reads its texts and assigns codes to each.

Readers see the number of people for each code and the editor's sentence, never a text.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models import Question


class Code(models.Model):
    """Idea shared by several answers to a question: a label, and an optional sentence, in the editor's words."""

    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="codes", editable=False
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    label = models.CharField(
        _("code"), max_length=80, help_text=_("A few words. Example: Opening hours are too short.")
    )
    sentence = models.CharField(
        _("sentence"),
        max_length=300,
        blank=True,
        help_text=_("What people meant, in your own words: never a text as it was written, never a name."),
    )

    class Meta:
        verbose_name = _("code of a free text")
        verbose_name_plural = _("codes of free texts")
        ordering: ClassVar = ["question", "number"]
        default_permissions = ()
        permissions: ClassVar = [("code_texts", _("Can code the free texts of field surveys"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="fieldwork_code_number_once_in_question"),
            models.UniqueConstraint(fields=["question", "label"], name="fieldwork_code_label_once_in_question"),
        ]

    def __str__(self) -> str:
        return self.label


class Coding(models.Model):
    """Assignment of a code to a text. `place` is the index of the text among the distinct texts, sorted.

    Texts no longer change once the survey is over. The number of `people` stays when they are erased.
    """

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="codings")
    place = models.PositiveIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("coding of a free text")
        verbose_name_plural = _("codings of free texts")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "place"], name="fieldwork_coding_once_for_text"),
        ]

    def __str__(self) -> str:
        return f"{self.code_id}: {self.place}"
