"""URLs of the survey, of the annual reports and of the indicators."""

from django.urls import path

from indicators import views
from indicators.defined import views as defined

app_name = "indicators"

urlpatterns = [
    path("representativite/", views.representativeness, name="representativeness"),
    path("representativite/repondre/", views.survey, name="survey"),
    path("restitution/", views.restitutions, name="restitutions"),
    path("restitution/<int:year>/", views.restitution, name="restitution"),
    path("restitution/<int:year>/presentation.ics", views.presentation_ics, name="presentation_ics"),
    path("indicateurs/", defined.indicators, name="indicators"),
    path("indicateurs/<slug:slug>/", defined.indicator, name="indicator"),
    path("indicateurs/<slug:slug>/valeurs.csv", defined.values_table, name="indicator_values"),
    path("restitution/<int:year>/chiffres.csv", views.restitution_table, name="restitution_table"),
]
