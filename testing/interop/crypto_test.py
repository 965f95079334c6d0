"""ML-KEM, X-Wing and HPKE against published vectors."""

import json
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

import hpke
import mlkem

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors" / "hpke"
AEADS = {1: (AESGCM, 16), 2: (AESGCM, 32), 3: (ChaCha20Poly1305, 32)}


def load(file):
    return json.loads(file.read_text())["vectors"]


class MlKemTest(unittest.TestCase):
    def setUp(self):
        self.vectors = load(HERE / "mlkem768.json")

    def test_vectors_of_nist(self):
        self.assertEqual(len(self.vectors), 3)
        for each in self.vectors:
            secret, capsule = mlkem.encapsulate(bytes.fromhex(each["ek"]), bytes.fromhex(each["m"]))
            self.assertEqual((secret.hex(), capsule.hex()), (each["k"], each["c"]))

    def test_a_key_with_a_number_that_is_not_reduced_is_refused(self):
        key = bytes.fromhex(self.vectors[0]["ek"])
        message = bytes(mlkem.SEED_BYTES)
        for first in (mlkem.Q - 1, mlkem.Q, 4095):
            # The first number fills the first byte and the lower half of the second.
            changed = bytes([first & 0xFF, key[1] & 0xF0 | first >> 8]) + key[2:]
            if first < mlkem.Q:
                mlkem.encapsulate(changed, message)
                continue
            with self.assertRaises(mlkem.KeyInvalid):
                mlkem.encapsulate(changed, message)

    def test_a_key_of_another_length_is_refused(self):
        for wrong in (b"", bytes.fromhex(self.vectors[0]["ek"])[:-1], bytes.fromhex(self.vectors[0]["ek"]) + b"\x00"):
            with self.assertRaises(mlkem.KeyInvalid):
                mlkem.encapsulate(wrong, bytes(mlkem.SEED_BYTES))


class XWingTest(unittest.TestCase):
    def test_published_vectors(self):
        vectors = load(VECTORS / "xwing.json")
        self.assertEqual(len(vectors), 3)
        for each in vectors:
            secret, capsule = hpke.encapsulate(bytes.fromhex(each["pk"]), bytes.fromhex(each["eseed"]))
            self.assertEqual((secret.hex(), capsule.hex()), (each["ss"], each["ct"]))


class HpkeTest(unittest.TestCase):
    """The key schedule from the shared secret on; vectors over another KDF than HKDF-SHA256 are not ours."""

    def test_published_vectors(self):
        vectors = [each for each in load(VECTORS / "recipients.json") if each["kdf_id"] == hpke.KDF_ID]
        self.assertEqual([each["kem_id"] for each in vectors], [0x20, hpke.KEM_ID])
        for each in vectors:
            aead, key_bytes = AEADS[each["aead_id"]]
            secret, info = bytes.fromhex(each["shared_secret"]), bytes.fromhex(each["info"])
            context = hpke.Context(secret, info, each["kem_id"], each["aead_id"], aead, key_bytes)
            for encryption in each["encryptions"]:
                self.assertEqual(context.nonce().hex(), encryption["nonce"])
                sealed = context.seal(bytes.fromhex(encryption["aad"]), bytes.fromhex(encryption["pt"]))
                self.assertEqual(sealed.hex(), encryption["ct"])
            for export in each["exports"]:
                exported = context.export(bytes.fromhex(export["exporter_context"]), export["L"])
                self.assertEqual(exported.hex(), export["exported_value"])
