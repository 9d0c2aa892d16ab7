"""Form of a trial: each button saves the whole input, before and after signing in."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from common.errors import Refusal
from common.limits import throttle
from common.media import served
from common.notices import redirect_with_notice
from common.templatetags.dates import short_day
from fieldwork.models import CampaignPage, DraftPicture, Scenario, Trial, TrialDraft
from fieldwork.models.drafts import TrialDraftQuerySet
from fieldwork.trials.forms import FindingForm, TrialForm, TrialPageInput, prefix
from fieldwork.trials.services.drafts import add_picture, keep_draft, kept_picture, send_draft
from fieldwork.trials.services.reports import FindingInput, TrialInput
from fieldwork.trials.views.campaigns import scenario_of, way_back
from participation.views.draft_session import draft_keys, parse_key, remember_draft

DRAFTS = "trial_drafts"
# Form field that stands for the saved draft, in a form without any other input.
AS_KEPT = "as_kept"


def own_drafts(request: HttpRequest) -> TrialDraftQuerySet:
    """Returns the drafts that the user may continue, latest first."""
    return TrialDraft.objects.owned(request.user, draft_keys(request.session, DRAFTS))


class TrialFormState:
    """Request to the form: its input, the saved draft, and the errors."""

    def __init__(self, request: HttpRequest, scenario: Scenario) -> None:
        self.request, self.scenario = request, scenario
        self.draft: TrialDraft | None = own_drafts(request).filter(scenario=scenario).first()
        kept = self.draft.told if self.draft else {}
        is_written = request.method == "POST" and AS_KEPT not in request.POST
        self.told = TrialPageInput.of_post(request.POST) if is_written else TrialPageInput.of_draft(kept)
        self.key = self.draft.pk if self.draft else parse_key(request.POST.get("key", "")) or uuid.uuid4()
        self.refusal = ""
        # Errors about pictures, by the key of the finding.
        self.refused_pictures: dict[str, str] = {}

    @property
    def is_kept(self) -> bool:
        return not self.refusal and not self.refused_pictures

    def keep(self) -> None:
        """Saves the input and the uploaded pictures; refusals are shown on the page."""
        now = timezone.now()
        try:
            if self.draft is None:
                throttle(self.request, now, what="draft")
            self._keep(now)
        except Refusal as refusal:
            self.refusal = str(refusal)
        else:
            self._keep_pictures(now)

    def _keep(self, now: datetime) -> None:
        user = self.request.user if self.request.user.is_authenticated else None
        held = draft_keys(self.request.session, DRAFTS)
        told = self.told.as_dict()
        self.draft = keep_draft(key=self.key, scenario=self.scenario, author=user, held=held, told=told, now=now)
        self.key = self.draft.pk
        remember_draft(self.request.session, self.draft.pk, DRAFTS)

    def _keep_pictures(self, now: datetime) -> None:
        chosen = [
            (finding, file)
            for rank, finding in enumerate(self.told.findings)
            if (file := self.request.FILES.get(f"{prefix(rank)}-picture"))
        ]
        for finding, file in chosen:
            try:
                throttle(self.request, now, what="file")
                finding["picture_key"] = str(add_picture(draft=self.draft, file=file, now=now).pk)  # type: ignore[arg-type]
            except Refusal as refusal:
                self.refused_pictures[finding["key"]] = str(refusal)
        if chosen:
            self._keep(now)

    def form_to_send(self) -> QueryDict:
        """Returns the POST data that sends the saved draft with its pictures, once the user has signed in."""
        form = self.request.POST.copy()
        for name in list(form):
            if name not in ("send", "website", "shown_at"):
                del form[name]
        form[AS_KEPT] = "1"
        return form

    def forms(self, *, checked: bool) -> tuple[TrialForm, list[FindingForm]]:
        """Returns the form and its findings, bound if `checked`, else unbound with the input as initial data."""
        sent = {name: self.request.POST.get(name, "") for name in ("website", "shown_at")}
        trial = self.told.trial | {"key": str(self.key)}
        form = TrialForm(trial | sent) if checked else TrialForm(initial=trial)
        pictures = self.pictures()
        blocks = []
        for rank, finding in enumerate(self.told.findings):
            block = FindingForm(initial=finding, prefix=prefix(rank), pictures=pictures)
            refused = self.refused_pictures.get(finding["key"])
            if checked and (refused or not block.is_blank):
                data = {f"{prefix(rank)}-{name}": value for name, value in finding.items()}
                block = FindingForm(data, prefix=prefix(rank), pictures=pictures)
                if refused:
                    block.add_error("picture", refused)
            blocks.append(block)
        if checked and self.refusal:
            form.add_error(None, self.refusal)
        return form, blocks

    def pictures(self) -> dict[str, DraftPicture]:
        """Returns the user's pictures for this scenario by primary key."""
        drafts = own_drafts(self.request).filter(scenario=self.scenario)
        found = DraftPicture.objects.filter(draft__in=drafts.order_by().values("pk"))
        return {str(picture.pk): picture for picture in found}


