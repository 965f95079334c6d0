"""
HPKE in base mode (RFC 9180), the sender's side, with the KEM that HPKE calls MLKEM768-X25519: X-Wing, by
draft-connolly-cfrg-xwing-kem.
"""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import mlkem

KEM_ID = 0x647A
KDF_ID = 0x0001
AEAD_ID = 0x0002
KEY_BYTES = 32
NONCE_BYTES = 12
HASH_BYTES = 32
SEED_BYTES = 64
XWING_LABEL = rb"\.//^" + b"\\"


def encapsulate(public_key, seed=None):
    """X-Wing's EncapsulateDerand (section 5.4.1 of its draft). Answers with the shared secret and the capsule."""
    seed = seed or os.urandom(SEED_BYTES)
    key_m, key_x = public_key[: mlkem.KEY_BYTES], public_key[mlkem.KEY_BYTES :]
    ephemeral = X25519PrivateKey.from_private_bytes(seed[mlkem.SEED_BYTES :])
    capsule_x = raw(ephemeral.public_key())
    secret_x = ephemeral.exchange(X25519PublicKey.from_public_bytes(key_x))
    secret_m, capsule_m = mlkem.encapsulate(key_m, seed[: mlkem.SEED_BYTES])
    secret = hashlib.sha3_256(secret_m + secret_x + capsule_x + key_x + XWING_LABEL).digest()
    return secret, capsule_m + capsule_x


def raw(public_key):
    return public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def setup_sender(public_key, info, seed=None):
    """SetupBaseS (section 5.1.1). Answers with the capsule and the context."""
    secret, capsule = encapsulate(public_key, seed)
    return capsule, Context(secret, info)


class Context:
    """The key schedule of section 5.1 in base mode, Seal of section 5.2 and Export of section 5.3."""

    def __init__(self, shared_secret, info, kem_id=KEM_ID, aead_id=AEAD_ID, aead=AESGCM, key_bytes=KEY_BYTES):
        self.suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (kem_id, KDF_ID, aead_id))
        hashed = [self.extract(b"", name, value) for name, value in ((b"psk_id_hash", b""), (b"info_hash", info))]
        context = b"\x00" + b"".join(hashed)
        secret = self.extract(shared_secret, b"secret", b"")
        self.aead = aead(self.expand(secret, b"key", context, key_bytes))
        self.base_nonce = self.expand(secret, b"base_nonce", context, NONCE_BYTES)
        self.exporter_secret = self.expand(secret, b"exp", context, HASH_BYTES)
        self.sequence = 0

    def seal(self, additional, content):
        sealed = self.aead.encrypt(self.nonce(), content, additional)
        self.sequence += 1
        return sealed

    def nonce(self):
        mask = int.from_bytes(self.base_nonce, "big") ^ self.sequence
        return mask.to_bytes(NONCE_BYTES, "big")

    def export(self, context, length):
        return self.expand(self.exporter_secret, b"sec", context, length)

    def extract(self, salt, label, value):
        """LabeledExtract (section 4), of HKDF-SHA256."""
        return hmac.digest(salt, b"HPKE-v1" + self.suite + label + value, "sha256")

    def expand(self, secret, label, info, length):
        """LabeledExpand (section 4), of HKDF-SHA256."""
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + self.suite + label + info
        return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=labelled).derive(secret)
