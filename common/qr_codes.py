"""QR codes as inline SVG, generated on the server without external services."""

from qrcode import QRCode


def drawn(text: str) -> dict[str, str | int]:
    """Returns the QR code of `text` for `common/qr_code.html`: SVG path of its dark squares, and size."""
    code = QRCode()
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"qr_path": "".join(squares), "qr_size": len(rows)}
