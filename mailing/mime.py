"""MIME writer: a mail as bytes, without `email.generator`, which takes longer than everything else about a mail.

The format is small: headers that are the same at each mail are encoded once, texts go through the quoted-printable
encoder of `binascii` (C), parts follow each other in an order that never changes.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from email.header import Header as EncodedHeader
from email.utils import encode_rfc2231, formataddr, getaddresses
from functools import lru_cache

from django.core.mail import BadHeaderError

CRLF = b"\r\n"
LINE_END = re.compile("\r\n|\r|\n")
MAX_LINE = 998
ADDRESS_HEADERS = frozenset({"from", "to", "reply-to", "sender"})
# Neither quoted-printable nor base64 text can hold "=_", so these need no random part.
ALTERNATIVE, MIXED = b"=_alternative", b"=_mixed"

Header = tuple[str, str]


def headers(pairs: Iterable[Header]) -> bytes:
    """Returns the header lines. Raises `BadHeaderError` for a line break, which would begin a header of its own."""
    return b"".join(_header(name, value) for name, value in pairs)


@lru_cache(maxsize=512)
def _header(name: str, value: str) -> bytes:
    if "\n" in value or "\r" in value or not re.fullmatch(r"[!-9;-~]+", name):
        raise BadHeaderError(f"a header must not hold a line break ({name!r})")
    if not value.isascii() and name.lower() in ADDRESS_HEADERS:
        value = ", ".join(formataddr((label, ascii_address(at)), "utf-8") for label, at in getaddresses([value]))
    elif not value.isascii() or len(name) + 2 + len(value) > MAX_LINE:
        charset = "us-ascii" if value.isascii() else "utf-8"
        value = EncodedHeader(value, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def ascii_address(address: str) -> str:
    """The address as SMTP takes it. Raises `UnicodeError` if its domain is none, or its name has accents."""
    name, at, domain = address.rpartition("@")
    name.encode("ascii")
    return address if domain.isascii() else f"{name}{at}{domain.encode('idna').decode()}"


def part(mimetype: str, text: str) -> bytes:
    """Returns a part of text, headers and all: UTF-8, quoted-printable, lines of 76 at most."""
    raw = LINE_END.sub("\r\n", text.rstrip("\r\n")).encode() + CRLF
    return (
        b'Content-Type: %s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' % mimetype.encode()
        + binascii.b2a_qp(raw, istext=True)
    )


def attachment(filename: str, mimetype: str, base64: str) -> bytes:
    """Returns a part that is a file; `base64` is its content."""
    disposition = "Content-Disposition: attachment; filename"
    if filename.isascii() and not re.search(r'[\x00-\x1f"\\]', filename):
        disposition += f'="{filename}"'
    else:
        disposition += f"*={encode_rfc2231(filename, 'utf-8')}"
    lines = "\r\n".join(re.findall(".{1,76}", base64))
    kind = headers([("Content-Type", mimetype)]).decode()
    return f"{kind}Content-Transfer-Encoding: base64\r\n{disposition}\r\n\r\n{lines}\r\n".encode("ascii")


def multipart(kind: bytes, boundary: bytes, parts: Iterable[bytes]) -> bytes:
    """Returns `parts` one after the other, as one part."""
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, one) for one in parts)
    return head + body + b"--%s--\r\n" % boundary


class Gaps:
    """Bytes with gaps in which a token of a fixed length goes: encode once, fill in for each reader.

    `mark` holds the place of the token in what was encoded. Quoted-printable may break a line inside it; each gap
    keeps its breaks, so that no line becomes longer.
    """

    TOKEN = re.compile(r"[A-Za-z0-9:_-]+")

    def __init__(self, encoded: bytes, mark: str) -> None:
        if not self.TOKEN.fullmatch(mark):
            raise ValueError("a mark is made of letters, digits, :, - and _")
        self.length = len(mark)
        self.pieces = list(self._pieces(encoded, mark))

    @staticmethod
    def _pieces(encoded: bytes, mark: str) -> Iterator[bytes | slice]:
        end = 0
        for match in re.finditer("(?:=\r\n)?".join(mark).encode(), encoded):
            yield encoded[end : match.start()]
            taken = 0
            for run in match[0].split(b"=\r\n"):
                if taken:
                    yield b"=\r\n"
                yield slice(taken, taken + len(run))
                taken += len(run)
            end = match.end()
        yield encoded[end:]

    def filled(self, token: str) -> bytes:
        """Returns the bytes with `token`. Raises `ValueError` for a token of another length or other signs."""
        if len(token) != self.length or not self.TOKEN.fullmatch(token):
            raise ValueError(f"a token has {self.length} letters, digits, :, - and _")
        raw = token.encode()
        return b"".join(raw[one] if isinstance(one, slice) else one for one in self.pieces)
