"""URLs of the survey and of the reports."""

from django.urls import path

from indicators import views

app_name = "indicators"

urlpatterns = [
    path("representativite/", views.representativeness, name="representativeness"),
    path("representativite/repondre/", views.survey, name="survey"),
    path("restitution/", views.restitutions, name="restitutions"),
    path("restitution/<int:year>/", views.restitution, name="restitution"),
    path("restitution/<int:year>/chiffres.csv", views.restitution_table, name="restitution_table"),
]
