"""What a picture must lose before it is kept: the place and the device that a phone writes into each photo."""

from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

JPEG_QUALITY = 90


def without_metadata(file: File) -> File:
    """Returns `file`, or a copy without EXIF and XMP (GPS position, device, owner) when it holds any.

    The picture is turned upright first, since its orientation was one of those fields. The colour profile stays. An
    animated picture is returned as it is: its formats hold no position.
    """
    file.seek(0)
    with Image.open(file) as source:
        has_metadata = bool(source.getexif()) or "exif" in source.info or "xmp" in source.info
        if not has_metadata or getattr(source, "is_animated", False) or source.format is None:
            file.seek(0)
            return file
        options = {"quality": JPEG_QUALITY} if source.format in ("JPEG", "WEBP", "AVIF") else {}
        profile = source.info.get("icc_profile")
        upright = ImageOps.exif_transpose(source)
        for name in ("exif", "xmp", "XML:com.adobe.xmp"):
            upright.info.pop(name, None)
        target = BytesIO()
        upright.save(target, format=source.format, exif=b"", icc_profile=profile, **options)
    return ContentFile(target.getvalue(), name=file.name)
