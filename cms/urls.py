"""The addresses of this app that are not pages of editors."""

from django.urls import path

from cms import views
from cms.feeds import NewsFeed

app_name = "cms"

urlpatterns = [
    path("actualites/flux.xml", NewsFeed(), name="news_feed"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("media/images/<str:name>", views.picture, name="picture"),
]
