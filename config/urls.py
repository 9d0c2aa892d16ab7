"""Root URLs. Each app names its own; other paths are pages of the tree."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.views.sign_in import wagtail_sign_in
from cms.views import document
from common import views as common_views

handler400 = "common.views.bad_request"
handler404 = "common.views.page_not_found"
handler500 = "operations.views.server_error"
handler403 = "accounts.views.sign_in.reserved"

urlpatterns = [
    # One sign-in page replaces the two of Wagtail.
    path("admin/login/", wagtail_sign_in),
    path("_util/login/", wagtail_sign_in),
    path("admin/", include(wagtailadmin_urls)),
    # Replaces Wagtail's view by the one that serves all files, under the same name and path.
    path("documents/<int:document_id>/<path:document_filename>", document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path("rapport-csp/", common_views.csp_report, name="csp_report"),
    path("couleurs/", common_views.Colours.as_view(), name="colours"),
    # First of all apps, since Django tries patterns in order and proposals have the most requests.
    path("", include("participation.urls")),
    path("", include("operations.urls")),
    path("", include("accounts.urls")),
    path("", include("mailing.urls")),
    path("", include("digests.urls")),
    path("", include("indicators.urls")),
    path("", include("fieldwork.urls")),
    path("", include("inclusion.urls")),
    path("", include("polls.urls")),
    path("", include("committee.urls")),
    path("", include("veille.urls")),
    path("", include("cms.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
