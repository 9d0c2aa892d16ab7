"""The addresses of this app that are not pages of editors."""

from django.urls import URLPattern

app_name = "committee"

urlpatterns: list[URLPattern] = []
