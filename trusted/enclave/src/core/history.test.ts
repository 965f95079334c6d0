import {
  digest,
  name,
  type Digest,
  type Head,
  type PartyKey,
  type Request,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import {
  ALICE,
  BOB,
  CHARLEY,
  DENISE,
  EVE,
  expectKind,
  first,
  id,
  key,
  number,
  primitives,
  refused,
  signedBy,
  witnessed,
  World,
} from "../../../../testing/src/world.ts"
import { History } from "./history.ts"

const ZEROS = digest(new Uint8Array(32))
const link = (n: number): Digest => digest(new Uint8Array(32).fill(n))

describe("a history", () => {
  test("has no head before its first event, and then its latest link", () => {
    const history = new History()
    assert.deepEqual([history.length, history.head, history.last], [0, undefined, undefined])
    history.append(link(1))
    history.append(link(2))
    assert.deepEqual(history.head, { length: 2, hash: link(2) })
    assert.deepEqual(
      [history.link(0), history.link(1), history.link(2), history.link(3)],
      [undefined, link(1), link(2), undefined],
    )
  })
  test("contains the heads that it had, and no other", () => {
    const history = new History()
    for (const n of [1, 2, 3]) history.append(link(n))
    for (const length of [1, 2, 3]) assert.ok(history.contains({ length, hash: link(length) }))
    for (const [length, n] of [
      [0, 1],
      [1, 2],
      [2, 1],
      [3, 4],
      [4, 3],
      [Number.MAX_SAFE_INTEGER, 3],
    ] as const) {
      assert.ok(!history.contains({ length, hash: link(n) }), `${length}, ${n}`)
    }
  })
})

test("a link follows from the enclave's key, the link before and the entry: the same submission has another in each place", () => {
  const world = new World()
  world.create("It")
  const heads = [ALICE, BOB, ALICE, ALICE].map((by) => {
    world.submit(by, "It", number("7"))
    return world.head("It")
  })
  assert.deepEqual(
    heads.map((each) => each.length),
    [2, 3, 4, 5],
  )
  assert.equal(new Set(heads.map((each) => each.hash)).size, 4)
  const other = new World()
  other.create("It")
  other.submit(ALICE, "It", number("8"))
  assert.notEqual(other.head("It").hash, heads[0]?.hash)
})

/** Every kind of request that names a known head, about a computation that is frozen and waits for witnesses. */
const requests: Readonly<Record<string, (world: World, known: Head | undefined) => Request>> = {
  submit: (world, known) => {
    const about = { computation: name("It"), terms: world.terms("It"), known }
    const requestId = world.freshId()
    return { kind: "submit", requestId, ...about, submission: number("1"), revision: 1e6, signed: false }
  },
  result: (world, known) => ({ kind: "result", computation: name("It"), terms: world.terms("It"), known }),
  witness: (world, known) => ({
    kind: "witness",
    computation: name("It"),
    terms: world.terms("It"),
    signature: new Uint8Array(64),
    known,
  }),
  delete: (world, known) => ({
    kind: "delete",
    requestId: world.freshId(),
    computation: name("It"),
    terms: world.terms("It"),
    known,
  }),
}

describe("fault 6: a request whose sender has seen another past is refused, and changes nothing", () => {
  const worlds: Readonly<Record<string, () => World>> = {
    open() {
      const world = new World()
      world.create("It", { release: witnessed(2) })
      for (const by of [ALICE, BOB]) world.submit(by, "It", number("1"))
      return world
    },
    frozen() {
      const world = worlds["open"]?.() ?? assert.fail()
      world.result(BOB, "It")
      return world
    },
  }
  for (const [state, make] of Object.entries(worlds)) {
    for (const [kind, request] of Object.entries(requests)) {
      test(`${kind}, ${state}`, () => {
        const world = make()
        const head = world.head("It")
        const wrong: Head[] = [
          { ...head, hash: ZEROS },
          { ...head, length: head.length + 1 },
          { ...head, length: head.length - 1 },
          { ...head, length: 0 },
        ]
        for (const known of wrong) {
          const taken = world.step(ALICE, request(world, known))
          assert.deepEqual(taken.response, { kind: "refused", reason: "HISTORY_CONFLICT", parameter: head.length })
          assert.deepEqual([taken.events, taken.head], [[], head])
        }
        for (const known of [undefined, head]) {
          assert.notEqual(refused(make().ask(ALICE, request(world, known))), "HISTORY_CONFLICT")
        }
      })
    }
  }
  test("who was told first of the terms is told first that they differ", () => {
    const world = worlds["open"]?.() ?? assert.fail()
    for (const request of Object.values(requests)) {
      const asked = { ...request(world, { length: 1, hash: ZEROS }), terms: ZEROS }
      assert.equal(refused(world.ask(ALICE, asked)), "TERMS_DIFFER")
    }
  })
  test("the head of an earlier computation of the same name is none of this one's", () => {
    const world = worlds["open"]?.() ?? assert.fail()
    const former = world.head("It")
    world.delete(ALICE, "It")
    world.create("It", { release: witnessed(2) })
    for (let i = 0; i < 5; i++) world.submit(ALICE, "It", number(`${i}`))
    assert.equal(refused(world.result(ALICE, "It", former)), "HISTORY_CONFLICT")
  })
  test("a retry is answered before: it gets the first reply, whatever its sender has seen since", () => {
    const world = new World()
    world.create("It")
    const reply = world.submit(ALICE, "It", number("1"), id(5))
    assert.deepEqual(world.submit(ALICE, "It", number("1"), id(5), { length: 9, hash: ZEROS }), reply)
  })
})

describe("who is told where a history stands", () => {
  const asked: readonly [string, PartyKey, boolean][] = [
    ["a participant", BOB, true],
    ["the convenor, who takes no part", EVE, true],
    ["an outsider", DENISE, false],
  ]
  for (const [who, by, isTold] of asked) {
    test(`${who}: ${isTold}`, () => {
      const world = new World()
      world.create("It", { convenor: EVE, release: witnessed(2) })
      for (const each of [ALICE, BOB]) world.submit(each, "It", number("1"))
      for (const request of [
        ...Object.values(requests),
        () => ({ kind: "describe", computation: name("It") }) as const,
      ]) {
        if (request === requests["delete"]) continue
        const { head } = world.step(by, request(world, undefined))
        assert.deepEqual(head, isTold ? world.head("It") : undefined)
      }
    })
  }
  test("whoever creates it is told at once, who deletes it no more, and a list tells of none", () => {
    const world = new World()
    const creation = { kind: "create", requestId: id(1), computation: name("It"), type: "avg", quorum: 1 } as const
    const made = world.step(ALICE, {
      ...creation,
      release: first,
      participants: [ALICE, BOB],
      expiresAt: undefined,
      ...NO_KEY_TERMS,
    })
    assert.equal(made.head?.length, 1)
    assert.equal(world.step(ALICE, { kind: "list", after: 0 }).head, undefined)
    const about = { computation: name("It"), terms: world.terms("It"), known: made.head }
    assert.equal(world.step(ALICE, { kind: "delete", requestId: id(2), ...about }).head, undefined)
    assert.equal(world.step(ALICE, { kind: "describe", computation: name("It") }).head, undefined)
  })
  test("each reply tells where its own request has left it", () => {
    const world = new World()
    world.create("It")
    for (const expected of [2, 3, 4]) {
      const request = requests["submit"]?.(world, undefined) ?? assert.fail()
      const { head, response } = world.step(ALICE, {
        ...request,
        ...(request.kind === "submit" ? { revision: expected } : {}),
      })
      assert.equal(head?.length, expected)
      assert.deepEqual(expectKind(response, "submitted").receipt, head)
    }
  })
  test("keys are told of too, and each has a receipt", () => {
    const world = new World()
    world.create("Keys", { type: "key" })
    const receipts = [ALICE, BOB, CHARLEY].map(
      (by) => expectKind(world.submit(by, "Keys", key("K")), "submitted").receipt,
    )
    assert.deepEqual(receipts.at(-1), world.head("Keys"))
    assert.equal(primitives.verify(ALICE, new Uint8Array(1), signedBy(BOB, new Uint8Array(1))), false)
  })
})
