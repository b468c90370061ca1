# SPDX-License-Identifier: Apache-2.0
"""CRC-32C (Castagnoli), the slow and plain way, as S3 wants it in a header.

Source of the polynomial and of the check value: RFC 3720, appendix B.4.
"""

import base64


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def crc32c_header(data: bytes) -> str:
    return base64.b64encode(crc32c(data).to_bytes(4, "big")).decode()


assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720: 32 bytes of zeroes
