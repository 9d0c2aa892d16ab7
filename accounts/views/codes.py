"""Form for a confirmation code, shared by all actions of an account."""

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import CodeExpired, WrongCode
from accounts.forms.own_data import CodeForm
from accounts.models import AccountCode, User
from accounts.queries import pending_code
from accounts.services.codes import send_code, throttle, use_code
from common.action_forms import ActionFormView
from common.errors import Refusal, TooManyMails
from common.limits import count_wrong_code, refuse_guesses


class ConfirmActionView(LoginRequiredMixin, ActionFormView):
    """Checks the code, or sends another one. `confirmed()` performs the action and returns the response."""

    action: ClassVar[AccountCode.Action]
    # Name of the page that requests the code.
    start: ClassVar[str]
    form_class = CodeForm
    refusal_field = "code"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = cast(User, request.user)
        self.now = timezone.now()
        pending = pending_code(self.user, self.action, now=self.now)
        if pending is None:
            return self.start_again(CodeExpired())
        self.pending = pending
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "resend":
            return super().post(request, *args, **kwargs)
        try:
            throttle(request, user=self.user, email=self.pending.email, now=self.now)
        except TooManyMails as refusal:
            messages.error(request, str(refusal))
        else:
            email, choices = self.pending.email, self.pending.choices
            send_code(user=self.user, action=self.action, email=email, choices=choices, now=self.now)
            messages.success(request, _("We have sent you another code. The one before is of no use any more."))
        return redirect(request.path)

    def submit(self, form: CodeForm) -> HttpResponse:
        refuse_guesses(self.request, self.now)
        code = form.cleaned_data["code"]
        return self.confirmed(use_code(user=self.user, action=self.action, code=code, now=self.now))

    def refuse(self, form: CodeForm, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, WrongCode | CodeExpired):
            count_wrong_code(self.request, self.now)
        return super().refuse(form, refusal) if isinstance(refusal, WrongCode) else self.start_again(refusal)

    def start_again(self, refusal: Refusal) -> HttpResponse:
        messages.error(self.request, str(refusal))
        return redirect(self.start)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "verify_form": context["form"], "email": self.pending.email, "can_resend": True}
