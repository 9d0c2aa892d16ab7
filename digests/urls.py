"""The addresses of the letter."""

from django.urls import path

from digests import views

app_name = "digests"

urlpatterns = [
    path("lettre/inscription/", views.subscribe, name="subscribe"),
    path("lettre/inscription/courriel/", views.look_at_mail, name="look_at_mail"),
    path("lettre/confirmer/<str:token>/", views.confirm, name="confirm"),
    path("compte/notifications/", views.preferences, name="preferences"),
    path("desinscription/", views.unsubscribe_help, name="unsubscribe_help"),
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("desinscription/<str:token>/annuler/", views.resubscribe, name="resubscribe"),
    path("desinscription/<str:token>/frequence/", views.less_often, name="less_often"),
]
