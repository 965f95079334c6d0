/*
 * What the model test lets happen: a few parties and names, so that requests meet, and a few values, so that they clash.
 */
import {
  computationTypes,
  decimalText,
  PackedKeys,
  matchKey,
  message,
  name,
  NO_KEY_TERMS,
  type Name,
  type Release,
  type Submission,
  type Telling,
} from "@event-manager/protocol"
import fc from "fast-check"
import { decimalTextArb } from "./arbitraries.ts"
import { all, first, party, witnessed } from "./world.ts"

const PARTIES = 6
export const names = ["A", "B", "C", "D"].map(name)
export const everyone = Array.from({ length: PARTIES }, (_, i) => party(i))

type Terms = "right" | "of another" | "made up"
type Known = "none" | "all" | "the beginning" | "more than all" | "of another" | "made up"
export type Signed = "right" | "by another" | "of another" | "of other inputs"
export type Op = { readonly by: number; readonly wait: number; readonly id: number | undefined } & (
  | {
      kind: "create"
      name: Name
      type: string
      quorum: number
      release: Release
      members: readonly number[]
      life: number | undefined
      keysMax: number | undefined
      matches: Telling
    }
  | ({ kind: "submitMany" | "retire"; keys: PackedKeys } & View)
  | ({ kind: "matchCount" } & View)
  | ({ kind: "submit"; submission: Submission; revision: number | undefined } & View)
  | ({ kind: "delete" | "result" } & View)
  | ({ kind: "witness"; signed: Signed } & View)
  | { kind: "describe"; name: Name }
  | { kind: "list"; after: number }
  | { kind: "matches"; after: number }
)

export interface View {
  readonly name: Name
  readonly terms: Terms
  readonly known: Known
}

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
const keysArb = fc.constantFrom("K", "L", "M", "N").map(matchKey)
const manyArb = fc
  .array(fc.record({ key: keysArb, message: fc.option(fc.constantFrom("", "hi").map(message), { nil: undefined }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) => PackedKeys.of(all))
const keysAloneArb = fc
  .array(keysArb, { minLength: 1, maxLength: 4 })
  .map((all) => PackedKeys.of(all.map((key) => ({ key, message: undefined }))))
const common = {
  by: fc.nat(PARTIES - 1),
  wait: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(10) }),
  // Mostly a fresh id, sometimes one of a few, so that requests are retried and ids clash.
  id: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(7) }),
}
const view = {
  name: nameArb,
  terms: termsArb,
  known: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Known>("none", "all", "the beginning") },
    { weight: 1, arbitrary: fc.constantFrom<Known>("more than all", "of another", "made up") },
  ),
}
const anyCreationArb = fc.record({
  ...common,
  kind: fc.constant("create" as const),
  name: nameArb,
  type: fc.constantFrom(...computationTypes, ...computationTypes, "key", "sum"),
  quorum: fc.constantFrom(0, 1, 2, 2, 3, 5),
  release: fc.oneof(
    { weight: 2, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constant(all) },
    { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 2, 2, 3, 3, 7).map(witnessed) },
  ),
  members: fc.oneof(
    { weight: 6, arbitrary: fc.uniqueArray(fc.nat(PARTIES - 1), { minLength: 2 }) },
    { weight: 1, arbitrary: fc.array(fc.nat(PARTIES - 1), { maxLength: 4 }) },
  ),
  keysMax: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) },
  ),
  matches: fc.constantFrom<Telling>("told", "told", "told", "told", "counted"),
  // Terms for keys are seldom stated for another type.
  isOdd: fc.constantFrom(false, false, false, false, false, true),
  life: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.integer({ min: -1, max: 40 }), fc.constant(4e8)),
})
const createArb: fc.Arbitrary<Op> = anyCreationArb.map(({ isOdd, ...creation }) =>
  creation.type === "key" || isOdd ? creation : { ...creation, ...NO_KEY_TERMS },
)
const opArb: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: createArb },
  {
    weight: 12,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant("submit" as const),
      ...view,
      submission: submissionArb,
      revision: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(3) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ ...common, kind: fc.constant("submitMany" as const), ...view, keys: manyArb }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ ...common, kind: fc.constant("retire" as const), ...view, keys: keysAloneArb }),
  },
  { weight: 1, arbitrary: fc.record({ ...common, kind: fc.constant("matchCount" as const), ...view }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...common, kind: fc.constant("delete" as const), ...view }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...common, kind: fc.constant("describe" as const), name: nameArb }),
  },
  { weight: 4, arbitrary: fc.record({ ...common, kind: fc.constant("result" as const), ...view }) },
  {
    weight: 5,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant("witness" as const),
      ...view,
      signed: fc.constantFrom<Signed>(
        "right",
        "right",
        "right",
        "right",
        "by another",
        "of another",
        "of other inputs",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ ...common, kind: fc.constant("list" as const), after: fc.nat(12) }),
      fc.record({ ...common, kind: fc.constant("matches" as const), after: fc.nat(12) }),
    ),
  },
)
export const opsArb = fc
  .tuple(fc.array(createArb, { minLength: 2, maxLength: 6 }), fc.array(opArb, { maxLength: 70, size: "max" }))
  .map(([creations, rest]) => [...creations, ...rest])

/** Much about keys, by participants of computations over them, with little that is refused. */
const keyCommon = { ...common, wait: fc.constant(0), id: fc.constant(undefined) }
const keyView = {
  name: fc.constantFrom(...names.slice(0, 2)),
  terms: fc.constant<Terms>("right"),
  known: fc.constant<Known>("none"),
}
const keyCreationsArb = fc.tuple(...names.slice(0, 2).map((name) => keyCreationArb(name)))
function keyCreationArb(name: Name): fc.Arbitrary<Op> {
  return fc.record({
    ...keyCommon,
    kind: fc.constant("create" as const),
    name: fc.constant(name),
    type: fc.constant("key"),
    quorum: fc.constantFrom(1, 2, 2, 3),
    release: fc.constant(first),
    members: fc.constant(everyone.map((_, i) => i)),
    life: fc.constant(undefined),
    keysMax: fc.constant(undefined),
    matches: fc.constantFrom<Telling>("told", "told", "counted"),
  })
}
export const keyOpsArb = fc
  .tuple(
    keyCreationsArb,
    fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({ ...keyCommon, kind: fc.constant("submitMany" as const), ...keyView, keys: manyArb }),
        },
        {
          weight: 3,
          arbitrary: fc.record({ ...keyCommon, kind: fc.constant("retire" as const), ...keyView, keys: keysAloneArb }),
        },
        {
          weight: 2,
          arbitrary: fc.record({
            ...keyCommon,
            kind: fc.constant("submit" as const),
            ...keyView,
            submission: submissionArb,
            revision: fc.constant(undefined),
          }),
        },
        { weight: 1, arbitrary: fc.record({ ...keyCommon, kind: fc.constant("matches" as const), after: fc.nat(12) }) },
      ),
      { maxLength: 40, size: "max" },
    ),
  )
  .map(([creations, rest]): readonly Op[] => [...creations, ...rest])
