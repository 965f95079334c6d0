"""Frames, the handshake and mail, on the client's side."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

import hpke
import wire
from codec import UINT32, DecodeError, Reader, demand

FRAME_BYTES = (2_048, 8_192, 32_768, 131_072, 524_288, 1_048_576)
TAG_BYTES = 16
SECRET_BYTES = 32
WELCOME_NONCE = bytes(12)


class SessionLost(Exception):
    """What came is not the answer. It proves nothing, and is only a reason to shake hands again."""


class Identity:
    """A participant: an Ed25519 key pair."""

    def __init__(self, seed=None):
        self.private = Ed25519PrivateKey.from_private_bytes(seed) if seed else Ed25519PrivateKey.generate()
        self.key = hpke.raw(self.private.public_key())

    def sign(self, what):
        return self.private.sign(what)


def frame_size(least):
    """The size of the smallest frame of at least so many bytes."""
    return next(size for size in FRAME_BYTES if size >= least)


def seal_frame(header, content, seal, least=0):
    """
    The smallest frame of at least so many bytes that holds the content. seal(additional, padded) answers with a tag
    more than it is given.
    """
    encoded = wire.HEADER.encode({"version": 1, "frame": header})
    inside = UINT32.encode(len(content)) + content
    size = frame_size(max(least, len(encoded) + len(inside) + TAG_BYTES))
    padded = inside.ljust(size - len(encoded) - TAG_BYTES, b"\x00")
    return encoded + seal(encoded, padded)


def open_frame(frame, kind, key_and_nonce):
    """The content of a frame of that kind, by what key_and_nonce(header) says. Raises SessionLost for any other."""
    try:
        demand(len(frame) in FRAME_BYTES, "no frame is so long")
        reader = Reader(frame)
        header = wire.HEADER.read(reader)["frame"]
        demand(header["kind"] == kind, f"a frame of kind {header['kind']}")
        key, nonce = key_and_nonce(header)
        padded = AESGCM(key).decrypt(nonce, frame[reader.at :], frame[: reader.at])
        inside = Reader(padded)
        content = inside.take(UINT32.read(inside))
        demand(not any(padded[inside.at :]), "padding that is not zero")
        return content
    except (DecodeError, InvalidTag) as error:
        raise SessionLost(f"the answer is no {kind}: {error}") from None


def hello(mail_key, statement_hash, identity, seed=None):
    """Answers with the frame and with the secret that the session's keys come from."""
    prefix = wire.label(b"hello") + statement_hash
    capsule, context = hpke.setup_sender(mail_key, prefix, seed)
    content = wire.HELLO.encode({"party": identity.key, "signature": identity.sign(prefix + capsule)})
    frame = seal_frame({"kind": "hello", "encapsulated": capsule}, content, context.seal)
    return frame, context.export(wire.label(b"session"), SECRET_BYTES)


def derive(salt, secret, what):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=wire.label(what)).derive(secret)


def nonce(sequence):
    return sequence.to_bytes(12, "big")


class Session:
    def __init__(self, id, salt, secret):
        self.id = id
        self.to_enclave = derive(salt, secret, b"to enclave")
        self.to_client = derive(salt, secret, b"to client")

    @classmethod
    def from_welcome(cls, frame, secret):
        salts = []

        def key_and_nonce(header):
            salts.append(header["salt"])
            return derive(header["salt"], secret, b"welcome"), WELCOME_NONCE

        content = open_frame(frame, "welcome", key_and_nonce)
        return cls(wire.WELCOME.decode(content)["session"], salts[0], secret)

    def mail(self, sequence, content, least=0):
        header = {"kind": "mail", "session": self.id, "sequence": sequence}
        aead = AESGCM(self.to_enclave)

        def seal(additional, padded):
            return aead.encrypt(nonce(sequence), padded, additional)

        return seal_frame(header, content, seal, least)

    def open_reply(self, sequence, frame):
        def key_and_nonce(header):
            demand((header["session"], header["sequence"]) == (self.id, sequence), "the reply to something else")
            return self.to_client, nonce(sequence)

        return open_frame(frame, "reply", key_and_nonce)
