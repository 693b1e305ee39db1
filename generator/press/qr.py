"""QR codes (GB/T 18284) of addresses. The one module that knows segno."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_code(address: str) -> str:
    """The code as SVG: error correction Q, a quiet zone of four modules."""
    stream = BytesIO()
    code = segno.make_qr(address, error="q", boost_error=False)
    code.save(stream, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None)
    return stream.getvalue().decode("utf-8").strip()
