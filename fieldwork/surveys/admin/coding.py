"""Admin screens to read and code the free texts of closed surveys."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DeleteView, FormView, TemplateView, UpdateView

from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.errors import Refusal
from common.hooks import GROUND_MENU_HOOK
from fieldwork.models import Code
from fieldwork.permissions import can_code_texts
from fieldwork.surveys.forms import CodeForm, CodingForm
from fieldwork.surveys.queries.coding import closed_questions, codes_with_people, work_on, written_texts
from fieldwork.surveys.services.coding import TEXTS_KEPT, code_texts
from polls.models import Question

# Texts per screen: few enough to keep the codes above them within reach.
AT_ONCE = 25


class TextsView(TitleInBreadcrumb, PermissionView):
    """Base view of the screens about free texts."""

    header_icon = "openquote"
    is_allowed = staticmethod(can_code_texts)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("survey_texts:list"), "label": _("Texts of surveys")}]


class TextsListView(TextsView, TemplateView):
    """Lists the questions with free texts, and the number of texts without a code."""

    page_title = _("Texts of surveys")
    template_name = "fieldwork/admin/texts_list.html"

    def above(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questions = list(closed_questions(timezone.now()).select_related("poll__survey"))
        return super().get_context_data(works=work_on(questions), **kwargs)


class CodingView(TextsView, FormView):
    """Form of the texts without a code; with `is_all`, of all texts."""

    page_title = _("Code the texts")
    template_name = "fieldwork/admin/texts.html"
    form_class = CodingForm
    is_all = False

    @cached_property
    def question(self) -> Question:
        return get_object_or_404(closed_questions(timezone.now()).select_related("poll__survey"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.question.text

    @cached_property
    def texts_page(self) -> Any:
        texts = written_texts(self.question)
        selected = texts if self.is_all else [text for text in texts if not text.codes]
        return Paginator(selected, AT_ONCE).get_page(self.request.GET.get("p") if self.is_all else 1)

    @cached_property
    def codes(self) -> list[Code]:
        return list(codes_with_people(self.question))

    def get_form_kwargs(self) -> dict[str, Any]:
        texts = self.texts_page.object_list
        if self.request.method == "POST" and not self.is_all:
            # Another editor may have coded some meanwhile: keep exactly the texts that the form contained.
            posted_places = {name.removeprefix("text_") for name in self.request.POST}
            texts = [text for text in written_texts(self.question) if str(text.place) in posted_places]
        return {**super().get_form_kwargs(), "texts": texts, "codes": self.codes}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            question=self.question,
            codes=self.codes,
            texts_page=self.texts_page,
            is_all=self.is_all,
            erased_on=timezone.localdate(self.question.poll.closes_at + TEXTS_KEPT),
            **kwargs,
        )

    def form_valid(self, form: CodingForm) -> HttpResponse:
        try:
            code_texts(question=self.question, codes=form.codes_by_place, by=self.request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, gettext("The codes are recorded."))
        return redirect(self.request.get_full_path())


class CodeView(TextsView):
    """Base view of the screens about one code."""

    model = Code
    template_name = "fieldwork/admin/code.html"

    def get_queryset(self) -> Any:
        return Code.objects.filter(question__in=closed_questions(timezone.now())).select_related("question")

    def get_page_subtitle(self) -> str:
        return str(self.object)  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        return reverse("survey_texts:code", args=[self.object.question_id])  # type: ignore[attr-defined]


class ChangeCodeView(CodeView, UpdateView):  # type: ignore[misc]
    """Edits the label of a code, and its public sentence."""

    page_title = _("Change the code")
    form_class = CodeForm

    def form_valid(self, form: CodeForm) -> HttpResponse:  # type: ignore[override]
        messages.success(self.request, gettext("The code is recorded."))
        return super().form_valid(form)


class DeleteCodeView(CodeView, DeleteView):  # type: ignore[misc]
    """Deletes a code: texts without another code must be read again."""

    page_title = _("Delete the code")


class TextsViewSet(PermissionViewSet):
    name = "survey_texts"
    icon = "openquote"
    menu_label = _("Texts of surveys")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 60
    url_prefix = "textes-des-enquetes"  # type: ignore[assignment]
    is_allowed = staticmethod(can_code_texts)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TextsListView.as_view(), name="list"),
            path("<int:pk>/", CodingView.as_view(), name="code"),
            path("<int:pk>/tous/", CodingView.as_view(is_all=True), name="all"),
            path("codes/<int:pk>/", ChangeCodeView.as_view(), name="change"),
            path("codes/<int:pk>/supprimer/", DeleteCodeView.as_view(), name="delete"),
        ]
