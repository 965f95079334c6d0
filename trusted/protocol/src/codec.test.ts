import fc, { type Arbitrary } from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import {
  bytesArb,
  checkpointArb,
  computationTypeArb,
  countArb,
  decimalTextArb,
  descriptorArb,
  digestArb,
  endorsementKindArb,
  evidenceArb,
  flagArb,
  frozenArb,
  headArb,
  helloArb,
  matchKeyArb,
  messageArb,
  nameArb,
  opaqueArb,
  partyKeyArb,
  platformArb,
  record,
  releaseArb,
  replyArb,
  reportArb,
  requestArb,
  requestIdArb,
  responseArb,
  resultArb,
  statementArb,
  textArb,
  uint32Arb,
  welcomeArb,
} from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { simulationArb } from "../../../testing/src/packetArbitraries.ts"
import {
  bytes,
  choice,
  convert,
  count,
  decode,
  encode,
  enumeration,
  flag,
  list,
  nothing,
  opaque,
  optional,
  struct,
  text,
  uint16,
  uint32,
  uint8,
  type Codec,
} from "./codec.ts"
import { computationTypeCodec, descriptorCodec, releaseCodec } from "./descriptor.ts"
import { DecodeError, InvariantError } from "./errors.ts"
import { anchorCodec, statementCodec } from "./evidence.ts"
import { simulationCodec } from "./frame.ts"
import { helloCodec, welcomeCodec } from "./handshake.ts"
import { headCodec } from "./history.ts"
import { digestCodec, partyKeyCodec, requestIdCodec } from "./keys.ts"
import { endorsementKindCodec, evidenceCodec, platformCodec, reportCodec } from "./quote.ts"
import { requestCodec } from "./request.ts"
import { replyCodec, responseCodec } from "./response.ts"
import { checkpointCodec, frozenCodec, resultCodec } from "./statement.ts"
import { decimalTextCodec, matchKeyCodec, messageCodec, nameCodec } from "./text.ts"

/** Every prefix of an encoding up to this length is tried, and of a longer one this many. */
const PREFIXES_MAX = 400

/** Asserts what holds of every codec. */
function lawsOf<T>(title: string, codec: Codec<T>, values: Arbitrary<T>, runs = 150): void {
  describe(title, () => {
    test("round trip, within bytesMax, through any view, and nothing shorter or longer", (t) => {
      const property = fc.property(values, opaqueArb(1, 9), (value, extra) => {
        const encoded = encode(codec, value)
        assert.ok(encoded.length <= codec.bytesMax, "bytesMax is a bound")
        assert.deepEqual(decode(codec, encoded), value)
        assertView(codec, encoded, value, extra)
        assertPrefixesRefused(codec, encoded)
        assertCode("LEFTOVER_BYTES", () => decode(codec, new Uint8Array([...encoded, ...extra])))
      })
      fc.assert(property, fuzz(t, runs))
    })
    test("one encoding for each value: whatever mutated bytes decode, encodes to them; else DecodeError", (t) => {
      const property = fc.property(values, mutationsArb, (value, mutations) => {
        assertCanonical(codec, mutate(encode(codec, value), mutations))
      })
      fc.assert(property, fuzz(t, runs * 2))
    })
    test("one encoding for each value: random bytes", (t) => {
      fc.assert(
        fc.property(opaqueArb(0, 60), (random) => assertCanonical(codec, random)),
        fuzz(t, runs),
      )
    })
  })
}

function assertView<T>(codec: Codec<T>, encoded: Uint8Array, value: T, around: Uint8Array): void {
  const whole = new Uint8Array([...around, ...encoded, ...around])
  const view = whole.subarray(around.length, around.length + encoded.length)
  const decoded = decode(codec, view)
  assert.deepEqual(decoded, value, "a view with an offset")
  assert.deepEqual(decode(codec, Buffer.from(whole.buffer, around.length, encoded.length)), value, "a Buffer")
  whole.fill(0xff)
  assert.deepEqual(decoded, value, "what is decoded shares nothing with the bytes it came from")
}

function assertPrefixesRefused<T>(codec: Codec<T>, encoded: Uint8Array): void {
  const stride = Math.ceil(encoded.length / PREFIXES_MAX)
  for (let length = encoded.length - 1; length >= 0; length -= stride) {
    assert.throws(() => decode(codec, encoded.subarray(0, length)), DecodeError, `${length} of ${encoded.length} bytes`)
  }
}

function assertCanonical<T>(codec: Codec<T>, input: Uint8Array): void {
  const decoded = orUndefined(() => ({ value: decode(codec, input) }))
  if (decoded !== undefined) assert.deepEqual(encode(codec, decoded.value), new Uint8Array(input))
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof DecodeError, `DecodeError, not ${String(error)}`)
    return undefined
  }
}

function assertCode(code: string, run: () => unknown): void {
  assert.throws(run, (error) => error instanceof DecodeError && error.code === code, code)
}

