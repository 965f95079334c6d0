"""The structures of docs/wire-format.md, in its order and under its names."""

from codec import COUNT, FLAG, UINT8, UINT16, UINT32
from codec import Cases, Constant, Enum, Fixed, Opaque, Optional, Packed, Select, Struct, Text, Vector, demand

NAME = Text(1, 64, r"[A-Za-z0-9._-]+")
MATCH_KEY = Text(1, 256, normal=True)
MESSAGE = Text(0, 1024)
DECIMAL = Text(1, 44, r"-?[0-9]{1,30}(\.[0-9]{1,12})?")
DIGEST = Fixed(32)
PARTY_KEY = Fixed(32)
REQUEST_ID = Fixed(16)
SIGNATURE = Fixed(64)

# Evidence

PLATFORM = Enum("mock", "simulation", "sev-snp", "tdx", "sgx", "nitro")

STATEMENT = Struct(
    version=Constant(UINT8, 1),
    platform=PLATFORM,
    identity=PARTY_KEY,
    mail_key=Fixed(1216),
    life=Fixed(32),
    anchor=Enum("none", "tpm"),
)

REPORT = Struct(
    code_hash=Fixed(32),
    product_id=UINT16,
    revocation_level=UINT16,
    issued_at=COUNT,
    report_data=Fixed(64),
)

QUOTE = Select(
    {
        0: ("mock", Struct(report=REPORT)),
        1: ("simulation", Struct(report=REPORT, signer=Fixed(32), signature=SIGNATURE)),
        2: ("sev-snp", Struct(report=Fixed(1184), certificates=Opaque(0, 16384))),
        3: ("tdx", Struct(quote=Opaque(1, 16384), event_log=Opaque(0, 65536))),
        4: ("sgx", Struct(quote=Opaque(1, 16384))),
        5: ("nitro", Struct(document=Opaque(1, 16384))),
    }
)

ENDORSEMENT = Struct(kind=Enum("release", "sev-snp-key", "sev-snp-crl", "dcap"), bytes=Opaque(1, 131072))

EVIDENCE = Struct(statement=Opaque(1, 2048), quote=QUOTE, endorsements=Vector(ENDORSEMENT, 0, 4, width=3))

# Frames

SESSION = Fixed(16)

HEADER = Struct(
    version=Constant(UINT8, 1),
    frame=Select(
        {
            1: ("hello", Struct(encapsulated=Fixed(1120))),
            2: ("welcome", Struct(salt=Fixed(32))),
            3: ("mail", Struct(session=SESSION, sequence=COUNT)),
            4: ("reply", Struct(session=SESSION, sequence=COUNT)),
            5: ("unopened", Struct()),
        }
    ),
)

HELLO = Struct(party=PARTY_KEY, signature=SIGNATURE)
WELCOME = Struct(session=SESSION)

# Mail

HEAD = Struct(length=COUNT, hash=DIGEST)
KNOWN = Optional(HEAD)

KEY_SUBMISSION = Struct(key=MATCH_KEY, message=Optional(MESSAGE))
KEY_TO_RETIRE = Struct(key=MATCH_KEY, message=Constant(Optional(MESSAGE), None))
TELLING = Enum("told", "counted")

SUBMISSION = Select(
    {
        0: ("number", Struct(value=DECIMAL)),
        1: ("key", KEY_SUBMISSION),
    }
)

RELEASE_RULE = Select(
    {
        0: ("first", Struct()),
        1: ("all", Struct()),
        2: ("witnessed", Struct(witnesses=UINT16)),
    }
)


def parties(least, most):
    return Vector(PARTY_KEY, least, most, width=2)


CREATE = Struct(
    request_id=REQUEST_ID,
    computation=NAME,
    type=Text(1, 32),
    quorum=UINT32,
    release=RELEASE_RULE,
    participants=parties(0, 1024),
    expires_at=Optional(COUNT),
    keys_max=Optional(COUNT),
    matches=TELLING,
)

SUBMIT = Struct(
    request_id=REQUEST_ID,
    computation=NAME,
    terms=DIGEST,
    submission=SUBMISSION,
    revision=COUNT,
    known=KNOWN,
    signed=FLAG,
)


def in_bulk(codec):
    return Packed(codec, 4, 1047552)


SUBMIT_MANY = Struct(
    request_id=REQUEST_ID,
    computation=NAME,
    terms=DIGEST,
    submissions=in_bulk(KEY_SUBMISSION),
    known=KNOWN,
    signed=FLAG,
)

RETIRE = Struct(
    request_id=REQUEST_ID,
    computation=NAME,
    terms=DIGEST,
    keys=in_bulk(KEY_TO_RETIRE),
    known=KNOWN,
    signed=FLAG,
)

REQUEST = Select(
    {
        0: ("describe", Struct(computation=NAME)),
        1: ("list", Struct(after=COUNT)),
        2: ("create", CREATE),
        3: ("submit", SUBMIT),
        4: ("result", Struct(computation=NAME, terms=DIGEST, known=KNOWN)),
        5: ("matches", Struct(after=COUNT, page=UINT32)),
        6: ("delete", Struct(request_id=REQUEST_ID, computation=NAME, terms=DIGEST, known=KNOWN)),
        7: ("witness", Struct(computation=NAME, terms=DIGEST, signature=SIGNATURE, known=KNOWN)),
        8: ("submit_many", SUBMIT_MANY),
        9: ("retire", RETIRE),
        10: ("match_count", Struct(computation=NAME, terms=DIGEST, known=KNOWN)),
    }
)