@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows the form of a trial. Its buttons add and remove findings, save the draft, or send it."""
    scenario = scenario_of(slug, pk)
    telling = TrialFormState(request, scenario)
    is_open = scenario.campaign.phase_at(timezone.localdate()) == CampaignPage.Phase.OPEN
    form, blocks = telling.forms(checked=False)
    if request.method == "POST":
        if "send" in request.POST and _was_sent(request, telling.key):
            return _thanks(request)
        place = _change_findings(telling.told, request.POST)
        telling.keep()
        form, blocks = telling.forms(checked=not telling.is_kept or "send" in request.POST)
        if telling.is_kept and "send" not in request.POST:
            return _kept(request, telling, place)
        if telling.is_kept and is_open and _is_right(form, blocks):
            if request.user.is_authenticated:
                try:
                    throttle(request, timezone.now())
                    _send(request.user, telling, form, blocks)
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                else:
                    return _thanks(request)
            elif asked := ask_for_code(request, telling.form_to_send()):
                return asked
    if not is_open and not telling.draft:
        return redirect(scenario)
    context = {
        "scenario": scenario,
        "is_open": is_open,
        "form": form,
        "blocks": blocks,
        "has_room": telling.told.has_room,
        "wrong_rows": [
            (_("Finding %(number)d") % {"number": rank}, block) for rank, block in enumerate(blocks, 1) if block.errors
        ],
        "parents": way_back(scenario, scenario.campaign),
    }
    return render(request, "fieldwork/trials/tell.html", context)


def _change_findings(told: TrialPageInput, data: QueryDict) -> str:
    """Adds or removes the finding or picture of the pressed button. Returns the URL fragment to scroll to."""
    if "add" in data and told.has_room:
        told.findings.append(told.new_finding())
        return prefix(len(told.findings) - 1)
    if removed := told.finding(data.get("remove", "")):
        told.findings.remove(removed)
        told.findings = told.findings or [told.new_finding()]
    if shown := told.finding(data.get("remove_picture", "")):
        shown["picture_key"] = shown["picture_description"] = ""
        return prefix(told.findings.index(shown))
    return ""


def _kept(request: HttpRequest, telling: TrialFormState, place: str) -> HttpResponse:
    if place:
        return redirect(f"{request.path}#{place}")
    until = short_day(telling.draft.kept_until)  # type: ignore[union-attr]
    return redirect_with_notice(request, request.path, _("It is kept until %(day)s.") % {"day": until})


def _is_right(form: TrialForm, blocks: list[FindingForm]) -> bool:
    """Returns whether all forms are valid. Validates each of them, so that all show their errors."""
    return all([form.is_valid(), *(block.is_valid() for block in blocks if block.is_bound)])


def _send(tester: User, telling: TrialFormState, form: TrialForm, blocks: list[FindingForm]) -> None:
    said = form.cleaned_data
    tried = TrialInput(
        **{name: said[name] for name in ("device", "outcome", "browser", "assistive_technology", "minutes", "ease")}
    )
    found = [
        FindingInput(
            **{name: block.cleaned_data[name] for name in ("what_happened", "severity", "expected", "is_sensitive")},
            picture=kept_picture(block.kept_picture) if block.kept_picture else None,
            picture_description=block.cleaned_data["picture_description"],
            shows_assistive_technology=said["shows_assistive_technology"],
        )
        for block in blocks
        if block.is_bound
    ]
    send_draft(
        key=telling.key,
        drafts=own_drafts(telling.request),
        tester=tester,
        scenario=telling.scenario,
        tried=tried,
        found=found,
        now=timezone.now(),
    )


def _was_sent(request: HttpRequest, key: uuid.UUID) -> bool:
    return request.user.is_authenticated and Trial.objects.filter(idempotency_key=key, tester=request.user).exists()


def _thanks(request: HttpRequest) -> HttpResponse:
    said = _("Thank you: your trial is with the team, which reads each finding within two working days.")
    return redirect_with_notice(request, reverse("fieldwork:own_trials"), said)


@require_safe
def draft_picture(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Serves a picture of a draft to its author."""
    drafts = own_drafts(request).order_by().values("pk")
    found = get_object_or_404(DraftPicture, pk=key, draft__in=drafts)
    etag = quote_etag(key.hex)
    return served(request, str(found.file.name), etag=etag, content_type="image/jpeg", filename=f"{key.hex}.jpg")
