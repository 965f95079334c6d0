import { computationTypes, name, type PartyKey } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { party } from "../../../testing/src/world.ts"
import { adviseOn, type Advice, type AdviceCode, type Surroundings } from "./advice.ts"

const people = ["ALICE", "BOB", "CHARLEY", "DENISE", "EVE", "FRED"]
const all = people.map((_, i) => party(i))

const surroundings: Surroundings = {
  namesOf: (each) => people.filter((_, i) => party(i) === each),
  show: (each) => people.find((_, i) => party(i) === each) ?? "a fingerprint",
  others: [],
}

type Plan = Parameters<typeof adviseOn>[0]

function plan(change: Partial<Plan> = {}): Plan {
  return { name: name("It"), type: "avg", quorum: 3, participants: all.slice(0, 4), keysMax: 9, ...change }
}

function other(
  type: "avg" | "min" | "max" | "key",
  participants: readonly PartyKey[],
  called = "Other",
): Surroundings["others"][0] {
  return { name: name(called), type, participants }
}

function codes(advice: readonly Advice[]): readonly AdviceCode[] {
  return advice.map(({ code }) => code)
}

test("there is nothing to say of four people with cards and quorum 3", () => {
  for (const type of computationTypes) assert.deepEqual(adviseOn(plan({ type }), surroundings), [])
})

describe("fault 3: what somebody learns by submitting keys that are not theirs", () => {
  test("KEYS_UNLIMITED, where nothing says how many", () => {
    const advice = adviseOn(plan({ type: "key", keysMax: undefined }), surroundings)
    assert.deepEqual(codes(advice), ["KEYS_UNLIMITED"])
    assert.match(advice[0]?.text ?? "", /^It sets no limit .* guessed and tried out in bulk$/)
  })
  test("MATCHES_COUNTED, where only their number is told: it is not as little as it looks", () => {
    const advice = adviseOn(plan({ type: "key", matches: "counted" }), surroundings)
    assert.deepEqual(codes(advice), ["MATCHES_COUNTED"])
    assert.deepEqual(codes(adviseOn(plan({ type: "key", keysMax: undefined, matches: "counted" }), surroundings)), [
      "KEYS_UNLIMITED",
      "MATCHES_COUNTED",
    ])
  })
  test("nothing of the kind for numbers", () => {
    assert.deepEqual(adviseOn(plan({ keysMax: undefined }), surroundings), [])
  })
})

describe("fault 3: the quorum", () => {
  test("QUORUM_ONE, for every type, in words that suit it", () => {
    const said = computationTypes.map((type) => adviseOn(plan({ type, quorum: 1 }), surroundings))
    for (const advice of said) assert.deepEqual(codes(advice), ["QUORUM_ONE"])
    assert.match(said[0]?.[0]?.text ?? "", /^It has quorum 1: its result may be one person's number/)
    assert.match(said[1]?.[0]?.text ?? "", /the only person/)
    assert.match(said[3]?.[0]?.text ?? "", /no key needs a second submitter/)
  })

  test("QUORUM_TWO, for an average of more than two", () => {
    assert.deepEqual(codes(adviseOn(plan({ quorum: 2 }), surroundings)), ["QUORUM_TWO"])
    assert.deepEqual(adviseOn(plan({ quorum: 2, type: "min" }), surroundings), [])
    assert.deepEqual(adviseOn(plan({ quorum: 2, type: "key" }), surroundings), [])
  })

  test("TWO_PARTICIPANTS, whatever the quorum", () => {
    for (const type of computationTypes) {
      const two = plan({ type, quorum: 2, participants: all.slice(0, 2) })
      assert.deepEqual(codes(adviseOn(two, surroundings)), ["TWO_PARTICIPANTS"])
    }
    const one = plan({ quorum: 1, participants: all.slice(0, 2) })
    assert.deepEqual(codes(adviseOn(one, surroundings)), ["QUORUM_ONE", "TWO_PARTICIPANTS"])
  })
})

describe("fault 3: the keys", () => {
  test("UNKNOWN_KEYS names those without a card, once for all of them", () => {
    const strangers = [party(98), party(99)]
    const advice = adviseOn(plan({ participants: [...all.slice(0, 2), ...strangers] }), surroundings)
    assert.deepEqual(codes(advice), ["UNKNOWN_KEYS"])
    assert.match(advice[0]?.text ?? "", /without a card here: a fingerprint, a fingerprint\. They may be anybody/)
  })

  test("SAME_KEY_TWO_NAMES names both", () => {
    const namesOf = (each: PartyKey): readonly string[] =>
      each === party(1) ? ["BOB", "ROBERT"] : surroundings.namesOf(each)
    const advice = adviseOn(plan(), { ...surroundings, namesOf })
    assert.deepEqual(codes(advice), ["SAME_KEY_TWO_NAMES"])
    assert.match(advice[0]?.text ?? "", /^BOB and ROBERT are one participant of It/)
  })
})

describe("fault 3: overlapping computations", () => {
  function advised(others: Surroundings["others"], change: Partial<Plan> = {}): readonly Advice[] {
    return adviseOn(plan(change), { ...surroundings, others })
  }

  test("all but one: two averages give away a number, and it says whose", () => {
    for (const participants of [all.slice(0, 3), all.slice(0, 5)]) {
      const [advice, ...more] = advised([other("avg", participants)])
      assert.equal(advice?.code, "OVERLAPPING_COMPUTATION")
      const odd = participants.length === 3 ? "DENISE" : "EVE"
      assert.match(advice.text, new RegExp(`^It and Other share all participants but ${odd}: .*the number of ${odd}$`))
      assert.deepEqual(more, [])
    }
  })

  test("all, or all but two; of any types that take numbers", () => {
    for (const type of ["avg", "min", "max"] as const) {
      for (const participants of [all.slice(0, 4), all.slice(0, 6), [...all.slice(0, 3), party(99)]]) {
        assert.deepEqual(codes(advised([other(type, participants)])), ["OVERLAPPING_COMPUTATION"])
      }
    }
    assert.match(advised([other("min", all.slice(0, 4))])[0]?.text ?? "", /share all participants: two results/)
  })

  test("each overlapping computation is named", () => {
    const others = [other("avg", all.slice(0, 3), "One"), other("avg", all.slice(0, 5), "Two")]
    assert.deepEqual(
      advised(others).map(({ text }) => / and (\w+) share/.exec(text)?.[1]),
      ["One", "Two"],
    )
  })

  test("not where it is this one, a key computation, or another group", () => {
    assert.deepEqual(advised([other("avg", all.slice(0, 3), "It")]), [])
    assert.deepEqual(advised([other("key", all.slice(0, 3))]), [])
    assert.deepEqual(advised([other("avg", all.slice(0, 3))], { type: "key" }), [])
    assert.deepEqual(advised([other("avg", [party(0), ...all.slice(4), party(98), party(99)])]), [])
    assert.deepEqual(advised([other("avg", [party(0), party(97), party(98)])]), [])
  })
})