interface Mutation {
  readonly how: "set" | "insert" | "remove" | "flip"
  readonly where: number
  readonly byte: number
}
const mutationsArb: Arbitrary<readonly Mutation[]> = fc.array(
  record<Mutation>({
    how: fc.constantFrom("set", "insert", "remove", "flip"),
    // Most of what can go wrong stands at the beginning: tags and lengths.
    where: fc.oneof(fc.nat(12), fc.nat(4_000)),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 128, 255)),
  }),
  { minLength: 1, maxLength: 3 },
)

function mutate(encoded: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const mutated = [...encoded]
  for (const { how, where, byte } of mutations) {
    const at = where % Math.max(1, mutated.length)
    if (how === "set") mutated[at] = byte
    if (how === "flip") mutated[at] = (mutated[at] ?? 0) ^ (1 << (byte % 8))
    if (how === "insert") mutated.splice(at, 0, byte)
    if (how === "remove") mutated.splice(at, 1)
  }
  return new Uint8Array(mutated)
}

lawsOf("requestCodec", requestCodec, requestArb)
lawsOf("responseCodec", responseCodec, responseArb)
lawsOf("replyCodec", replyCodec, replyArb)
lawsOf("frozenCodec", frozenCodec, frozenArb)
lawsOf("resultCodec", resultCodec, resultArb)
lawsOf("checkpointCodec", checkpointCodec, checkpointArb)
lawsOf("headCodec", headCodec, headArb)
lawsOf("releaseCodec", releaseCodec, releaseArb)
lawsOf("anchorCodec", anchorCodec, fc.constantFrom("none", "tpm"))
lawsOf("descriptorCodec", descriptorCodec, descriptorArb)
lawsOf("computationTypeCodec", computationTypeCodec, computationTypeArb)
lawsOf("evidenceCodec", evidenceCodec, evidenceArb, 60)
lawsOf("reportCodec", reportCodec, reportArb)
lawsOf("platformCodec", platformCodec, platformArb)
lawsOf("endorsementKindCodec", endorsementKindCodec, endorsementKindArb)
lawsOf("statementCodec", statementCodec, statementArb, 60)
lawsOf("helloCodec", helloCodec, helloArb)
lawsOf("welcomeCodec", welcomeCodec, welcomeArb)
lawsOf("simulationCodec", simulationCodec, simulationArb)
lawsOf("partyKeyCodec", partyKeyCodec, partyKeyArb)
lawsOf("requestIdCodec", requestIdCodec, requestIdArb)
lawsOf("digestCodec", digestCodec, digestArb)
lawsOf("nameCodec", nameCodec, nameArb)
lawsOf("matchKeyCodec", matchKeyCodec, matchKeyArb)
lawsOf("messageCodec", messageCodec, messageArb)
lawsOf("decimalTextCodec", decimalTextCodec, decimalTextArb)

lawsOf("uint8", uint8, fc.nat(2 ** 8 - 1))
lawsOf("uint16", uint16, fc.nat(2 ** 16 - 1))
lawsOf("uint32", uint32, uint32Arb)
lawsOf("count", count, countArb)
lawsOf("flag", flag, flagArb)
lawsOf("bytes", bytes(5), bytesArb(5))
lawsOf("opaque, length in one byte", opaque(2, 255), opaqueArb(2, 255))
lawsOf("opaque, length in two bytes", opaque(0, 256), opaqueArb(0, 256))
lawsOf("opaque, length in three bytes", opaque(0, 65_536), opaqueArb(0, 300))
lawsOf("opaque, length in four bytes", opaque(0, 2 ** 24), opaqueArb(0, 300))
lawsOf("text", text(1, 40), textArb(1, 40))
lawsOf(
  "list of what varies in length",
  list(opaque(1, 9), 1, 7),
  fc.array(opaqueArb(1, 9), { minLength: 1, maxLength: 7 }),
)
lawsOf("list of numbers", list(uint16, 0, 200), fc.array(fc.nat(65_535), { maxLength: 200 }))
lawsOf("optional", optional(uint16), fc.option(fc.nat(65_535), { nil: undefined }))
lawsOf("optional within optional fields", optional(struct({ a: optional(flag) })), optionalStructArb())
lawsOf("enumeration", enumeration({ a: 0, b: 7, c: 255 }), fc.constantFrom("a", "b", "c"))
lawsOf("struct", struct({ z: uint8, a: text(0, 4) }), record({ z: fc.nat(255), a: textArb(0, 4) }))
lawsOf("nothing", nothing, fc.constant({}))
lawsOf(
  "convert",
  convert(uint8, (written: string) => Number(written), String),
  fc.nat(255).map(String),
)
lawsOf(
  "choice",
  choice({ one: { tag: 3, body: struct({ value: uint8 }) }, none: { tag: 200, body: nothing } }),
  fc.oneof(record({ kind: fc.constant("one" as const), value: fc.nat(255) }), fc.constant({ kind: "none" as const })),
)

function optionalStructArb(): Arbitrary<{ a: boolean | undefined } | undefined> {
  return fc.option(record({ a: fc.option(flagArb, { nil: undefined }) }), { nil: undefined })
}

