"""Models of the test campaigns, and of the surveys of people met on the ground."""

from fieldwork.models.campaigns import CampaignPage, Scenario, TrialIndexPage
from fieldwork.models.coding import Code, Coding
from fieldwork.models.drafts import DraftPicture, TrialDraft
from fieldwork.models.echoes import Echo
from fieldwork.models.findings import Finding
from fieldwork.models.retests import FindingStep, Retest
from fieldwork.models.surveys import Outing, Sheet, SheetRegister, SurveyIndexPage, SurveyPage
from fieldwork.models.trials import Trial
from fieldwork.models.volunteers import Volunteer

__all__ = [
    "CampaignPage",
    "Code",
    "Coding",
    "DraftPicture",
    "Echo",
    "Finding",
    "FindingStep",
    "Outing",
    "Retest",
    "Scenario",
    "Sheet",
    "SheetRegister",
    "SurveyIndexPage",
    "SurveyPage",
    "Trial",
    "TrialDraft",
    "TrialIndexPage",
    "Volunteer",
]
