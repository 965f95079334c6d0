"""Every encoding under testing/vectors/protocol: read, compared with what stands beside it, and written as it was."""

import hashlib
import json
import re
import unittest
from pathlib import Path

import session
import wire
from codec import DecodeError
from participant import bulk_frame_bytes, each_match

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "protocol"


def load(name):
    cases = json.loads((VECTORS / f"{name}.json").read_text())["cases"]
    if not cases:
        raise AssertionError(f"{name}.json has no case")
    return cases


def plain(value):
    """A value as the vectors write it: bytes in hexadecimal, names in camel case, nothing where nothing is."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {camel(name): plain(item) for name, item in as_vectors(value).items() if item is not None}
    return value


def as_vectors(value):
    """Kinds are in camel case there, too; each descriptor has the terms of keys, of no terms where it has none."""
    if "kind" in value:
        return {**value, "kind": camel(value["kind"])}
    if "convenor" in value:
        return {"matches": "told", **value, "type": value["type"].removesuffix("_with_terms")}
    return value


def flat(response):
    """Matches as the vectors write them."""
    if response["kind"] != "matches":
        return response
    return {**response, "matches": list(each_match(response["matches"]))}


def camel(name):
    return re.sub("_(.)", lambda found: found[1].upper(), name)


class VectorsTest(unittest.TestCase):
    maxDiff = None

    def both_ways(self, codec, encoded, expected, shown=lambda value: value):
        value = codec.decode(bytes.fromhex(encoded))
        self.assertEqual(plain(shown(value)), expected)
        self.assertEqual(codec.encode(value).hex(), encoded)

    def test_requests(self):
        for case in load("requests"):
            self.both_ways(wire.REQUEST, case["encoded"], case["request"])

    def test_responses(self):
        for case in load("responses"):
            self.both_ways(wire.RESPONSE, case["encoded"], case["response"], flat)

    def test_every_kind_and_reason_has_a_vector(self):
        for codec, name in ((wire.REQUEST, "request"), (wire.RESPONSE, "response")):
            self.assertEqual({case[name]["kind"] for case in load(f"{name}s")}, set(map(camel, codec.tags)))
        refused = [case["response"] for case in load("responses") if case["response"]["kind"] == "refused"]
        self.assertEqual({response["reason"] for response in refused}, set(wire.REASON.names))

    def test_replies(self):
        for case in load("replies"):
            self.both_ways(wire.REPLY, case["encoded"], case["reply"])

    def test_descriptors(self):
        for case in load("descriptors"):
            self.both_ways(wire.DESCRIPTOR, case["encoded"], case["descriptor"])
            self.assertEqual((wire.label(b"descriptor") + bytes.fromhex(case["encoded"])).hex(), case["hashed"])
            self.assertEqual(hashlib.sha256(bytes.fromhex(case["hashed"])).hexdigest(), case["digest"])

    def test_evidence(self):
        for case in load("evidence"):
            self.both_ways(wire.STATEMENT, case["encodedStatement"], case["statement"])
            expected = {"statement": case["encodedStatement"], "quote": case["quote"]}
            self.both_ways(wire.EVIDENCE, case["encoded"], {**expected, "endorsements": case["endorsements"]})
            if "reportSigned" in case:
                report = wire.EVIDENCE.decode(bytes.fromhex(case["encoded"]))["quote"]["report"]
                signed = wire.label(b"simulation report") + wire.REPORT.encode(report)
                self.assertEqual(signed.hex(), case["reportSigned"])

    def test_what_is_signed(self):
        signed = {
            "frozen": (b"frozen inputs", wire.FROZEN),
            "result": (b"result", wire.RESULT),
            "checkpoint": (b"checkpoint", wire.CHECKPOINT),
        }
        for case in load("statements"):
            kind = case["kind"]
            what, codec = signed[kind]
            prefix = wire.label(what).hex()
            self.assertTrue(case["signed"].startswith(prefix))
            self.both_ways(codec, case["signed"].removeprefix(prefix), case[kind])

    def test_what_is_no_request_is_refused(self):
        for case in load("refused"):
            with self.assertRaises(DecodeError, msg=case["what"]):
                wire.REQUEST.decode(bytes.fromhex(case["encoded"]))

    def test_a_descriptor_has_one_encoding(self):
        """Of keys with terms without any, and of keys without terms that has some."""
        encoded = {case["descriptor"]["type"]: bytes.fromhex(case["encoded"]) for case in load("descriptors")[:2]}
        plain_key = wire.DESCRIPTOR.decode(encoded["key"])
        none = {"keys_max": None, "matches": "told"}
        with self.assertRaisesRegex(DecodeError, "with terms that has none"):
            wire.DESCRIPTOR.encode({**plain_key, "type": "key_with_terms", **none})
        with_terms = wire.DESCRIPTOR.encode({**plain_key, "type": "key_with_terms", **none, "matches": "counted"})
        for wrong in (with_terms[:-1] + b"\x00", encoded["key"] + with_terms[-2:], with_terms[:-1]):
            with self.assertRaises(DecodeError):
                wire.DESCRIPTOR.decode(wrong)

    def test_matches_of_no_key_or_past_their_section_are_refused(self):
        match = bytes(7)
        section = b"\x01K" + (3 + 3 + 7).to_bytes(3, "big") + b"\x00\x01a" + (7).to_bytes(3, "big") + match
        self.assertEqual(wire.SECTION.encode(wire.SECTION.decode(section)), section)
        cut = section[:4] + b"\x0c" + section[5:]
        for wrong in (b"\x01K" + bytes(3), b"\x01K\x00\x00\x06\x00\x01a" + bytes(3), cut):
            with self.assertRaises(DecodeError):
                wire.SECTION.decode(wrong)

    def test_keys_in_bulk_leave_room_in_their_frame(self):
        """On either side of each bound: so many keys, and so many bytes with their messages."""
        for count, size in ((113, 2_048), (114, 8_192), (455, 8_192), (456, 32_768)):
            self.assertEqual(bulk_frame_bytes([{"key": "k"}] * count), size)
        for length, size in ((1_000, 2_048), (1_001, 8_192)):
            self.assertEqual(bulk_frame_bytes([{"key": "k" * 19, "message": "m" * length}]), size)

    def test_requests_cut_short_or_with_a_byte_left_over_are_refused(self):
        for case in load("requests"):
            encoded = bytes.fromhex(case["encoded"])
            for wrong in (encoded + b"\x00", *(encoded[:length] for length in range(len(encoded)))):
                with self.assertRaises(DecodeError):
                    wire.REQUEST.decode(wrong)


class SessionTest(unittest.TestCase):
    """The client's side of the session that the vector has, with its randomness."""

    def test_session(self):
        for case in load("session"):
            it = {name: bytes.fromhex(value) for name, value in case.items() if isinstance(value, str)}
            identity = session.Identity(it["partySeed"])
            self.assertEqual(identity.key, it["party"])
            hello, secret = session.hello(it["mailKey"], it["statementHash"], identity, it["encapsulationSeed"])
            self.assertEqual((hello.hex(), secret.hex()), (case["hello"], case["secret"]))

            opened = session.Session.from_welcome(it["welcome"], secret)
            self.assertEqual(opened.id, it["session"])
            keys = {"toEnclave": opened.to_enclave.hex(), "toClient": opened.to_client.hex()}
            self.assertEqual({"welcome": case["keys"]["welcome"], **keys}, case["keys"])

            sequence = case["sequence"]
            self.assertEqual(session.nonce(sequence), it["nonce"])
            self.assertEqual(opened.mail(sequence, it["request"]), it["mail"])
            self.assertEqual(opened.open_reply(sequence, it["reply"]), it["response"])
            with self.assertRaises(session.SessionLost):
                opened.open_reply(sequence + 1, it["reply"])
            with self.assertRaises(session.SessionLost):
                opened.open_reply(sequence, it["reply"][:-1] + bytes([it["reply"][-1] ^ 1]))
