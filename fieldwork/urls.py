"""URLs of the test campaigns and of the field surveys."""

from django.urls import path

from fieldwork.surveys import views as surveys
from fieldwork.trials.views import campaigns, findings, own, pictures, telling
from fieldwork.volunteers import views as volunteers

app_name = "fieldwork"

SCENARIO = "essais/<slug:slug>/scenario-<int:pk>/"

urlpatterns = [
    path("membres/terrain/", volunteers.GroundView.as_view(), name="ground"),
    path("membres/terrain/sorties.ics", volunteers.CalendarView.as_view(), name="outings_ics"),
    path("membres/terrain/mes-sorties.ics", volunteers.CalendarView.as_view(only_mine=True), name="own_outings_ics"),
    path("membres/terrain/sorties/<int:pk>/", volunteers.OutingView.as_view(), name="outing_volunteers"),
    path("membres/terrain/sorties/<int:pk>/annuler/", volunteers.CancelView.as_view(), name="outing_cancel"),
    path("membres/terrain/essais/<int:pk>/", volunteers.CampaignView.as_view(), name="campaign_volunteers"),
    path("essais/constats/<int:pk>/", findings.finding, name="finding"),
    path("essais/constats/<int:pk>/image/", pictures.picture, name="finding_picture"),
    path("enquetes/<slug:slug>/resultats.csv", surveys.survey_table, name="survey_table"),
    path("essais/constats/<int:pk>/moi-aussi/", findings.echo, name="echo"),
    path("essais/constats/<int:pk>/nouvel-essai/", findings.retest, name="retest"),
    path("essais/brouillons/<uuid:key>.jpg", telling.draft_picture, name="draft_picture"),
    path("essais/<slug:slug>/", campaigns.campaign, name="campaign"),
    path("essais/<slug:slug>/resultats.csv", campaigns.campaign_table, name="campaign_table"),
    path(SCENARIO, campaigns.scenario, name="scenario"),
    path(f"{SCENARIO}feuille/", campaigns.scenario_paper, name="scenario_paper"),
    path(f"{SCENARIO}raconter/", telling.tell, name="tell"),
    path("compte/essais/", own.own_trials, name="own_trials"),
    path("r/<int:pk>/", surveys.short_address, name="survey_short"),
    path("enquetes/<slug:slug>/repondre/", surveys.answer, name="survey_answer"),
    path("enquetes/<slug:slug>/repondre/merci/", surveys.answered, name="survey_answered"),
]
