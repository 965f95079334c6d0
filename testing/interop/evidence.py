"""What an enclave in simulation mode shows, and the check of it and of what it signs."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import wire


class NotProved(Exception):
    """Something that has to be proved is not."""


def prove(holds, problem):
    if not holds:
        raise NotProved(problem)


def verify(key, signature, what, problem):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, what)
    except InvalidSignature:
        raise NotProved(problem) from None


class Enclave:
    """An enclave as its evidence describes it. Raises NotProved where it is not the one that is expected."""

    def __init__(self, encoded, code_hash, signer_hash):
        evidence = wire.EVIDENCE.decode(encoded)
        self.evidence = encoded
        self.statement = wire.STATEMENT.decode(evidence["statement"])
        self.statement_hash = hashlib.sha256(evidence["statement"]).digest()
        self.identity = self.statement["identity"]
        self.mail_key = self.statement["mail_key"]
        quote = evidence["quote"]
        prove(quote["kind"] == self.statement["platform"] == "simulation", "the platform is another")
        self.report = quote["report"]
        signed = wire.label(b"simulation report") + wire.REPORT.encode(self.report)
        verify(quote["signer"], quote["signature"], signed, "the report's signature is wrong")
        about = hashlib.sha512(evidence["statement"]).digest()
        prove(self.report["report_data"] == about, "the report is about another statement")
        prove(self.report["code_hash"] == code_hash, "the enclave runs other code")
        prove(hashlib.sha256(quote["signer"]).digest() == signer_hash, "somebody else signed the report")

    def verify(self, signature, what, codec, value):
        prove(signature is not None, f"there is no signature under the {what}")
        verify(self.identity, signature, signed(what, codec, value), f"the signature under the {what} is wrong")


def signed(what, codec, value):
    return wire.label(what.encode()) + codec.encode(value)


def terms_of(descriptor):
    return hashlib.sha256(wire.label(b"descriptor") + wire.DESCRIPTOR.encode(descriptor)).digest()
