"""QR codes, drawn in a page: no picture is fetched, and nobody else is asked to make one."""

from qrcode import QRCode


def drawn(text: str) -> dict[str, str | int]:
    """Returns `text` as a QR code for `common/qr_code.html`: the path of its dark squares in an SVG, and its size."""
    code = QRCode()
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"qr_path": "".join(squares), "qr_size": len(rows)}
