"""Contact form, machine-readable views (sitemap, robots, manifest) and images of pages."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Collection, Page

from cms.context_processors import SITE_DESCRIPTION
from cms.discovery.sitemaps import sitemap_entries
from cms.forms import ContactForm, Subject
from cms.models import CustomDocument, CustomRendition, SiteConfiguration
from cms.models.visibility import published_pages
from cms.notifications import ContactCopy, ContactMessage
from cms.renditions import card_of
from common.errors import NetworkBusy
from common.limits import throttle
from common.media import served
from common.urls import absolute_url

# Paths excluded for search engines: private, or the same content under many URLs.
NOT_FOR_ROBOTS = [
    "/admin/",
    "/compte/",
    "/desinscription/",
    "/discussions/",
    "/lettre/confirmer/",
    "/membres/",
    "/recherche/",
]
PICTURE_MAX_AGE = 24 * 3600
# RFC 9116 recommends less than a year.
SECURITY_CONTACT_VALID = timedelta(days=180)
# Page with the policy for reporting vulnerabilities.
LEGAL_NOTICE = "mentions-legales"


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Sends a message to the committee, and displays a copy. `?sujet=` preselects the topic.

    The response to the POST is the confirmation, so that the message need not be stored for a redirect.
    """
    user, now = request.user, timezone.now()
    initial = {"email": user.email, "name": user.public_name} if user.is_authenticated else {}
    form = ContactForm(request.POST or None, initial={"subject": request.GET.get("sujet", ""), **initial})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        fields = {name: data[name] for name in ("body", "email", "name")}
        fields |= {"topic": str(Subject(data["subject"]).label), "now": now}
        message = ContactMessage(**fields)
        try:
            throttle(request, now, what="contact")
        except NetworkBusy as refusal:
            form.add_error(None, str(refusal))
            return render(request, "cms/contact.html", {"form": form}, status=429)
        message.send(now=now)
        has_copy = user.is_authenticated and _is_proved(user, data["email"])
        if has_copy:
            ContactCopy(**fields).send(now=now)
        return render(request, "cms/contact_sent.html", message.context() | {"has_copy": has_copy})
    return render(request, "cms/contact.html", {"form": form})


def _is_proved(user: Any, email: str) -> bool:
    """Returns whether `email` is a verified address of `user`, so that a copy cannot go to a third party."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`, in the protocol of sitemaps.org."""
    context = {"entries": sitemap_entries(request)}
    return render(request, "cms/sitemap.xml", context, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {absolute_url(reverse('cms:sitemap'))}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): contact for vulnerabilities.

    Expires half a year from now, so that it never expires while the site responds. The default contact address is left
    out.
    """
    configuration = SiteConfiguration.shown()
    address = [f"Contact: mailto:{configuration.contact_email}"] if configuration.has_contact_email else []
    policy = published_pages(Page.objects.filter(slug=LEGAL_NOTICE)).first()
    ends = (timezone.now() + SECURITY_CONTACT_VALID).astimezone(UTC).replace(microsecond=0)
    lines = [
        *address,
        f"Contact: {absolute_url(reverse('cms:contact'))}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {absolute_url(reverse('cms:security_txt'))}",
        *([f"Policy: {absolute_url(policy.get_url(request))}"] if policy else []),
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """`/site.webmanifest`: name and icon of the site on the home screen of a phone.

    It opens in the browser, with its address bar: a public site need not look like an application.
    """
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    facts = {
        "name": settings.WAGTAIL_SITE_NAME,
        "short_name": _("Committee"),
        "description": SITE_DESCRIPTION,
        "lang": settings.LANGUAGE_CODE,
        "dir": "ltr",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "theme_color": "#FFFFFF",
        "background_color": "#FFFBF5",
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, requested by default by browsers without support for SVG icons."""
    return HttpResponseRedirect(static("img/favicon.ico"))


@require_safe
def card(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Serves the drawn card of a page or an object, if it is public. `?v=` is ignored."""
    picture = card_of(kind, key)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


def not_found_page(serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hook `on_serve_page`: answers 404 where Wagtail's own function redirects to the sign-in page."""

    def inner(page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
        response = serve_page(page, request, args, kwargs)
        if response.headers.get("Location", "").startswith(reverse("wagtailcore_login")):
            raise _not_found(request)
        return response

    return inner


def _check_collection(collection: Collection, request: HttpRequest) -> None:
    if not all(restriction.accept_request(request) for restriction in collection.get_view_restrictions()):
        raise _not_found(request)


def _not_found(request: HttpRequest) -> Http404:
    """Returns the 404 for a restricted page, which does not reveal its existence.

    The error page suggests signing in. The flag on `request` keeps it out of the missing addresses.
    """
    request.is_restricted = True  # type: ignore[attr-defined]
    return Http404()


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serves a rendition.

    Originals and documents are not under this URL; originals are for editors only. An image of a private collection is
    served to users with access to it; others get a 404.
    """
    file = f"images/{name}"
    closed = CustomRendition.objects.closed().filter(file=file).select_related("image__collection").first()
    if closed:
        _check_collection(closed.image.collection, request)
    response = served(request, file)
    if not closed:
        patch_cache_control(response, public=True, max_age=PICTURE_MAX_AGE)
    return response


@require_safe
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Serves a document; replaces Wagtail's view, which differs between local and remote storage.

    As in Wagtail, the URL contains the file name, so that numbers cannot be enumerated, and the headers prevent the
    file from running. Without access, the response is that of a missing file.
    """
    document = get_object_or_404(CustomDocument.objects.select_related("collection"), pk=document_id)
    if document.filename != document_filename:
        raise Http404
    _check_collection(document.collection, request)
    return served(
        request,
        str(document.file.name),
        etag=quote_etag(document.file_hash) if document.file_hash else "",
        as_attachment=document.content_disposition != "inline",
        filename=document.filename,
        content_type=document.content_type,
        headers={"Content-Security-Policy": "default-src 'none'"},
    )
