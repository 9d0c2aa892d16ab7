"""URLs of the demonstration mailbox."""

from django.urls import path

from mailing import views

app_name = "mailing"

urlpatterns = [
    path("courriels/", views.mailbox, name="mailbox"),
    path("courriels/<int:number>/", views.mail, name="mail"),
    path("courriels/<int:number>/html/", views.mail_html, name="mail_html"),
    path("courriels/<int:number>.eml", views.mail_source, name="mail_source"),
]
