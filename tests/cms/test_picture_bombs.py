"""Malicious images: decompression bombs, GPS positions in animations, deliberately damaged files."""

import subprocess
import sys
from functools import cache
from io import BytesIO
from zlib import crc32

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cms.forms import PictureField
from cms.models.files import CustomImage
from common.images import MEMORY_BUDGET, PictureTooLarge, prepared
from participation.errors import FileRefused
from participation.services.attachments import check
from tests.cms.factories import GPS_TAG

DESCRIPTION_TAG = 270

pytestmark = [pytest.mark.django_db, pytest.mark.indexed, pytest.mark.usefixtures("media")]


def image_bytes(kind, mode="RGB", size=(64, 48), **options):
    content = BytesIO()
    Image.new(mode, size).save(content, kind, **options)
    return content.getvalue()


def with_position():
    exif = Image.Exif()
    exif[DESCRIPTION_TAG] = "canari"
    exif.get_ifd(GPS_TAG)[1] = "N"
    exif.get_ifd(GPS_TAG)[2] = (48.0, 34.0, 58.0)
    return exif


def animated(kind, **options):
    frames = [Image.new("RGB", (32, 24), colour) for colour in ("teal", "white", "black")]
    content = BytesIO()
    options = {"duration": [100, 250, 400], "loop": 0, **options}
    frames[0].save(content, kind, save_all=True, append_images=frames[1:], **options)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF"])
def test_metadata_is_removed_from_an_animation_with_all_its_frames(kind):
    """Attack: an animated WebP kept its GPS position."""
    content = animated(kind, exif=with_position(), comment=b"canari")
    assert b"canari" in content
    kept = prepared(ContentFile(content, name=f"a.{kind.lower()}")).read()
    assert b"canari" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.is_animated, picture.n_frames, picture.size) == (True, 3, (32, 24))
        shown = []
        for number in range(3):
            picture.seek(number)
            picture.load()
            shown.append(round(picture.info["duration"]))
        assert shown == [100, 250, 400]
        assert not picture.getexif()


BOMBS = {
    "a PNG of four bands": lambda: image_bytes("PNG", "RGBA", (6_500, 6_400)),
    "a PNG of a palette": lambda: image_bytes("PNG", "P", (6_500, 6_400)),
    "a JPEG in several passes": lambda: image_bytes("JPEG", "RGB", (6_000, 6_000), progressive=True),
}


@cache
def bomb_of(name):
    return BOMBS[name]()


@pytest.mark.parametrize("bomb", BOMBS)
def test_decompression_bomb_is_refused(bomb):
    content = bomb_of(bomb)
    assert len(content) < 1_000_000
    with pytest.raises(PictureTooLarge):
        prepared(ContentFile(content, name="a"))


def test_error_of_an_image_with_too_many_pixels_gives_the_reason():
    """Pillow refuses 30,000 × 30,000 points by their number, written in the first bytes."""
    content = bytearray(image_bytes("PNG"))
    # Width and height of the header, whose checksum follows them.
    content[16:24] = (30_000).to_bytes(4) * 2
    content[29:33] = crc32(content[12:29]).to_bytes(4)
    with pytest.raises(ValidationError, match="trop de points"):
        PictureField().clean(SimpleUploadedFile("a.png", bytes(content), "image/png"))


def test_large_photo_of_a_phone_is_accepted():
    kept = prepared(ContentFile(image_bytes("JPEG", "RGB", (7_200, 5_400)), name="a.jpg"))
    with Image.open(kept) as picture:
        assert max(picture.size) == 2_000


@pytest.mark.thorough
def test_largest_accepted_image_stays_within_the_memory_budget(tmp_path):
    """Measured in a separate process: 40 million pixels, as a PNG of some kilobytes."""
    program = """
import resource, sys
from django.conf import settings
settings.configure(WAGTAILIMAGES_MAX_IMAGE_PIXELS=40_000_000)
from django.core.files.base import ContentFile
from common.images import prepared
content = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
prepared(ContentFile(content, name="a"))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
    path = tmp_path / "a.png"
    path.write_bytes(image_bytes("PNG", "RGBA", (6_300, 6_300)))
    said = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 1.5 * MEMORY_BUDGET


DAMAGED = {
    "cut.jpg": lambda: image_bytes("JPEG", size=(800, 600))[:900],
    "cut.png": lambda: image_bytes("PNG", size=(800, 600))[:60],
    "cut.webp": lambda: animated("WEBP")[:90],
    "head.gif": lambda: b"GIF89a" + b"\xff" * 40,
    "head.png": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "head.avif": lambda: b"\0\0\0 ftypavif" + b"\0" * 40,
    "head.webp": lambda: b"RIFF\x20\0\0\0WEBPVP8X" + b"\xff" * 20,
    "bomb.png": lambda: bomb_of("a PNG of four bands"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_image_is_a_form_error(name, admin_client):
    """Attack: an exception of the library caused an error 500."""
    sent = {"title": "Atelier", "collection": 1, "file": SimpleUploadedFile(name, DAMAGED[name]())}
    answer = admin_client.post(reverse("wagtailimages:add"), sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    sent["file"] = SimpleUploadedFile(name, DAMAGED[name]())
    answer = admin_client.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Atelier", "collection": 1, "files[]": sent["file"]},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.json()["success"] is False
    assert not CustomImage.objects.exists()


@pytest.mark.parametrize("name", [name for name in DAMAGED if not name.endswith((".gif", ".avif"))])
def test_damaged_image_of_a_resident_is_refused(name):
    with pytest.raises(FileRefused):
        check(SimpleUploadedFile(name, DAMAGED[name]()))
