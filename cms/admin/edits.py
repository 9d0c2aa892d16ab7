"""Edit forms of Wagtail that save only over the values that they showed: settings, pictures, documents."""

from django.urls import URLPattern, path
from wagtail.contrib.settings.views import EditView as SettingView
from wagtail.documents.views.documents import EditView as DocumentView
from wagtail.images.views.images import EditView as ImageView

from common.edits import EditsAsShown


class SettingEditView(EditsAsShown, SettingView):
    pass


class ImageEditView(EditsAsShown, ImageView):
    pass


class DocumentEditView(EditsAsShown, DocumentView):
    pass


def edit_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`: the addresses of Wagtail's views, before them, which keep their names."""
    return [
        path("settings/<slug:app_name>/<slug:model_name>/<int:pk>/", SettingEditView.as_view(), name="edit_setting"),
        path("images/<int:image_id>/", ImageEditView.as_view(), name="edit_image"),
        path("documents/edit/<int:document_id>/", DocumentEditView.as_view(), name="edit_document"),
    ]
