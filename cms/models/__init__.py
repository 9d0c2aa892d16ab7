from cms.models.accessibility import AccessibilityPage
from cms.models.checks import PageCheck
from cms.models.citations import CitedAddress
from cms.models.files import CustomDocument, CustomImage, CustomRendition
from cms.models.missing import MissingAddress
from cms.models.pages import BasePage, IndexPage, NewsIndexPage, NewsPage, StandardPage
from cms.models.pictures import PicturedPage
from cms.models.second_reading import SecondReadingTask
from cms.models.settings import SiteConfiguration
from cms.models.spotlight import Spotlight
from cms.models.visibility import PageOpening

__all__ = [
    "AccessibilityPage",
    "BasePage",
    "CitedAddress",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "IndexPage",
    "MissingAddress",
    "NewsIndexPage",
    "NewsPage",
    "PageCheck",
    "PageOpening",
    "PicturedPage",
    "SecondReadingTask",
    "SiteConfiguration",
    "Spotlight",
    "StandardPage",
]
