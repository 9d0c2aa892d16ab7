"""Registers what mailing shows in the admin."""

from wagtail_modeladmin.options import modeladmin_register

from mailing.admin import MessageAdmin

modeladmin_register(MessageAdmin)
