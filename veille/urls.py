"""URLs of the feeds."""

from django.urls import path
from django.views.decorators.http import conditional_page

from veille.feeds import VeilleFeed, VeilleRssFeed

app_name = "veille"

urlpatterns = [
    path("veille/flux.xml", conditional_page(VeilleFeed()), name="feed"),
    path("veille/rss.xml", conditional_page(VeilleRssFeed()), name="rss"),
]
