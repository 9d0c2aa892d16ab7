"""URLs of the digest."""

from datetime import date

from django.urls import path, register_converter

from digests import views


class DayConverter:
    """Day in a URL: « 2026-11-23 »."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


app_name = "digests"

register_converter(DayConverter, "day")

urlpatterns = [
    path("lettre/inscription/", views.subscribe, name="subscribe"),
    path("lettre/inscription/courriel/", views.look_at_mail, name="look_at_mail"),
    path("lettre/confirmer/<str:token>/", views.confirm, name="confirm"),
    path("lettre/archives/", views.archives, name="archives"),
    path("lettre/archives/<day:day>/", views.archive, name="archive"),
    path("le-comite/programme/<slug:slug>/suivre/", views.follow_topic, name="follow_topic"),
    path("le-comite/seances/<slug:slug>/rappel/", views.session_reminder, name="session_reminder"),
    path("lettre/suite/<str:token>/", views.further, name="further"),
    path("compte/notifications/", views.preferences, name="preferences"),
    path("desinscription/", views.unsubscribe_help, name="unsubscribe_help"),
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("desinscription/<str:token>/annuler/", views.resubscribe, name="resubscribe"),
    path("desinscription/<str:token>/frequence/", views.less_often, name="less_often"),
]
