"""QR codes as SVG paths: the content policy allows no style, and needs none for them."""

import qrcode


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as the side of its square in modules, quiet zone included, and an SVG path of its dark modules."""
    symbol = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    symbol.add_data(text)
    modules = symbol.get_matrix()
    path = "".join(
        f"M{column} {line}h1v1h-1z" for line, row in enumerate(modules) for column, dark in enumerate(row) if dark
    )
    return len(modules), path
