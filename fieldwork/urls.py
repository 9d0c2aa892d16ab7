"""URLs of the test campaigns and of the field surveys."""

from django.urls import path

from fieldwork.surveys import views as surveys
from fieldwork.trials.views import pictures

app_name = "fieldwork"

urlpatterns = [
    path("essais/constats/<int:pk>/image/", pictures.picture, name="finding_picture"),
    path("enquetes/<slug:slug>/repondre/", surveys.answer, name="survey_answer"),
    path("enquetes/<slug:slug>/repondre/merci/", surveys.answered, name="survey_answered"),
]
