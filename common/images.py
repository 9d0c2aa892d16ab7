"""Cleaning of uploaded images: no camera metadata, limited size, no decompression bombs."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

from common.errors import Refusal

JPEG_QUALITY = 90
# Pages display at most 800 pixels, link previews 1,200. Larger images make renditions slow, and fill the disk.
MAX_SIDE = 2_000
# Maximum memory, in bytes, to decode an image: a file of a few hundred kB can need a thousand times more.
MEMORY_BUDGET = 160_000_000
# Bytes per pixel in Pillow's modes; four for all others.
BYTES_OF_POINT = {"1": 1, "L": 1, "I;16": 2}
METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment")


class PictureTooLarge(Refusal):
    message = _("This picture has too many points. Make it smaller, 4,000 points a side at most, then send it again.")


def prepared(file: File) -> File:
    """Returns a copy of `file` that holds its points only, scaled down.

    Every image is written again: EXIF, XMP, IPTC, comments and texts (GPS position, device, owner), and bytes after the
    end are left behind, wherever they are. The image is rotated first, since the orientation is part of the metadata.
    The colour profile is kept. Animated images keep their size. Raises `PictureTooLarge` before decoding, and Pillow's
    exceptions for damaged files.
    """
    file.seek(0)
    with Image.open(file) as source:
        is_animated = getattr(source, "is_animated", False)
        check_memory(source)
        options: dict[str, Any] = {"icc_profile": source.info.get("icc_profile"), "exif": b""}
        options |= {"quality": JPEG_QUALITY} if source.format in ("JPEG", "WEBP", "AVIF") else {}
        target = BytesIO()
        (_save_frames if is_animated else _save_still)(source, target, options)
    return ContentFile(target.getvalue(), name=file.name)


def check_memory(source: Image.Image) -> None:
    """Raises `PictureTooLarge` if decoding exceeds the memory budget. Reads the file header only.

    A JPEG is decoded at reduced scale, but a progressive one is kept in memory as a whole.
    """
    points = source.width * source.height * getattr(source, "n_frames", 1)
    needed = points * BYTES_OF_POINT.get(source.mode, 4)
    if source.format == "JPEG":
        passes = points * len(source.getbands()) * 2 if source.info.get("progressive") else 0
        source.draft(None, (MAX_SIDE, MAX_SIDE))
        needed = passes + source.width * source.height * 4
    if needed > MEMORY_BUDGET or points > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise PictureTooLarge


def _save_still(source: Image.Image, target: BytesIO, options: dict[str, Any]) -> None:
    kind = source.format
    if max(source.size) > MAX_SIDE:
        # Palette images cannot be resampled.
        source = source.convert("RGBA") if source.mode == "P" else source
        source.thumbnail((MAX_SIDE, MAX_SIDE))
    # After scaling down, since rotation needs a second copy.
    upright = ImageOps.exif_transpose(source)
    _forget(upright)
    upright.save(target, format=kind, **options)


def _save_frames(source: Image.Image, target: BytesIO, options: dict[str, Any]) -> None:
    """Writes each frame again, with its duration."""
    frames, durations, loop = [], [], source.info.get("loop", 0)
    for frame in ImageSequence.Iterator(source):
        frames.append(frame.copy())
        durations.append(int(frame.info.get("duration", 100)))
        _forget(frames[-1])
    first, *others = frames
    first.save(target, source.format, save_all=True, append_images=others, duration=durations, loop=loop, **options)


def _forget(picture: Image.Image) -> None:
    for name in METADATA:
        picture.info.pop(name, None)
