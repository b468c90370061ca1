# SPDX-License-Identifier: Apache-2.0
"""Reads Thrift's compact protocol into plain values, knowing no schema.

A struct becomes {field id: value}, a binary stays bytes, a list stays a list.  Written for the tests
only, so that the judges share no code with the tool or with Arrow.
Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

import struct as _struct

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class Cursor:
    """A place in a buffer; running off its end is an IndexError, never a short value."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        if not 0 <= self.at < len(self.data):
            raise IndexError(f"thrift: read at {self.at} of {len(self.data)} bytes")
        self.at += 1
        return self.data[self.at - 1]

    def bytes(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise IndexError(f"thrift: {size} bytes wanted at {self.at} of {len(self.data)}")
        self.at += size
        return bytes(self.data[self.at - size : self.at])

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("thrift: varint of more than ten bytes")

    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self):
        fields, field = {}, 0
        while (head := self.byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self.zigzag()
            kind = head & 0x0F
            fields[field] = kind == TRUE if kind in (TRUE, FALSE) else self._value(kind)
        return fields

    def _value(self, kind):
        if kind in (TRUE, FALSE):  # inside a list a bool has a byte of its own
            return self.byte() == TRUE
        if kind == BYTE:
            return _struct.unpack("b", self.bytes(1))[0]
        if kind in (I16, I32, I64):
            return self.zigzag()
        if kind == DOUBLE:
            return _struct.unpack("<d", self.bytes(8))[0]
        if kind == BINARY:
            return self.bytes(self.varint())
        if kind in (LIST, SET):
            head = self.byte()
            size = head >> 4 if head >> 4 != 15 else self.varint()
            return [self._value(head & 0x0F) for _ in range(size)]
        if kind == MAP:
            size = self.varint()
            kinds = self.byte() if size else 0
            return {self._value(kinds >> 4): self._value(kinds & 15) for _ in range(size)}
        if kind == STRUCT:
            return self.struct()
        raise ValueError(f"thrift: type {kind} at {self.at}")
