"""Image cleaning before storage: no metadata of a phone (place, device), no useless size, no bomb."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

from common.errors import Refusal

JPEG_QUALITY = 90
# Pages show 800 points at most, shared links 1,200. What is larger makes every size slow to make, and fills the disk.
MAX_SIDE = 2_000
# Bytes of memory that drawing one picture may take: a few hundred kilobytes of file can ask for a thousand times more.
MEMORY_BUDGET = 160_000_000
# Bytes of a point, as Pillow keeps it; four for all others.
BYTES_OF_POINT = {"1": 1, "L": 1, "I;16": 2}
METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment")


class PictureTooLarge(Refusal):
    message = _("This picture has too many points. Make it smaller, 4,000 points a side at most, then send it again.")


def prepared(file: File) -> File:
    """Returns `file`, or a copy without EXIF, XMP and comments (GPS position, device, owner) and shrunk.

    The picture is turned upright first, since its orientation was one of those fields. The colour profile stays. An
    animated picture keeps its size and is always written again: what it holds may come after its frames. Raises
    `PictureTooLarge` before anything is drawn, and what Pillow raises of a damaged file.
    """
    file.seek(0)
    with Image.open(file) as source:
        is_animated = getattr(source, "is_animated", False)
        is_large = max(source.size) > MAX_SIDE and not is_animated
        check_memory(source)
        # A PNG is drawn to be asked: its metadata may be at its end.
        has_metadata = bool(source.getexif()) or not source.info.keys().isdisjoint(METADATA)
        if source.format is None or not (has_metadata or is_large or is_animated):
            file.seek(0)
            return file
        options: dict[str, Any] = {"icc_profile": source.info.get("icc_profile"), "exif": b""}
        options |= {"quality": JPEG_QUALITY} if source.format in ("JPEG", "WEBP", "AVIF") else {}
        target = BytesIO()
        (_save_frames if is_animated else _save_still)(source, target, options)
    return ContentFile(target.getvalue(), name=file.name)


def check_memory(source: Image.Image) -> None:
    """Raises `PictureTooLarge` for what takes more than the budget to draw. Reads the head of the file alone.

    A JPEG is drawn at a fraction of its size; one that comes in several passes is kept whole until the last.
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
        # A palette has no colours between its own: they are needed to shrink.
        source = source.convert("RGBA") if source.mode == "P" else source
        source.thumbnail((MAX_SIDE, MAX_SIDE))
    # Small by now: turning makes a second picture.
    upright = ImageOps.exif_transpose(source)
    _forget(upright)
    upright.save(target, format=kind, **options)


def _save_frames(source: Image.Image, target: BytesIO, options: dict[str, Any]) -> None:
    """Writes each frame again, as long as it was shown."""
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
