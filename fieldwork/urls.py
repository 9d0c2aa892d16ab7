"""URLs of the test campaigns and of the field surveys."""

from django.urls import URLPattern

app_name = "fieldwork"

urlpatterns: list[URLPattern] = []
