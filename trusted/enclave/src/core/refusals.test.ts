import {
  codeOfReason,
  digest,
  limits,
  name,
  type Reason,
  type Response,
  NO_KEY_TERMS,
  BATCH_KEYS_MAX,
  FRAME_BYTES_MAX,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import {
  ALICE,
  all,
  BOB,
  CHARLEY,
  DENISE,
  EVE,
  expectKind,
  first,
  id,
  key,
  number,
  party,
  refused,
  witnessed,
  World,
  packed,
} from "../../../../testing/src/world.ts"
import { manyComputations } from "../../../../testing/src/bounds.ts"

const ZEROS = digest(new Uint8Array(32))

/** A world in which ALICE convened `It` of ALICE, BOB and CHARLEY. */
function worldOf(type: "avg" | "min" | "max" | "key", quorum = 2): World {
  const world = new World()
  world.create("It", { type, quorum })
  return world
}

/** What a request says of the history where its sender has seen none of it, and wants no signature. */
const unseen = { revision: 0, known: undefined, signed: false } as const

/** A world in which `It` is frozen, and waits for two of its three participants. */
function frozen(): World {
  const world = new World()
  world.create("It", { release: witnessed(2) })
  world.submit(ALICE, "It", number("1"))
  world.submit(BOB, "It", number("3"))
  expectKind(world.result(CHARLEY, "It"), "awaiting")
  return world
}

function locked(): World {
  const world = worldOf("avg")
  world.submit(ALICE, "It", number("1"))
  world.submit(BOB, "It", number("3"))
  expectKind(world.result(CHARLEY, "It"), "result")
  return world
}

/** One way to each refusal. The limits of size stand in State directly where filling them would take gigabytes. */
const provoke: Record<Exclude<Reason, "MALFORMED_REQUEST">, () => Response> = {
  TOO_FEW_PARTICIPANTS: () => new World().tryCreate("It", { participants: [ALICE] }),
  QUORUM_ZERO: () => new World().tryCreate("It", { quorum: 0 }),
  QUORUM_ABOVE_PARTICIPANTS: () => new World().tryCreate("It", { quorum: 4 }),
  NAME_TAKEN: () => worldOf("avg").tryCreate("It", { convenor: DENISE }),
  UNKNOWN_TYPE: () =>
    new World().ask(ALICE, {
      kind: "create",
      requestId: id(1),
      computation: name("It"),
      type: "sum",
      quorum: 2,
      release: first,
      participants: [ALICE, BOB],
      expiresAt: undefined,
      ...NO_KEY_TERMS,
    }),
  PARTICIPANT_TWICE: () => new World().tryCreate("It", { participants: [ALICE, BOB, ALICE] }),
  NO_SUCH_COMPUTATION: () => new World().result(ALICE, "It"),
  NOT_A_PARTICIPANT: () => worldOf("avg").result(DENISE, "It"),
  NOT_THE_CONVENOR: () => worldOf("avg").delete(BOB, "It"),
  LOCKED: () => locked().submit(CHARLEY, "It", number("5")),
  BELOW_QUORUM: () => worldOf("avg").result(ALICE, "It"),
  STREAMED: () => worldOf("key").result(ALICE, "It"),
  TERMS_DIFFER: () =>
    worldOf("avg").ask(ALICE, {
      kind: "submit",
      requestId: id(1),
      computation: name("It"),
      terms: ZEROS,
      submission: number("1"),
      ...unseen,
    }),
  NOT_A_NUMBER: () => worldOf("avg").submit(ALICE, "It", key("K")),
  NOT_A_KEY: () => worldOf("key").submit(ALICE, "It", number("1")),
  TOO_MANY_COMPUTATIONS: () => manyComputations(limits.computationsMax).tryCreate("OneMore", { convenor: EVE }),
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: () =>
    manyComputations(limits.computationsPerConvenorMax).tryCreate("OneMore", { convenor: party(10_000) }),
  TOO_MANY_SUBMISSIONS() {
    const world = worldOf("key")
    world.checked = false
    for (const { inputs } of world.state.computations.values()) {
      Object.assign(inputs, { submissions: limits.keySubmissionsMax })
    }
    return world.submit(BOB, "It", key("K"))
  },
  TOO_MUCH_TEXT() {
    const world = worldOf("key")
    world.checked = false
    world.state.keyTextBytes = limits.keyTextBytesMax - limits.keyOverheadBytes - 2
    return world.submit(ALICE, "It", key("K", "ab"))
  },
  TOO_MANY_MATCHES() {
    const world = worldOf("key")
    world.submit(ALICE, "It", key("K"))
    world.checked = false
    world.state.matches = limits.matchesMax - 3
    return world.submit(BOB, "It", key("K"))
  },
  EXPIRY_TOO_FAR() {
    const world = new World()
    return world.tryCreate("It", { expiresAt: world.at + limits.expirySecondsMax + 1 })
  },
  HISTORY_CONFLICT: () => worldOf("avg").result(ALICE, "It", { length: 1, hash: ZEROS }),
  SUPERSEDED() {
    const world = worldOf("avg")
    const request = { kind: "submit", computation: name("It"), terms: world.terms("It"), ...unseen } as const
    for (const value of ["1", "2"]) {
      world.ask(ALICE, { ...request, requestId: world.freshId(), submission: number(value), revision: 5 })
    }
    return world.ask(ALICE, { ...request, requestId: world.freshId(), submission: number("3"), revision: 5 })
  },
  TOO_MANY_PLACES() {
    const world = new World()
    world.checked = false
    world.state.places = limits.placesMax - 2
    return world.tryCreate("It")
  },
  WITNESSES_OUT_OF_RANGE: () => new World().tryCreate("It", { release: witnessed(1) }),
  RELEASE_NEEDS_ONE_ANSWER: () => new World().tryCreate("It", { type: "key", release: all }),
  NOT_ALL_SUBMITTED() {
    const world = new World()
    world.create("It", { release: all })
    world.submit(ALICE, "It", number("1"))
    world.submit(BOB, "It", number("1"))
    return world.result(ALICE, "It")
  },
  NOTHING_TO_WITNESS() {
    const world = frozen()
    world.create("Open", { release: witnessed(2) })
    return world.witness(ALICE, "Open", world.frozen("It"))
  },
  WITNESS_SIGNATURE_WRONG() {
    const world = frozen()
    return world.witness(ALICE, "It", { ...world.frozen("It"), identity: EVE })
  },
  EXPIRY_PAST() {
    const world = new World()
    return world.tryCreate("It", { expiresAt: world.at })
  },
  KEYS_MAX() {
    const world = new World()
    world.create("It", { type: "key", keysMax: 3 })
    world.submitMany(ALICE, "It", packed("K", "L"))
    world.retire(ALICE, "It", packed("K", "L"))
    return world.submitMany(ALICE, "It", packed("M", "N"))
  },
  NEEDS_KEYS: () => worldOf("avg").submitMany(ALICE, "It", packed("K")),
  FRAME_TOO_SMALL() {
    const keys = Array.from({ length: 114 }, (_, i) => `${i}`)
    return worldOf("key").submitMany(ALICE, "It", packed(...keys))
  },
  TOO_MANY_OF_ONE_KEY() {
    const world = worldOf("key")
    world.checked = false
    const many = packed(...Array.from({ length: BATCH_KEYS_MAX }, () => "K"))
    for (let kept = 0; kept < limits.submissionsOfKeyMax; kept += many.count) {
      expectKind(world.submitMany(ALICE, "It", many, FRAME_BYTES_MAX), "submittedMany")
    }
    return world.submit(ALICE, "It", key("K"))
  },
}

describe("every reason to refuse is given", () => {
  test("and the list of ways to provoke them is complete, but for the shell's MALFORMED_REQUEST", () => {
    assert.deepEqual(
      Object.keys(provoke).sort(),
      Object.keys(codeOfReason)
        .filter((each) => each !== "MALFORMED_REQUEST")
        .sort(),
    )
  })
  for (const [reason, way] of Object.entries(provoke)) test(reason, () => assert.equal(refused(way()), reason))
  test("the quorum, the limits, and how long the history is, are in the refusal", () => {
    const parameters = [
      provoke.BELOW_QUORUM(),
      provoke.TOO_MUCH_TEXT(),
      provoke.TOO_MANY_MATCHES(),
      provoke.EXPIRY_TOO_FAR(),
      provoke.HISTORY_CONFLICT(),
      provoke.WITNESSES_OUT_OF_RANGE(),
      provoke.NOT_ALL_SUBMITTED(),
    ]
    assert.deepEqual(
      parameters.map((each) => expectKind(each, "refused").parameter),
      [2, limits.keyTextBytesMax, limits.matchesMax, limits.expirySecondsMax, 1, 3, 1],
    )
  })
})