class KeyTerms(Struct):
    """Those of a computation that has any: without, it has another type."""

    def __init__(self):
        super().__init__(keys_max=Optional(COUNT), matches=TELLING)

    def read(self, reader):
        return self.checked(super().read(reader))

    def encode(self, value):
        return super().encode(self.checked(value))

    def checked(self, value):
        demand(has_key_terms(value), "a computation of keys with terms that has none")
        return value


def has_key_terms(value):
    return value["keys_max"] is not None or value["matches"] != "told"


DESCRIPTOR = Cases(
    Struct(
        id=REQUEST_ID,
        name=NAME,
        type=Enum("avg", "min", "max", "key", "key_with_terms"),
        quorum=UINT32,
        release=RELEASE_RULE,
        convenor=PARTY_KEY,
        participants=parties(2, 1024),
        expires_at=Optional(COUNT),
    ),
    "type",
    {"key_with_terms": KeyTerms()},
)

FROZEN = Struct(
    identity=PARTY_KEY,
    descriptor=DESCRIPTOR,
    head=HEAD,
    receipts=Vector(Struct(party=PARTY_KEY, receipt=HEAD), 1, 1024, width=3),
)

ANSWER = Select(
    {
        0: ("number", Struct(value=DECIMAL)),
        1: ("parties", Struct(parties=parties(1, 1024))),
    }
)

RESULT = Struct(
    frozen=FROZEN,
    answer=ANSWER,
    witnesses=Vector(Struct(party=PARTY_KEY, signature=SIGNATURE), 0, 1024, width=3),
)

CHECKPOINT = Struct(identity=PARTY_KEY, life=Fixed(32), terms=DIGEST, head=HEAD)

MATCH = Struct(party=UINT16, position=UINT32, message=Optional(MESSAGE))
RUN = Struct(key=MATCH_KEY, matches=Packed(MATCH, 1, (1 << 24) - 1))
SECTION = Struct(computation=NAME, runs=Packed(RUN, 1, (1 << 24) - 1))

REASON = Enum(
    "TOO_FEW_PARTICIPANTS",
    "QUORUM_ZERO",
    "QUORUM_ABOVE_PARTICIPANTS",
    "NAME_TAKEN",
    "UNKNOWN_TYPE",
    "PARTICIPANT_TWICE",
    "NO_SUCH_COMPUTATION",
    "NOT_A_PARTICIPANT",
    "NOT_THE_CONVENOR",
    "LOCKED",
    "BELOW_QUORUM",
    "STREAMED",
    "TERMS_DIFFER",
    "NOT_A_NUMBER",
    "NOT_A_KEY",
    "TOO_MANY_COMPUTATIONS",
    "TOO_MANY_COMPUTATIONS_OF_CONVENOR",
    "TOO_MANY_SUBMISSIONS",
    "TOO_MUCH_TEXT",
    "TOO_MANY_MATCHES",
    "EXPIRY_TOO_FAR",
    "EXPIRY_PAST",
    "MALFORMED_REQUEST",
    "HISTORY_CONFLICT",
    "WITNESSES_OUT_OF_RANGE",
    "RELEASE_NEEDS_ONE_ANSWER",
    "NOT_ALL_SUBMITTED",
    "NOTHING_TO_WITNESS",
    "WITNESS_SIGNATURE_WRONG",
    "SUPERSEDED",
    "TOO_MANY_PLACES",
    "KEYS_MAX",
    "NEEDS_KEYS",
    "FRAME_TOO_SMALL",
    "TOO_MANY_OF_ONE_KEY",
)

RESPONSE = Select(
    {
        0: ("refused", Struct(reason=REASON, parameter=COUNT)),
        1: ("described", Struct(descriptor=DESCRIPTOR)),
        2: ("listed", Struct(descriptors=Vector(DESCRIPTOR, 0, 16, width=3), next=COUNT, more=FLAG)),
        3: ("created", Struct(terms=DIGEST)),
        4: ("submitted", Struct(terms=DIGEST, quorum_reached=FLAG, receipt=HEAD)),
        5: ("result", Struct(result=RESULT)),
        6: ("matches", Struct(matches=Packed(SECTION, 0, 1048274), next=COUNT, more=FLAG)),
        7: ("deleted", Struct(terms=DIGEST)),
        8: ("awaiting", Struct(frozen=FROZEN, witnesses=parties(0, 1024))),
        9: ("submitted_many", Struct(terms=DIGEST, reached=UINT32, receipt=HEAD)),
        10: ("retired", Struct(terms=DIGEST, keys=UINT32, receipt=HEAD)),
        11: ("match_count", Struct(terms=DIGEST, keys=UINT32)),
    }
)

REPLY = Struct(head=Optional(HEAD), signature=Optional(SIGNATURE), response=RESPONSE)

SAVED_RESULT = Struct(result=RESULT, signature=SIGNATURE, evidence=Opaque(1, 1048576))
SAVED_CHECKPOINT = Struct(checkpoint=CHECKPOINT, signature=SIGNATURE, evidence=Opaque(1, 1048576))


def label(what):
    """Every text that is signed or hashed, and every label of a key, begins so."""
    return b"event-manager/1 " + what
