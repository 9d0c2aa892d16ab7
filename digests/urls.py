"""The addresses of this app that are not pages of editors."""

from django.urls import URLPattern

app_name = "digests"

urlpatterns: list[URLPattern] = []
