"""`manage.py make_renditions`: creates the renditions of all images, after a change of their sizes."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.models import CustomImage
from cms.renditions import make_all


class Command(BaseCommand):
    help = "Makes the sizes of pictures that are missing. Nothing is made twice."

    def handle(self, *args: Any, **options: Any) -> None:
        images = CustomImage.objects.order_by("pk")
        count = make_all(images.iterator())
        self.stdout.write(f"{count} of {images.count()} pictures are ready.")
