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
from fieldwork.errors import TrialChanged
from fieldwork.models import CampaignPage, DraftPicture, Scenario, Trial, TrialDraft
from fieldwork.models.drafts import TrialDraftQuerySet
from fieldwork.trials.forms import FindingForm, TrialForm, TrialPageInput, prefix
from fieldwork.trials.services.drafts import add_picture, keep_draft, send_draft, validated_picture
from fieldwork.trials.services.reports import FindingInput, TrialInput
from fieldwork.trials.views.campaigns import scenario_of, way_back
from participation.views.draft_session import draft_keys, parse_key, remember_draft

DRAFTS = "trial_drafts"
# Form field that stands for the saved draft, in a form without any other input.
AS_KEPT = "as_kept"
# Value of the field `seen` on a page without a saved draft.
NO_DRAFT = "0"


def own_drafts(request: HttpRequest) -> TrialDraftQuerySet:
    """Returns the drafts that the user may continue, latest first."""
    return TrialDraft.objects.owned(request.user, draft_keys(request.session, DRAFTS))


class TrialFormState:
    """Request to the form: its input, the saved draft, and the errors."""

    def __init__(self, request: HttpRequest, scenario: Scenario) -> None:
        self.request, self.scenario = request, scenario
        self.draft: TrialDraft | None = own_drafts(request).filter(scenario=scenario).first()
        self.saved = TrialPageInput.of_draft(self.draft.told) if self.draft else None
        is_written = request.method == "POST" and AS_KEPT not in request.POST
        self.page_input = (
            TrialPageInput.of_post(request.POST) if is_written else self.saved or TrialPageInput.of_draft({})
        )
        self.key = self.draft.pk if self.draft else parse_key(request.POST.get("key", "")) or uuid.uuid4()
        self.refusal = ""
        # Errors about pictures, by the key of the finding.
        self.refused_pictures: dict[str, str] = {}

    @property
    def is_saved(self) -> bool:
        return not self.refusal and not self.refused_pictures

    def save(self) -> None:
        """Saves the input and the uploaded pictures; refusals are shown on the page.

        An older page of the same draft replaces it only if its button is pressed a second time.
        """
        now = timezone.now()
        try:
            if self._is_changed_elsewhere():
                raise TrialChanged
            if self.draft is None:
                throttle(self.request, now, what="draft")
            self._save_draft(now)
        except Refusal as refusal:
            self.refusal = str(refusal)
        else:
            self._save_pictures(now)

    @property
    def seen(self) -> str:
        """Version of the draft that the page shows; `NO_DRAFT` before the first save."""
        return self.saved.version if self.saved else NO_DRAFT

    def _is_changed_elsewhere(self) -> bool:
        """Returns whether the draft was changed since the page was shown, and not to the same input."""
        seen = self.request.POST.get("seen")
        if not seen or self.saved is None or seen == self.saved.version:
            return False
        # A button pressed twice sends the same input, without the key of the picture that it added.
        keys = ("key", "picture_key")
        return self.saved.content(without=keys) != self.page_input.content(without=keys)

    def _save_draft(self, now: datetime) -> None:
        user = self.request.user if self.request.user.is_authenticated else None
        held = draft_keys(self.request.session, DRAFTS)
        data = self.page_input.as_dict()
        self.draft = keep_draft(key=self.key, scenario=self.scenario, author=user, held=held, data=data, now=now)
        self.key, self.saved = self.draft.pk, TrialPageInput.of_draft(self.draft.told)
        remember_draft(self.request.session, self.draft.pk, DRAFTS)

    def _save_pictures(self, now: datetime) -> None:
        uploads = [
            (finding, file)
            for rank, finding in enumerate(self.page_input.findings)
            if (file := self.request.FILES.get(f"{prefix(rank)}-picture"))
        ]
        for finding, file in uploads:
            try:
                throttle(self.request, now, what="file")
                finding["picture_key"] = str(add_picture(draft=self.draft, file=file, now=now).pk)  # type: ignore[arg-type]
            except Refusal as refusal:
                self.refused_pictures[finding["key"]] = str(refusal)
        if uploads:
            self._save_draft(now)

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
        guard_data = {name: self.request.POST.get(name, "") for name in ("website", "shown_at")}
        trial = self.page_input.trial | {"key": str(self.key)}
        form = TrialForm(trial | guard_data) if checked else TrialForm(initial=trial)
        pictures = self.pictures()
        blocks = []
        for rank, finding in enumerate(self.page_input.findings):
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
        pictures = DraftPicture.objects.filter(draft__in=drafts.order_by().values("pk"))
        return {str(picture.pk): picture for picture in pictures}


