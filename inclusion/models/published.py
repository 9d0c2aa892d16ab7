"""What editors publish, and what anyone may read of it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search.queryset import SearchableQuerySetMixin

from inclusion.models.needs import Need


class PublishedQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self) -> Self:
        """Those that anyone may read: the one rule of pages, search, site map, open data and mails."""
        return self.filter(published_at__isnull=False)


class Learning(models.Model):
    """Mixin of what one learns with: a title, what is learnt, for which need, the topic of the committee it is about.

    Without a topic it belongs to that of digital inclusion.
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
