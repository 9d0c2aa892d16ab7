"""The addresses of this app that are not pages of editors."""

from django.urls import path

from veille.feeds import VeilleFeed

app_name = "veille"

urlpatterns = [
    path("veille/flux.xml", VeilleFeed(), name="feed"),
]
