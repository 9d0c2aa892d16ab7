"""The public register of moderation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participation.models.deadlines import READING_WORKING_DAYS
from participation.queries.moderation_register import read_ledger


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """How much was read, what was refused and why, how long it took, and what became of appeals. Names nobody."""
    context = {"ledger": read_ledger(now=timezone.now()), "promised_days": READING_WORKING_DAYS}
    return render(request, "participation/ledger.html", context)
