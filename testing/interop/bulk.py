"""Keys in bulk: two batches that meet, read back through packed matches, taken out again, and only counted."""

import os

from evidence import prove
from steps import FIRST, demand_refusal, refusal, say

BATCH = 600
OVERLAP = 200
KEYS_MAX = 1_000


def key_of(i):
    return f"é{i:04d}"


def batch(owner, start):
    """Numbered keys, and a message with every third."""
    numbers = range(start, start + BATCH)
    return [{"key": key_of(i), "message": None if i % 3 else f"{owner} {i}"} for i in numbers]


def told(participant, after):
    """What is told behind a number: what a participant looks at in each match, and the number to go on from."""
    matches, following = participant.matches(after)
    return [(each["key"], each["party"], each["position"], each["message"]) for each in matches], following


def batches(people):
    """The last of ANN's keys are the first of BOB's."""
    ann, bob, cedric = people
    name = "Ledgers"
    terms = cedric.create(name, "key", 2, [each.key for each in people], FIRST, keys_max=KEYS_MAX)
    described = cedric.describe(name)
    found = (described["type"], described["keys_max"], described["matches"])
    prove(found == ("key_with_terms", KEYS_MAX, "told"), f"the terms are {found}")
    before = [each.matches()[1] for each in people]

    of_ann, of_bob = batch("ANN", 0), batch("BOB", BATCH - OVERLAP)
    found = refusal(ann.submit_many, name, terms, of_ann, least=0)
    prove(found == ("FRAME_TOO_SMALL", 32_768), f"in a frame of {len(ann.last_mail)} bytes: {found}")
    request_id = os.urandom(16)
    submitted = ann.submit_many(name, terms, of_ann, request_id)
    prove((submitted["reached"], len(ann.last_mail)) == (0, 32_768), "keys of one participant match")
    again = ann.submit_many(name, terms, of_ann, request_id)
    prove(again == submitted, "a repeated batch has another reply")
    prove(bob.submit_many(name, terms, of_bob)["reached"] == OVERLAP, "so many keys match that should not, or do not")
    found = refusal(bob.submit_many, name, terms, of_ann[: KEYS_MAX - BATCH + 1])
    prove(found == ("KEYS_MAX", KEYS_MAX), f"a batch of too many is refused with {found}")

    shared = {}
    for i in range(OVERLAP):
        at = BATCH - OVERLAP + i
        theirs = (ann, at, of_ann[at]["message"]), (bob, BATCH + i, of_bob[i]["message"])
        shared[key_of(at)] = [(key_of(at), who.key, position, message) for who, position, message in theirs]
    for each, after in zip(people, before):
        demand_told(each, after, [] if each is cedric else shared.values())
    say("bulk", f"{name}: {BATCH} keys of ANN and {BATCH} of BOB, of which {OVERLAP} match, seen by those two")
    retired(people, name, terms, shared, before)


def demand_told(participant, after, expected):
    """Answers with the number that what is told next is behind."""
    found, following = told(participant, after)
    expected = [match for run in expected for match in run]
    differing = next((pair for pair in zip(found, expected) if pair[0] != pair[1]), None)
    prove(found == expected, f"{len(found)} matches are told, not {len(expected)}; {differing}")
    return following


def retired(people, name, terms, shared, before):
    """Where too few are left, a match is taken back; where enough are left, they are told anew of one another."""
    ann, bob, cedric = people
    withdrawn = list(shared)[: OVERLAP // 2]
    taken = bob.retire(name, terms, [*withdrawn, "never submitted"])
    prove(taken["keys"] == len(withdrawn), f"{taken['keys']} keys were there")
    for key in withdrawn:
        del shared[key]
    left = list(shared)
    demand_told(ann, before[0], shared.values())

    third = left[:2]
    submissions = [{"key": key, "message": "CEDRIC"} for key in third]
    prove(cedric.submit_many(name, terms, submissions)["reached"] == len(third), "the third does not match")
    of_cedric = [(key, cedric.key, 2 * BATCH + i, "CEDRIC") for i, key in enumerate(third)]
    demand_told(cedric, before[2], [[*shared[key], match] for key, match in zip(third, of_cedric)])

    numbers = [demand_told(each, after, [*shared.values(), of_cedric]) for each, after in zip((ann, bob), before)]
    prove(ann.retire(name, terms, third[:1])["keys"] == 1, "the key was not there")
    rest = [shared[third[0]][1], of_cedric[0]]
    demand_told(ann, numbers[0], [])
    demand_told(bob, numbers[1], [rest])
    demand_told(bob, before[1], [*(shared[key] for key in left[1:]), of_cedric[1:], rest])
    say("retired", f"{len(withdrawn)} keys by BOB, and one by ANN, of which the other two are told anew")


def counted(people):
    """Nobody is told which keys match, and each how many of theirs."""
    ann, bob, cedric = people
    name = "Counted"
    everyone = [each.key for each in people]
    demand_refusal("NEEDS_KEYS", ann.create, name, "avg", 2, everyone, FIRST, matches="counted")
    demand_refusal("UNKNOWN_TYPE", ann.create, name, "key_with_terms", 2, everyone, FIRST, matches="counted")
    terms = ann.create(name, "key", 2, everyone, FIRST, matches="counted")
    before = [each.matches() for each in people]
    for participant, letters in ((ann, "abc"), (bob, "bcd")):
        submissions = [{"key": letter, "message": None} for letter in letters]
        prove(participant.submit_many(name, terms, submissions)["reached"] == 0, "who submits is told what matches")
    prove([each.matches() for each in people] == before, "matches that are counted are told")
    counts = [each.match_count(name, terms) for each in people]
    bob.retire(name, terms, ["c"])
    counts += [each.match_count(name, terms) for each in people]
    prove(counts == [2, 2, 0, 1, 1, 0], f"the counts are {counts}")
    say("counted", f"{name}: 2 keys of ANN and of BOB match, and 1 once BOB has retired the other; none is told")
