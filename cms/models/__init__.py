from cms.models.accessibility import AccessibilityPage
from cms.models.checks import PageCheck
from cms.models.files import CustomDocument, CustomImage, CustomRendition
from cms.models.openings import PageOpening
from cms.models.pages import BasePage, IndexPage, NewsIndexPage, NewsPage, StandardPage
from cms.models.settings import SiteConfiguration

__all__ = [
    "AccessibilityPage",
    "BasePage",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "IndexPage",
    "NewsIndexPage",
    "NewsPage",
    "PageCheck",
    "PageOpening",
    "SiteConfiguration",
    "StandardPage",
]
