"""URLs of the feeds, of the sources and of suggestions."""

from django.urls import path
from django.views.decorators.http import conditional_page

from veille import views
from veille.feeds import VeilleFeed, VeilleRssFeed

app_name = "veille"

urlpatterns = [
    path("veille/flux.xml", conditional_page(VeilleFeed()), name="feed"),
    path("veille/rss.xml", conditional_page(VeilleRssFeed()), name="rss"),
    path("veille/sources/", views.sources, name="sources"),
    path("veille/sources.opml", views.opml, name="opml"),
    path("veille/proposer-un-exemple/", views.suggest, name="suggest"),
    path("compte/exemples/", views.suggestions, name="suggestions"),
]
