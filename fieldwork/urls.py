"""URLs of the test campaigns and of the field surveys."""

from django.urls import path

from fieldwork.trials.views import pictures

app_name = "fieldwork"

urlpatterns = [
    path("essais/constats/<int:pk>/image/", pictures.picture, name="finding_picture"),
]