@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows the form of a trial. Its buttons add and remove findings, save the draft, or send it."""
    scenario = scenario_of(slug, pk)
    state = TrialFormState(request, scenario)
    is_open = scenario.campaign.phase_at(timezone.localdate()) == CampaignPage.Phase.OPEN
    form, blocks = state.forms(checked=False)
    if request.method == "POST":
        if "send" in request.POST and _was_sent(request, state.key):
            return _thanks(request)
        anchor = _change_findings(state.page_input, request.POST)
        state.save()
        form, blocks = state.forms(checked=not state.is_saved or "send" in request.POST)
        if state.is_saved and "send" not in request.POST:
            return _saved_response(request, state, anchor)
        if state.is_saved and is_open and _are_valid(form, blocks):
            if request.user.is_authenticated:
                try:
                    throttle(request, timezone.now())
                    _send(request.user, state, form, blocks)
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                else:
                    return _thanks(request)
            elif response := ask_for_code(request, state.form_to_send()):
                return response
    if not is_open and not state.draft:
        return redirect(scenario)
    context = {
        "scenario": scenario,
        "is_open": is_open,
        "form": form,
        "seen": state.seen,
        "blocks": blocks,
        "has_room": state.page_input.has_room,
        "wrong_rows": [
            (_("Finding %(number)d") % {"number": rank}, block) for rank, block in enumerate(blocks, 1) if block.errors
        ],
        "parents": way_back(scenario, scenario.campaign),
    }
    return render(request, "fieldwork/trials/tell.html", context)


def _change_findings(page_input: TrialPageInput, data: QueryDict) -> str:
    """Adds or removes the finding or picture of the pressed button. Returns the URL fragment to scroll to."""
    if "add" in data and page_input.has_room:
        page_input.findings.append(page_input.new_finding())
        return prefix(len(page_input.findings) - 1)
    if removed := page_input.finding(data.get("remove", "")):
        page_input.findings.remove(removed)
        page_input.findings = page_input.findings or [page_input.new_finding()]
    if finding := page_input.finding(data.get("remove_picture", "")):
        finding["picture_key"] = finding["picture_description"] = ""
        return prefix(page_input.findings.index(finding))
    return ""


def _saved_response(request: HttpRequest, state: TrialFormState, anchor: str) -> HttpResponse:
    if anchor:
        return redirect(f"{request.path}#{anchor}")
    last_day = short_day(state.draft.kept_until)  # type: ignore[union-attr]
    return redirect_with_notice(request, request.path, _("It is kept until %(day)s.") % {"day": last_day})


def _are_valid(form: TrialForm, blocks: list[FindingForm]) -> bool:
    """Returns whether all forms are valid. Validates each of them, so that all show their errors."""
    return all([form.is_valid(), *(block.is_valid() for block in blocks if block.is_bound)])


def _send(tester: User, state: TrialFormState, form: TrialForm, blocks: list[FindingForm]) -> None:
    data = form.cleaned_data
    tried = TrialInput(
        **{name: data[name] for name in ("device", "outcome", "browser", "assistive_technology", "minutes", "ease")}
    )
    findings = [
        FindingInput(
            **{name: block.cleaned_data[name] for name in ("what_happened", "severity", "expected", "is_sensitive")},
            picture=validated_picture(block.saved_picture) if block.saved_picture else None,
            picture_description=block.cleaned_data["picture_description"],
            shows_assistive_technology=data["shows_assistive_technology"],
        )
        for block in blocks
        if block.is_bound
    ]
    send_draft(
        key=state.key,
        drafts=own_drafts(state.request),
        tester=tester,
        scenario=state.scenario,
        tried=tried,
        findings=findings,
        now=timezone.now(),
    )


def _was_sent(request: HttpRequest, key: uuid.UUID) -> bool:
    return request.user.is_authenticated and Trial.objects.filter(idempotency_key=key, tester=request.user).exists()


def _thanks(request: HttpRequest) -> HttpResponse:
    message = _("Thank you: your trial is with the team, which reads each finding within two working days.")
    return redirect_with_notice(request, reverse("fieldwork:own_trials"), message)


@require_safe
def draft_picture(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Serves a picture of a draft to its author."""
    drafts = own_drafts(request).order_by().values("pk")
    picture = get_object_or_404(DraftPicture, pk=key, draft__in=drafts)
    etag = quote_etag(key.hex)
    return served(request, str(picture.file.name), etag=etag, content_type="image/jpeg", filename=f"{key.hex}.jpg")
