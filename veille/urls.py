"""URLs of the feeds, of the sources, of suggestions and of the comparison of metropolises."""

from django.urls import path
from django.views.decorators.http import conditional_page

from veille import views
from veille.benchmark import views as benchmark
from veille.feeds import VeilleFeed, VeilleRssFeed

app_name = "veille"

urlpatterns = [
    path("veille/flux.xml", conditional_page(VeilleFeed()), name="feed"),
    path("veille/rss.xml", conditional_page(VeilleRssFeed()), name="rss"),
    path("veille/comparatif/", benchmark.comparison, name="comparison"),
    path("veille/comparatif/<slug:slug>/", benchmark.criterion, name="criterion"),
    path("veille/comparatif/<slug:slug>/tableau.csv", benchmark.criterion_table, name="criterion_table"),
    path("veille/sources/", views.sources, name="sources"),
    path("veille/sources.opml", views.opml, name="opml"),
    path("veille/proposer-un-exemple/", views.suggest, name="suggest"),
    path("compte/exemples/", views.suggestions, name="suggestions"),
]
