"""
The presentation language of docs/wire-format.md as combinators: one declaration gives both directions and the bounds.

A structure's value is a dict by field name, a select's the same with the variant's name under "kind"; an opaque's is
bytes, a text's is str, an enum's the name of its member, an absent optional's None.
"""

import re
import unicodedata

COUNT_END = 1 << 53


class DecodeError(Exception):
    """The bytes, or on the way out the value, are not of the format."""


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, length):
        if len(self.data) - self.at < length:
            raise DecodeError("truncated")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, width):
        return int.from_bytes(self.take(width), "big")


class Codec:
    """What a subclass gives: read(reader), which answers with a value, and encode(value), which answers with bytes."""

    def decode(self, data):
        reader = Reader(data)
        value = self.read(reader)
        if reader.at != len(data):
            raise DecodeError("bytes left over")
        return value


def demand(holds, problem):
    if not holds:
        raise DecodeError(problem)


class Number(Codec):
    def __init__(self, width, end=None):
        self.width = width
        self.end = end or 1 << 8 * width

    def read(self, reader):
        return self.checked(reader.number(self.width))

    def encode(self, value):
        return self.checked(value).to_bytes(self.width, "big")

    def checked(self, value):
        demand(0 <= value < self.end, "number out of range")
        return value


class Constant(Codec):
    def __init__(self, codec, value):
        self.codec = codec
        self.value = value

    def read(self, reader):
        return self.checked(self.codec.read(reader))

    def encode(self, value):
        return self.codec.encode(self.checked(value))

    def checked(self, value):
        demand(value == self.value, f"this is not {self.value}")
        return value


class Fixed(Codec):
    """opaque x[length]"""

    def __init__(self, length):
        self.length = length

    def read(self, reader):
        return reader.take(self.length)

    def encode(self, value):
        demand(len(value) == self.length, "wrong length")
        return bytes(value)


class Opaque(Codec):
    """opaque x<least..most>, behind its length in as many bytes as `most` needs."""

    def __init__(self, least, most):
        self.least = least
        self.most = most
        self.length = Number((most.bit_length() + 7) // 8)

    def read(self, reader):
        return reader.take(self.checked(self.length.read(reader)))

    def encode(self, value):
        return self.length.encode(self.checked(len(value))) + value

    def checked(self, length):
        demand(self.least <= length <= self.most, "length out of range")
        return length


class Text(Codec):
    """UTF-8 of so many bytes, of a pattern where one is given."""

    def __init__(self, least, most, pattern=None, normal=False):
        self.bytes = Opaque(least, most)
        self.pattern = re.compile(pattern) if pattern else None
        self.normal = normal

    def read(self, reader):
        try:
            return self.checked(self.bytes.read(reader).decode("utf-8"))
        except UnicodeDecodeError:
            raise DecodeError("not UTF-8") from None

    def encode(self, value):
        return self.bytes.encode(self.checked(value).encode("utf-8"))

    def checked(self, text):
        demand(self.pattern is None or self.pattern.fullmatch(text), "text of another form")
        demand(not self.normal or unicodedata.is_normalized("NFC", text), "text that is not in form C")
        return text


class Enum(Codec):
    """One byte; the names by their numbers from 0."""

    def __init__(self, *names):
        self.names = names

    def read(self, reader):
        number = reader.number(1)
        demand(number < len(self.names), "unknown member")
        return self.names[number]

    def encode(self, value):
        demand(value in self.names, "unknown member")
        return bytes([self.names.index(value)])


class Flag(Enum):
    def __init__(self):
        super().__init__(False, True)


class Optional(Codec):
    def __init__(self, codec):
        self.codec = codec
        self.present = Flag()

    def read(self, reader):
        return self.codec.read(reader) if self.present.read(reader) else None

    def encode(self, value):
        return self.present.encode(value is not None) + (b"" if value is None else self.codec.encode(value))


def items(codec, data):
    reader = Reader(data)
    found = []
    while reader.at < len(data):
        found.append(codec.read(reader))
    return found


class Packed(Codec):
    """codec x<least..most>: items to the end of so many bytes, behind their length as in an opaque."""

    def __init__(self, codec, least, most):
        self.codec = codec
        self.bytes = Opaque(least, most)

    def read(self, reader):
        return items(self.codec, self.bytes.read(reader))

    def encode(self, value):
        return self.bytes.encode(b"".join(map(self.codec.encode, value)))


class Vector(Codec):
    """Behind its length in bytes, that length in `width` bytes; from `least` to `most` items."""

    def __init__(self, codec, least, most, width):
        self.codec = codec
        self.least = least
        self.most = most
        self.length = Number(width)

    def read(self, reader):
        return self.checked(items(self.codec, reader.take(self.length.read(reader))))

    def encode(self, value):
        encoded = b"".join(map(self.codec.encode, self.checked(value)))
        return self.length.encode(len(encoded)) + encoded

    def checked(self, value):
        demand(self.least <= len(value) <= self.most, "number of items out of range")
        return value


class Struct(Codec):
    def __init__(self, **fields):
        self.fields = fields

    def read(self, reader):
        return {name: codec.read(reader) for name, codec in self.fields.items()}

    def encode(self, value):
        return b"".join(codec.encode(value.get(name)) for name, codec in self.fields.items())


class Cases(Codec):
    """A structure, and behind it the fields that the value of one of its own calls for, if any."""

    def __init__(self, struct, field, cases):
        self.struct = struct
        self.field = field
        self.cases = cases

    def read(self, reader):
        value = self.struct.read(reader)
        return {**value, **self.case(value).read(reader)}

    def encode(self, value):
        return self.struct.encode(value) + self.case(value).encode(value)

    def case(self, value):
        return self.cases.get(value[self.field], NO_FIELDS)


class Select(Codec):
    """One byte of tag and then the structure; `variants` are by tag, each a name and a structure."""

    def __init__(self, variants):
        self.variants = variants
        self.tags = {name: tag for tag, (name, _) in variants.items()}

    def read(self, reader):
        tag = reader.number(1)
        demand(tag in self.variants, "unknown variant")
        name, struct = self.variants[tag]
        return {"kind": name, **struct.read(reader)}

    def encode(self, value):
        demand(value["kind"] in self.tags, "unknown variant")
        tag = self.tags[value["kind"]]
        return bytes([tag]) + self.variants[tag][1].encode(value)


NO_FIELDS = Struct()
UINT8, UINT16, UINT32 = Number(1), Number(2), Number(4)
COUNT = Number(8, COUNT_END)
FLAG = Flag()
