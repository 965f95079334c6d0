"""
An independent client, written from docs/wire-format.md alone, against a host in simulation mode:

    client.py URL --code-hash HEX --signer HEX [--save FOLDER]

It checks the host's evidence against the two hashes, computes with three identities, and prints what it saw. It ends
with a status other than 0, and a trace, where anything is not as the document says.
"""

import argparse
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bulk import batches, counted
from evidence import Enclave, prove
from participant import Host, Participant, next_event
from saved import card, save
from session import Identity
from steps import FIRST, demand_refusal, key, number, refusal, say

NAMES = ("ANN", "BOB", "CEDRIC")
AVERAGE = "Average"
PLACES = 12
CROWD = 200


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--code-hash", type=bytes.fromhex, required=True)
    parser.add_argument("--signer", type=bytes.fromhex, required=True)
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()

    host = Host(args.url)
    enclave = Enclave(host.evidence(), args.code_hash, args.signer)
    say("evidence", f"simulation, product {enclave.report['product_id']}, signed, about this enclave's keys")
    people = [Participant(host, enclave) for _ in NAMES]
    say("hello", f"a session each for {', '.join(NAMES)}")

    ann_reply = average(people)
    witnessed(people)
    keys(people)
    batches(people)
    counted(people)
    larger_frames(people[0])
    sequences(people[0])
    if args.save:
        save(args.save, people[0], AVERAGE, ann_reply)
        for name, person in zip(NAMES, people):
            (args.save / f"{name}.conclave").write_text(card(name, person.identity))
        say("saved", "evidence, result, checkpoint and cards")


def rounded(fraction):
    """With at most 12 decimals, half to even as Python rounds, without trailing zeros."""
    text = f"{Decimal(round(fraction * 10**PLACES)).scaleb(-PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def average(people):
    """The average of three with release `first`. Answers with the reply that brings ANN the result."""
    ann, bob, cedric = people
    terms = ann.create(AVERAGE, "avg", 3, [each.key for each in people], FIRST)
    say("created", f"{AVERAGE}, of three, by ANN")
    demand_refusal("NAME_TAKEN", bob.create, AVERAGE, "avg", 3, [each.key for each in people], FIRST)
    for each in people:
        descriptor = each.describe(AVERAGE)
        prove(descriptor in each.list(), "the computation is not in the list")
    say("described", f"{descriptor['type']}, quorum {descriptor['quorum']}, release {descriptor['release']['kind']}")

    values = ["12.5", "-40", "100.000000000001"]
    ann.submit(AVERAGE, terms, number("9999"), 1)
    request_id = os.urandom(16)
    reply = ann.submit(AVERAGE, terms, number(values[0]), 2, request_id)
    prove(ann.submit(AVERAGE, terms, number(values[0]), 2, request_id) == reply, "a repeated request has another reply")
    demand_refusal("SUPERSEDED", ann.submit, AVERAGE, terms, number("1"), 2)
    bob.submit(AVERAGE, terms, number(values[1]), 1)
    reason, quorum = refusal(bob.result, AVERAGE, terms)
    prove((reason, quorum) == ("BELOW_QUORUM", 3), f"refused for {reason} with {quorum}")
    submitted = cedric.submit(AVERAGE, terms, number(values[2]), 1)
    prove(not submitted["quorum_reached"], "the quorum of a key is reached by a number")
    say("submitted", "three numbers, a receipt for each signed by the enclave, one superseded, one sent twice")

    replies = [each.result(AVERAGE, terms) for each in people]
    result = replies[0]["response"]["result"]
    prove(all(reply["response"]["result"] == result for reply in replies), "there are several results")
    expected = rounded(sum(map(Fraction, values)) / len(values))
    prove(result["answer"] == {"kind": "number", "value": expected}, f"the answer is {result['answer']}")
    prove(len(result["frozen"]["receipts"]) == 3, "the answer is not of three")
    say("result", f"{AVERAGE} {expected} for all three, of {len(values)} submissions, signed by the enclave's identity")
    demand_refusal("LOCKED", bob.submit, AVERAGE, terms, number("1"), 2)
    return replies[0]


