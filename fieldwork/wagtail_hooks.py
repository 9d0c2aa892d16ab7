"""Registrations of this app with Wagtail and with the hooks of other apps."""

from wagtail import hooks

from fieldwork.hooks import CAMPAIGN_CONTEXT_HOOK, CAMPAIGN_LIST_CONTEXT_HOOK
from fieldwork.trials.views.campaigns import campaign_context, campaign_list_context

hooks.register(CAMPAIGN_LIST_CONTEXT_HOOK, campaign_list_context)
hooks.register(CAMPAIGN_CONTEXT_HOOK, campaign_context)
