"""The home page, which composes all that the other apps hold."""

from django.utils.translation import gettext_lazy as _

from cms.models import BasePage


class HomePage(BasePage):
    """The root of the site, at `/`."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.NewsIndexPage",
        "cms.StandardPage",
        "committee.CommitteePage",
        "participation.ProposalIndexPage",
        "veille.VeilleIndexPage",
    ]
    max_count = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
