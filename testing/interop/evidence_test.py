"""Evidence in which one thing is not as it has to be is refused."""

import hashlib
import unittest

import wire
from codec import DecodeError
from evidence import Enclave, NotProved
from session import Identity

SIGNER = Identity(bytes([1]) * 32)
CODE_HASH = bytes([0xC0]) * 32
SIGNER_HASH = hashlib.sha256(SIGNER.key).digest()
# A byte of each, from the end: no endorsement, the signature, the signer, and the report with its data last.
SIGNATURE_AT = -3 - 1
ISSUED_AT = -3 - 64 - 32 - 64 - 1
STATEMENT = {
    "version": 1,
    "platform": "simulation",
    "identity": Identity(bytes([2]) * 32).key,
    "mail_key": bytes(1216),
    "life": bytes(32),
    "anchor": "none",
}


def made(statement=STATEMENT, kind="simulation", signer=SIGNER, **report):
    encoded = wire.STATEMENT.encode(statement)
    about = hashlib.sha512(encoded).digest()
    plain = {"code_hash": CODE_HASH, "product_id": 1, "revocation_level": 0, "issued_at": 0, "report_data": about}
    signature = signer.sign(wire.label(b"simulation report") + wire.REPORT.encode({**plain, **report}))
    quote = {"kind": kind, "report": {**plain, **report}, "signer": signer.key, "signature": signature}
    return wire.EVIDENCE.encode({"statement": encoded, "quote": quote, "endorsements": []})


class EvidenceTest(unittest.TestCase):
    def test_what_is_right_is_taken(self):
        enclave = Enclave(made(), CODE_HASH, SIGNER_HASH)
        self.assertEqual(enclave.identity, STATEMENT["identity"])

    def test_what_is_wrong_is_refused(self):
        cases = {
            "the platform is another": [made({**STATEMENT, "platform": "mock"}), made(kind="mock")],
            "the report is about another statement": [made(report_data=bytes(64))],
            "the enclave runs other code": [made(code_hash=bytes(32))],
            "somebody else signed the report": [made(signer=Identity(bytes([3]) * 32))],
            "the report's signature is wrong": [flipped(made(), SIGNATURE_AT), flipped(made(), ISSUED_AT)],
        }
        for problem, wrong in cases.items():
            for evidence in wrong:
                with self.assertRaisesRegex(NotProved, problem):
                    Enclave(evidence, CODE_HASH, SIGNER_HASH)

    def test_each_byte_counts(self):
        evidence = made()
        for at in range(len(evidence)):
            with self.assertRaises((NotProved, DecodeError)):
                Enclave(flipped(evidence, at), CODE_HASH, SIGNER_HASH)


def flipped(encoded, at):
    changed = bytearray(encoded)
    changed[at] ^= 1
    return bytes(changed)