describe("what no decoder accepts", () => {
  const hex = (digits: string): Uint8Array => Uint8Array.fromHex(digits)
  const cases: readonly [string, string, Codec<unknown>, string][] = [
    ["a length beyond the bytes", "TRUNCATED", opaque(0, 9), "0561626364"],
    ["a length above its bound", "LENGTH_OUT_OF_RANGE", opaque(0, 3), "0461626364"],
    ["a length below its bound", "LENGTH_OUT_OF_RANGE", opaque(2, 9), "0161"],
    ["no length at all", "TRUNCATED", opaque(0, 9), ""],
    ["half a length", "TRUNCATED", opaque(0, 300), "01"],
    ["a list that ends inside an item", "TRUNCATED", list(uint16, 0, 9), "03000100"],
    ["a list longer than its bytes", "TRUNCATED", list(uint16, 0, 9), "040001"],
    ["a list of too many", "LENGTH_OUT_OF_RANGE", list(uint16, 0, 1), "0400010002"],
    ["a list of too many small ones", "LENGTH_OUT_OF_RANGE", list(opaque(0, 3), 0, 2), "03000000"],
    ["a list of too few", "LENGTH_OUT_OF_RANGE", list(uint16, 2, 3), "020001"],
    ["an item that lies within a list", "TRUNCATED", list(opaque(0, 9), 0, 3), "0303616100"],
    ["2^53", "NUMBER_OUT_OF_RANGE", count, "0020000000000000"],
    ["2^64 - 1", "NUMBER_OUT_OF_RANGE", count, "ffffffffffffffff"],
    ["a presence of 2", "UNKNOWN_VARIANT", optional(uint8), "0201"],
    ["a flag of 2", "UNKNOWN_VARIANT", flag, "02"],
    ["a name of no number", "UNKNOWN_VARIANT", enumeration({ a: 0, b: 7 }), "01"],
    ["an unknown tag", "UNKNOWN_VARIANT", choice({ a: { tag: 1, body: nothing } }), "00"],
    ["a byte that is never UTF-8", "NOT_UTF8", text(0, 9), "01ff"],
    ["a letter cut short", "NOT_UTF8", text(0, 9), "01c3"],
    ["an over-long NUL", "NOT_UTF8", text(0, 9), "02c080"],
    ["an over-long slash", "NOT_UTF8", text(0, 9), "03e080af"],
    ["an over-long letter of four bytes", "NOT_UTF8", text(0, 9), "04f08080af"],
    ["a lone high surrogate", "NOT_UTF8", text(0, 9), "03eda080"],
    ["a lone low surrogate", "NOT_UTF8", text(0, 9), "03edbfbf"],
    ["a surrogate pair in CESU-8", "NOT_UTF8", text(0, 9), "06eda080edb080"],
    ["a code point beyond U+10FFFF", "NOT_UTF8", text(0, 9), "04f4908080"],
    ["a continuation byte alone", "NOT_UTF8", text(0, 9), "0180"],
  ]
  for (const [what, code, codec, digits] of cases) test(what, () => assertCode(code, () => decode(codec, hex(digits))))

  test("the greatest count is accepted", () => {
    assert.equal(decode(count, hex("001fffffffffffff")), Number.MAX_SAFE_INTEGER)
  })
  test("a byte order mark is kept, so that two encodings are two values", () => {
    const marked = encode(text(0, 9), "\ufeffa")
    assert.deepEqual(marked, hex("04efbbbf61"))
    assert.equal(decode(text(0, 9), marked), "\ufeffa")
  })
})

describe("what no encoder accepts", () => {
  const tooMuch: readonly [string, () => unknown][] = [
    ["a negative number", () => encode(uint8, -1)],
    ["a number too large", () => encode(uint8, 256)],
    ["a fraction", () => encode(uint32, 1.5)],
    ["not a number", () => encode(uint16, Number.NaN)],
    ["a count beyond 2^53", () => encode(count, 2 ** 53)],
    ["a negative count", () => encode(count, -1)],
    ["bytes too few", () => encode(bytes(2), new Uint8Array(1))],
    ["bytes too many", () => encode(opaque(0, 2), new Uint8Array(3))],
    ["too few bytes", () => encode(opaque(1, 2), new Uint8Array(0))],
    ["a lone surrogate", () => encode(text(0, 9), "a\ud800")],
    ["text too long in bytes, though not in letters", () => encode(text(0, 5), "ééé")],
    ["a list too long", () => encode(list(uint8, 0, 1), [1, 2])],
    ["a list too short", () => encode(list(uint8, 1, 2), [])],
  ]
  for (const [what, run] of tooMuch) test(what, () => assert.throws(run, InvariantError))
  test("two variants of one tag are refused when the codec is made", () => {
    const same = { a: { tag: 1, body: nothing }, b: { tag: 1, body: nothing } }
    assert.throws(() => choice(same), InvariantError)
  })
})
