"""URLs of the places of help, of the resources and of the workshops."""

from django.urls import URLPattern

app_name = "inclusion"

urlpatterns: list[URLPattern] = []
