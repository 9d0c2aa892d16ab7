"""Admin view of invitations: addresses, preview of the mail and sending, on one URL."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_edit_accounts
from cms.admin.dashboard import snippet_url
from committee.invitations.forms import InvitationsForm
from committee.invitations.notifications import AccountInvited
from committee.invitations.queries import first_day, invitation_of, without_account
from committee.invitations.services import invite
from committee.models import AccountInvitation, Member, SessionPage
from committee.permissions import can_invite_members
from common.action_forms import ActionFormView
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.choosers import number_of
from common.limits import throttle_mail


class InviteView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Members without an account: all, or the one of `?membre=`."""

    page_title = _("Invite to create an account")
    header_icon = "mail"
    template_name = "committee/admin/invite.html"
    form_class = InvitationsForm
    is_allowed = staticmethod(can_invite_members)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    @cached_property
    def members(self) -> list[Member]:
        candidates = without_account(timezone.localdate())
        chosen = self.request.GET.get("membre", "")
        return list(candidates.filter(pk=number_of(chosen)) if chosen else candidates)

    @cached_property
    def refused(self) -> list[Member]:
        """Members who declined; they are not invited again."""
        return [member for member in self.members if (invitation := invitation_of(member)) and invitation.refused_at]

    def get_form_kwargs(self) -> dict[str, Any]:
        invitable = [member for member in self.members if member not in self.refused]
        shows_addresses = can_edit_accounts(self.request.user)
        return {
            **super().get_form_kwargs(),
            "members": invitable,
            "now": timezone.now(),
            "shows_addresses": shows_addresses,
        }

    def submit(self, form: InvitationsForm) -> HttpResponse:
        now = timezone.now()
        if self.request.POST.get("act") != "send":
            member, email = form.invited[0]
            begins_on = first_day(member, timezone.localdate(now))
            preview = AccountInvited(AccountInvitation.new(member, email, begins_on=begins_on, now=now)).content()
            return self.render_to_response(self.get_context_data(form=form, preview=preview))
        with transaction.atomic():
            for _member, email in form.invited:
                throttle_mail(self.request, email, now)
            count = invite(invited=form.invited, by=cast(User, self.request.user), now=now)
        message = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
        messages.success(self.request, message % {"count": count})
        return HttpResponseRedirect(snippet_url(Member, "list"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        coming = SessionPage.objects.published().next(timezone.now())
        paper = reverse("convocations:paper", args=[coming.pk]) if coming else reverse("convocations:index")
        has_sitting = bool(self.members) or Member.objects.sitting_or_to_come(timezone.localdate()).exists()
        facts = {"members": self.members, "has_sitting": has_sitting, "refused": self.refused, "paper_url": paper}
        return super().get_context_data(**facts, **kwargs)


class InvitationViewSet(PermissionViewSet):
    """Viewset of the page, linked from the list of members and from the page of a member."""

    name = "account_invitations"
    url_prefix = "invitations"  # type: ignore[assignment]
    is_allowed = staticmethod(can_invite_members)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", InviteView.as_view(), name="index")]
