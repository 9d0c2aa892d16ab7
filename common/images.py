"""Image cleaning before storage: no metadata of a phone (place, device), no useless size."""

from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

JPEG_QUALITY = 90
# Pages show 800 points at most, shared links 1,200. What is larger makes every size slow to make, and fills the disk.
MAX_SIDE = 2_000


def prepared(file: File) -> File:
    """Returns `file`, or a copy without EXIF and XMP (GPS position, device, owner) and of at most `MAX_SIDE` points.

    The picture is turned upright first, since its orientation was one of those fields. The colour profile stays. An
    animated picture is returned as it is: its formats hold no position.
    """
    file.seek(0)
    with Image.open(file) as source:
        has_metadata = bool(source.getexif()) or "exif" in source.info or "xmp" in source.info
        is_large = max(source.size) > MAX_SIDE
        if not (has_metadata or is_large) or getattr(source, "is_animated", False) or source.format is None:
            file.seek(0)
            return file
        options = {"quality": JPEG_QUALITY} if source.format in ("JPEG", "WEBP", "AVIF") else {}
        profile = source.info.get("icc_profile")
        upright = ImageOps.exif_transpose(source)
        for name in ("exif", "xmp", "XML:com.adobe.xmp"):
            upright.info.pop(name, None)
        if is_large:
            # A palette has no colours between its own: they are needed to shrink.
            upright = upright.convert("RGBA") if upright.mode == "P" else upright
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
        target = BytesIO()
        upright.save(target, format=source.format, exif=b"", icc_profile=profile, **options)
    return ContentFile(target.getvalue(), name=file.name)
