import {
  computationTypes,
  decimalText,
  digest,
  matchKey,
  message,
  name,
  type Digest,
  type Name,
  type Request,
  type RequestId,
  type Submission,
} from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { decide } from "../../trusted/enclave/src/core/decide.ts"
import type { Event } from "../../trusted/enclave/src/core/event.ts"
import { evolve } from "../../trusted/enclave/src/core/evolve.ts"
import { checkState } from "../../trusted/enclave/src/core/invariants.ts"
import { emptyState, type State } from "../../trusted/enclave/src/core/state.ts"
import { decimalTextArb } from "./arbitraries.ts"
import { fuzz } from "./fuzz.ts"
import { NaiveModel } from "./naiveModel.ts"
import { id, party, sha256, World } from "./world.ts"

const PARTIES = 6
const names = ["A", "B", "C", "D"].map(name)
const everyone = Array.from({ length: PARTIES }, (_, i) => party(i))

type Terms = "right" | "of another" | "made up"
type Op = { readonly by: number; readonly wait: number; readonly id: number | undefined } & (
  | { kind: "create"; name: Name; type: string; quorum: number; members: readonly number[]; life: number | undefined }
  | { kind: "submit"; name: Name; terms: Terms; submission: Submission }
  | { kind: "delete"; name: Name; terms: Terms }
  | { kind: "result" | "describe"; name: Name }
  | { kind: "list" | "matches"; after: number }
)

const nameArb = fc.constantFrom(...names)
const termsArb = fc.constantFrom<Terms>("right", "right", "right", "right", "right", "right", "of another", "made up")
const submissionArb: fc.Arbitrary<Submission> = fc.oneof(
  fc.record({
    kind: fc.constant("number" as const),
    value: fc.oneof(
      decimalTextArb,
      fc.constantFrom("1", "1.0", "-1", "0", "-0", "2", "0.000000000001").map(decimalText),
    ),
  }),
  fc.record({
    kind: fc.constant("key" as const),
    key: fc.constantFrom("K", "L", "M").map(matchKey),
    message: fc.option(fc.constantFrom("", "hi", "\u001b[31m").map(message), { nil: undefined }),
  }),
)
const common = {
  by: fc.nat(PARTIES - 1),
  wait: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(10) }),
  // Mostly a fresh id, sometimes one of a few, so that requests are retried and ids clash.
  id: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(7) }),
}
const createArb: fc.Arbitrary<Op> = fc.record({
  ...common,
  kind: fc.constant("create" as const),
  name: nameArb,
  type: fc.constantFrom(...computationTypes, ...computationTypes, "key", "median"),
  quorum: fc.constantFrom(0, 1, 2, 2, 3, 5),
  members: fc.oneof(
    { weight: 6, arbitrary: fc.uniqueArray(fc.nat(PARTIES - 1), { minLength: 2 }) },
    { weight: 1, arbitrary: fc.array(fc.nat(PARTIES - 1), { maxLength: 4 }) },
  ),
  life: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.integer({ min: -1, max: 40 }), fc.constant(4e8)),
})
const opArb: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: createArb },
  {
    weight: 12,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant("submit" as const),
      name: nameArb,
      terms: termsArb,
      submission: submissionArb,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...common, kind: fc.constant("delete" as const), name: nameArb, terms: termsArb }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ ...common, kind: fc.constantFrom("result" as const, "describe" as const), name: nameArb }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ ...common, kind: fc.constantFrom("list" as const, "matches" as const), after: fc.nat(12) }),
  },
)
const opsArb = fc
  .tuple(fc.array(createArb, { minLength: 2, maxLength: 6 }), fc.array(opArb, { maxLength: 70, size: "max" }))
  .map(([creations, rest]) => [...creations, ...rest])

function toRequest(op: Op, at: number, fresh: RequestId, model: NaiveModel): Request {
  const requestId = op.id === undefined ? fresh : id(op.id)
  switch (op.kind) {
    case "create": {
      const expiresAt = op.life === undefined ? undefined : at + op.life
      const participants = op.members.map((each) => party(each))
      return {
        kind: "create",
        requestId,
        computation: op.name,
        type: op.type,
        quorum: op.quorum,
        participants,
        expiresAt,
      }
    }
    case "submit": {
      const terms = termsFor(op, model)
      return { kind: "submit", requestId, computation: op.name, terms, submission: op.submission }
    }
    case "delete":
      return { kind: "delete", requestId, computation: op.name, terms: termsFor(op, model) }
    case "result":
    case "describe":
      return { kind: op.kind, computation: op.name }
    case "list":
      return { kind: "list", after: op.after }
    case "matches":
      return { kind: "matches", after: op.after, page: 0 }
  }
}

function termsFor(op: { name: Name; terms: Terms }, model: NaiveModel): Digest {
  const asked = op.terms === "of another" ? names.find((each) => each !== op.name && model.terms(each)) : op.name
  const terms = op.terms === "made up" || asked === undefined ? undefined : model.terms(asked)
  return terms ?? digest(new Uint8Array(32))
}

/** Every question that can be asked without changing anything, and every retry; as one value. */
function answers(state: State, at: number, retries: readonly { by: number; request: Request }[]): unknown {
  const questions = [
    ...names.flatMap((computation) => [
      { kind: "describe", computation } as const,
      { kind: "result", computation } as const,
    ]),
    { kind: "list", after: 0 } as const,
    { kind: "matches", after: 0, page: 0 } as const,
  ]
  const asked = everyone.flatMap((by) => questions.map((request) => decide(state, { party: by, at, request }, sha256)))
  const retried = retries.map(({ by, request }) => decide(state, { party: party(by), at, request }, sha256))
  return { asked, retried }
}

function replay(events: readonly Event[]): State {
  const state = emptyState()
  for (const event of events) evolve(state, event)
  checkState(state)
  return state
}

test("fault 2, 7, 8, 10: the core answers as the naive model does, after any commands, and its events alone rebuild it", (t) => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(opsArb, (ops) => {
      const world = new World()
      const model = new NaiveModel()
      const retries: { by: number; request: Request }[] = []
      for (const op of ops) {
        world.at += op.wait
        const request = toRequest(op, world.at, world.freshId(), model)
        const expected = model.ask(party(op.by), world.at, request)
        const { response, events } = world.step(party(op.by), request)
        assert.deepEqual(response, expected.response)
        assert.equal(events.length > 0, expected.changed, "whether the state changed")
        if ("requestId" in request) retries.push({ by: op.by, request })
        seen.add(response.kind === "refused" ? response.reason : response.kind)
      }
      assert.deepEqual(answers(replay(world.events), world.at, retries), answers(world.state, world.at, retries))
    }),
    fuzz(t, 1_500),
  )
  t.diagnostic(`answers seen: ${[...seen].sort().join(" ")}`)
  assert.equal(seen.size, REACHED, "the commands are varied enough to reach every answer but those of the limits")
})

/** The seven kinds of success, and the reasons but the five limits of size and the shell's MALFORMED_REQUEST. */
const REACHED = 7 + 23 - 5 - 1
