"""Dashboard panel of the uncoded texts of closed surveys."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel
from common.templatetags.dates import short_day
from common.waiting import Link, Task, TaskList
from fieldwork.permissions import can_code_texts
from fieldwork.surveys.queries import coding
from fieldwork.surveys.services.coding import TEXTS_KEPT

if TYPE_CHECKING:
    from accounts.models import User


class TextsToCodePanel(DashboardPanel):
    """Questions with uncoded texts: their results are not shown before, and the texts are erased after a time."""

    name = "textes-a-coder"
    order = 53
    heading = gettext_lazy("Texts of surveys to read")
    icon = "openquote"
    team = gettext_lazy("Editors")
    guide = "redaction"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_code_texts(user)

    def work(self) -> TaskList:
        questions = list(coding.closed_questions(self.now).select_related("poll__survey"))
        works = [work for work in coding.work_on(questions) if work.uncoded]
        if not works:
            return TaskList()
        uncoded = sum(work.uncoded for work in works)
        return TaskList(
            tasks=[self._task(work) for work in works],
            label=ngettext("question to code", "questions to code", len(works)),
            facts=[
                ngettext("%(count)d text without a code", "%(count)d texts without a code", uncoded)
                % {"count": uncoded}
            ],
            links=[Link(gettext("All the texts of surveys"), reverse("survey_texts:list"))],
        )

    def _task(self, work: coding.CodingProgress) -> Task:
        uncoded = ngettext("%(count)d text without a code", "%(count)d texts without a code", work.uncoded)
        erased = gettext("erased on %(day)s")
        day = short_day(timezone.localdate(work.question.poll.closes_at + TEXTS_KEPT))
        return Task(
            title=work.question.text,
            url=reverse("survey_texts:code", args=[work.question.pk]),
            note=f"{uncoded % {'count': work.uncoded}} · {erased % {'day': day}}",
        )
