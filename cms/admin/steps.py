"""Views of the steps of a snippet (open, adopt, publish…), reached by a button of its list or form."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from cms.admin.dashboard import snippet_url
from common.admin import PermissionView, TitleInBreadcrumb


class StepView(TitleInBreadcrumb, PermissionView):
    """Base of the view of one step of an object of `model`. Its breadcrumb contains the list and the form."""

    model: ClassVar[Any]

    @cached_property
    def object(self) -> Any:
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    @property
    def edit_url(self) -> str:
        return snippet_url(self.model, "edit", self.object.pk)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def above(self) -> list[dict[str, Any]]:
        return [
            {"url": snippet_url(self.model, "list"), "label": self.model.snippet_viewset.menu_label},
            {"url": self.edit_url, "label": str(self.object)},
        ]
