"""Publication by editors, and the rule of what is public."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search.queryset import SearchableQuerySetMixin

from inclusion.models.needs import Need


class PublishedQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self) -> Self:
        """Returns the published rows. Single rule for pages, search, sitemap, open data and mails."""
        return self.filter(published_at__isnull=False)


class Learning(models.Model):
    """Abstract base of resources and workshops: title, content, need, and the topic of the committee.

    Without a topic, the object belongs to digital inclusion.
    """

    title = models.CharField(_("title"), max_length=120)
    learns = models.TextField(_("what one learns"), max_length=600, help_text=_("In one or two short sentences."))
    need = models.CharField(_("need"), max_length=12, choices=Need)
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: digital inclusion."),
    )
    published_at = models.DateTimeField(_("published on"), null=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title
