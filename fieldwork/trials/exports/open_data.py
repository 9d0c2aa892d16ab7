"""Open data of the test campaigns: results of each campaign, and public findings without names."""

from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.datasets import ByKey, Cell, Column, ColumnType, Dataset, Row, SmallDataset
from common.suppression import publishable
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from fieldwork.models import CampaignPage, Finding, Trial
from fieldwork.trials.queries.campaigns import results_of


def open_datasets() -> list[Dataset]:
    """Returns the datasets of test campaigns."""
    return [
        Dataset(
            order=88,
            slug="essais",
            title=_("Trials of services"),
            description=_("The test campaigns, and how many people reached the end. Counts below five are empty."),
            columns=_trial_columns(),
            rows=SmallDataset(_campaigns, width=1),
        ),
        Dataset(
            order=89,
            slug="constats",
            title=_("Findings of the trials"),
            description=_("What hinders in the services that were tried, and what became of it."),
            columns=_finding_columns(),
            rows=ByKey("numero", objects=_findings, rows_of=_finding_rows),
        ),
    ]


def _trial_columns() -> tuple[Column, ...]:
    return (
        Column("campagne", _("Number of the campaign. It never changes."), ColumnType.INTEGER),
        Column("titre", _("Title of the campaign.")),
        Column("service", _("Tested service.")),
        Column("version", _("Version at the start of the campaign. May be empty.")),
        Column("du", _("First day of the campaign."), ColumnType.DAY),
        Column("au", _("Last day of the campaign."), ColumnType.DAY),
        Column("essais", _("How many trials."), ColumnType.INTEGER),
        Column("seuls", _("How many reached the end alone. Empty below five."), ColumnType.INTEGER),
        Column("avec_aide", _("How many reached the end with help. Empty below five."), ColumnType.INTEGER),
        Column("abandons", _("How many gave up. Empty below five."), ColumnType.INTEGER),
        Column(
            "aides_techniques",
            _("How many used an assistive technology. Empty below five, and until the campaign is over."),
            ColumnType.INTEGER,
        ),
        Column("constats", _("Findings that the team confirmed."), ColumnType.INTEGER),
        Column("verifies", _("Findings whose repair was verified."), ColumnType.INTEGER),
        Column("jours_mediane", _("Half of these took so many days or less. May be empty."), ColumnType.INTEGER),
        Column("adresse", _("Address of the page."), ColumnType.URL),
    )


def _finding_columns() -> tuple[Column, ...]:
    return (
        Column("numero", _("Number of the finding. It never changes."), ColumnType.INTEGER),
        Column("scenario", _("Number of the scenario."), ColumnType.INTEGER, "trial__scenario"),
        Column("service", _("Tested service.")),
        Column("constat", _("What happened.")),
        Column("attendu", _("What was expected. May be empty.")),
        Column("gene", _("How much it hinders."), field="severity"),
        Column("etat", _("State: confirmed, sent to the city, and so on."), field="state", among=Finding.PUBLIC_STATES),
        Column("signale_le", _("When it was told."), ColumnType.MOMENT),
        Column("etat_depuis", _("Since when it is in this state."), ColumnType.MOMENT),
        Column("transmis_le", _("When it was sent to the city. May be empty."), ColumnType.MOMENT),
        Column("reponse_avant_le", _("Day before which the city is to answer. May be empty."), ColumnType.DAY),
        Column("verifie_le", _("When its repair was verified. May be empty."), ColumnType.MOMENT),
        Column("jours", _("Days from the report to the verified repair. May be empty."), ColumnType.INTEGER),
        Column("retours", _("How many times it came back."), ColumnType.INTEGER),
        Column("meme_probleme", _("How many other people have the same problem."), ColumnType.INTEGER),
        Column("adresse", _("Address of the page."), ColumnType.URL),
    )


def _campaigns() -> Iterator[Row]:
    """Yields a row for each campaign that has begun. Not by scenario: differences between counts would reveal more."""
    today = timezone.localdate()
    campaigns = list(CampaignPage.objects.published().filter(starts_on__lte=today).defer("body"))
    results = results_of([campaign.pk for campaign in campaigns], today)
    trials = Trial.objects.exclude(assistive_technology="").order_by().values_list("scenario__campaign")
    technologies = dict(trials.annotate(number=Count("pk")))
    for campaign in campaigns:
        campaign_results = results[campaign.pk]
        outcomes = publishable(campaign_results.outcomes) or {}
        is_over = campaign.phase_at(today) == CampaignPage.Phase.CLOSED
        yield (
            campaign.pk,
            campaign.title,
            campaign.service_name,
            campaign.version,
            campaign.starts_on.isoformat(),
            campaign.ends_on.isoformat(),
            campaign_results.trials,
            *(outcomes.get(str(outcome)) for outcome in Trial.Outcome),
            _technology_users(technologies.get(campaign.pk, 0), campaign_results.trials) if is_over else None,
            campaign_results.findings,
            campaign_results.verified,
            campaign_results.median_days,
            campaign.full_url,
        )


def _technology_users(used: int, trials: int) -> Cell:
    """Returns the number of users of an assistive technology (health data), or None if it is too small to publish."""
    return (publishable({"used": used, "other": trials - used}) or {}).get("used")


def _findings() -> QuerySet[Finding]:
    return Finding.objects.public().with_context().prefetch_related("echoes")


def _finding_rows(findings: list[Finding]) -> Iterator[Row]:
    for finding in findings:
        yield (
            finding.pk,
            finding.trial.scenario_id,
            finding.campaign.service_name,
            finding.what_happened,
            finding.expected,
            finding.get_severity_display(),
            finding.get_state_display(),
            isoformat(finding.created_at),
            isoformat(finding.state_changed_at),
            isoformat(finding.sent_at),
            isoformat(finding.answer_due_on),
            isoformat(finding.verified_at),
            finding.days_to_verified(),
            finding.returns,
            len(finding.echoes.all()),
            absolute_url(finding.get_absolute_url()),
        )