def witnessed(people):
    """The lowest of three, let go once two have signed the inputs; then deleted."""
    ann, bob, cedric = people
    name = "Lowest"
    terms = bob.create(name, "min", 2, [each.key for each in people], {"kind": "witnessed", "witnesses": 2})
    ann.submit(name, terms, number("3"), 1)
    cedric.submit(name, terms, number("3.00"), 1)
    frozen = ann.result(name, terms)["response"]["frozen"]
    awaiting = ann.witness(name, terms, frozen)["response"]
    prove((awaiting["kind"], awaiting["witnesses"]) == ("awaiting", [ann.key]), "the witness does not count")
    prove(cedric.result(name, terms)["response"]["frozen"] == frozen, "the inputs have changed")
    result = cedric.witness(name, terms, frozen)["response"]["result"]
    prove(result["answer"] == {"kind": "parties", "parties": [ann.key, cedric.key]}, "the lowest is another")
    prove([each["party"] for each in result["witnesses"]] == [ann.key, cedric.key], "the witnesses are others")
    say("witnessed", f"{name}: ANN and CEDRIC tie, and both have signed the inputs")
    demand_refusal("NOT_THE_CONVENOR", ann.delete, name, terms)
    prove(bob.delete(name, terms) == terms, "something else was deleted")
    demand_refusal("NO_SUCH_COMPUTATION", bob.describe, name)
    say("deleted", f"{name}, by its convenor alone")


def keys(people):
    """Keys that match, with a message in letters beyond ASCII."""
    ann, bob, cedric = people
    name = "Keys"
    terms = cedric.create(name, "key", 2, [each.key for each in people], FIRST)
    reached = [
        ann.submit(name, terms, key("Zürich", "grüezi"), 1)["quorum_reached"],
        bob.submit(name, terms, key("Basel"), 1)["quorum_reached"],
    ]
    prove(ann.matches()[0] == [], "a key alone matches")
    with ann.host.events() as events:
        reached.append(cedric.submit(name, terms, key("Zürich"), 1)["quorum_reached"])
        prove(next_event(events) == b"changed", "the host tells something else")
    prove(reached == [False, False, True], f"the quorum is reached: {reached}")
    found = [(each["computation"], each["party"], each["key"], each["message"]) for each in ann.matches()[0]]
    expected = [(name, ann.key, "Zürich", "grüezi"), (name, cedric.key, "Zürich", None)]
    prove(found == expected, f"the matches are {found}")
    prove(bob.matches()[0] == [], "somebody sees others' matches")
    demand_refusal("STREAMED", ann.result, name, terms)
    say("matches", f"{name}: Zürich, of ANN and CEDRIC, seen by those two, who were told that there may be something")


def larger_frames(participant):
    """A computation of so many that it takes a frame of the second size, and its description another."""
    name = "Crowd"
    crowd = [participant.key, *(Identity().key for _ in range(CROWD - 1))]
    participant.create(name, "max", CROWD, crowd, {"kind": "all"})
    prove(len(participant.last_mail) == 8_192, "the request is in a frame of another size")
    prove(participant.describe(name)["participants"] == crowd, "the participants are others")
    say("crowd", f"{CROWD} participants, in a frame of 8,192 bytes")


def sequences(participant):
    """Mail arrives in any order; what cannot be opened is answered by a frame that proves nothing, and ends nothing."""
    first = participant.sequence
    participant.sequence = first + 1
    participant.list()
    participant.sequence = first
    participant.list()
    participant.sequence = first + 2
    again = participant.last_mail
    for wrong in (again, again[:-1] + bytes([again[-1] ^ 1])):
        answer = participant.host.post(wrong)
        prove(answer == b"\x01\x05".ljust(2_048, b"\x00"), "it is not answered as a frame that cannot be opened")
    participant.list()
    participant.shake_hands()
    participant.list()
    say("unopened", "a mail sent twice, and one that was changed; then a new session")


if __name__ == "__main__":
    main()
