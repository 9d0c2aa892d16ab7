"""URLs of this app that are not pages of the tree."""

from django.urls import path
from django.views.decorators.http import conditional_page

from cms import views
from cms.discovery.feeds import NewsFeed, NewsRssFeed

app_name = "cms"

urlpatterns = [
    path("contact/ecrire/", views.contact, name="contact"),
    # Feed readers poll hourly: conditional responses (304) if there is nothing new.
    path("actualites/flux.xml", conditional_page(NewsFeed()), name="news_feed"),
    path("actualites/rss.xml", conditional_page(NewsRssFeed()), name="news_rss"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("robots.txt", views.robots, name="robots"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("partage/<slug:kind>/<slug:key>.png", views.card, name="card"),
    path("media/images/<str:name>", views.picture, name="picture"),
]
