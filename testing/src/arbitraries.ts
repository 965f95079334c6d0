/*
 * Arbitrary values of everything that crosses the wire, within the declared bounds.
 */
import {
  codeOfReason,
  computationTypes,
  decimalText,
  digest,
  LIFE_BYTES,
  limits,
  MAIL_KEY_BYTES,
  matchKey,
  message,
  name,
  PackedKeys,
  partyKey,
  REPORT_DATA_BYTES,
  requestId,
  SESSION_ID_BYTES,
  SEV_SNP_REPORT_BYTES,
  SIGNATURE_BYTES,
  utf8Length,
  type Checkpoint,
  type Descriptor,
  type EndorsementKind,
  type Evidence,
  type Frozen,
  type Head,
  type Platform,
  type Reason,
  type Release,
  type Reply,
  type Report,
  type Request,
  type Response,
  type Result,
  type Statement,
  type Submission,
} from "@event-manager/protocol"
import fc, { type Arbitrary } from "fast-check"
import { packMatches, type NumberedMatch } from "./packing.ts"

const UINT32_MAX = 2 ** 32 - 1
/** Enough for every shape; the tests of bounds go to the limits themselves. */
const PARTICIPANTS_MAX = 6
const LETTERS_MAX = 80
const OPAQUE_BYTES_MAX = 300

/** fast-check's own record makes objects of no prototype, which a decoder does not. */
export function record<T>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true })
}

export function bytesArb(length: number): Arbitrary<Uint8Array<ArrayBuffer>> {
  return opaqueArb(length, length)
}

export function opaqueArb(min: number, max: number): Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => new Uint8Array(bytes))
}

export const partyKeyArb = bytesArb(32).map(partyKey)
export const requestIdArb = bytesArb(16).map(requestId)
export const digestArb = bytesArb(32).map(digest)
export const countArb = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER))
export const uint32Arb = fc.oneof(fc.nat(UINT32_MAX), fc.constantFrom(0, 1, UINT32_MAX))
export const flagArb = fc.boolean()

const NAME_LETTERS = "ABCXYZabcxyz0189._-"
export const nameArb = fc
  .string({ unit: fc.constantFrom(...NAME_LETTERS), minLength: 1, maxLength: limits.nameBytesMax })
  .map(name)

export const matchKeyArb = textArb(1, limits.keyBytesMax).map(matchKey)
export const messageArb = textArb(0, limits.messageBytesMax).map(message)

/** Well-formed text in normalization form C, of `min` to `max` bytes of UTF-8, with every plane of Unicode in it. */
export function textArb(min: number, max: number): Arbitrary<string> {
  return fc
    .oneof(textOf("binary", max), textOf("grapheme", max), textOf("grapheme-ascii", max))
    .map((text) => cut(text.normalize("NFC"), max))
    .filter((text) => utf8Length(text) >= min)
}

const digits = (min: number, max: number): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max })

export const decimalTextArb = fc
  .tuple(
    fc.constantFrom("", "-"),
    digits(1, limits.decimalWholeDigitsMax),
    fc.option(digits(1, limits.decimalFractionDigitsMax), { nil: undefined }),
  )
  .map(([sign, whole, fraction]) => decimalText(sign + whole + (fraction === undefined ? "" : `.${fraction}`)))

export const optionalArb = <T>(inner: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(inner, { nil: undefined })
export const kind = <K extends string | undefined>(value: K): Arbitrary<K> => fc.constant(value)

export const computationTypeArb = fc.constantFrom(...computationTypes)

export const headArb: Arbitrary<Head> = record({ length: countArb, hash: digestArb })
const signatureArb = bytesArb(SIGNATURE_BYTES)

export const releaseArb: Arbitrary<Release> = fc.oneof(
  record({ kind: kind("first") }),
  record({ kind: kind("all") }),
  record({ kind: kind("witnessed"), witnesses: fc.nat(65_535) }),
)

const tellingArb = fc.constantFrom("told" as const, "counted" as const)
const baseArb = {
  id: requestIdArb,
  name: nameArb,
  quorum: uint32Arb,
  release: releaseArb,
  convenor: partyKeyArb,
  participants: fc.array(partyKeyArb, { minLength: 2, maxLength: PARTICIPANTS_MAX }),
  expiresAt: optionalArb(countArb),
}
export const descriptorArb: Arbitrary<Descriptor> = fc.oneof(
  record({ ...baseArb, type: computationTypeArb, keysMax: kind(undefined), matches: kind("told") }),
  record({ ...baseArb, type: kind("key"), keysMax: optionalArb(countArb), matches: tellingArb }),
)

const submissionArb: Arbitrary<Submission> = fc.oneof(
  record({ kind: kind("number"), value: decimalTextArb }),
  record({ kind: kind("key"), key: matchKeyArb, message: optionalArb(messageArb) }),
)

const keySubmissionArb = record({ key: matchKeyArb, message: optionalArb(messageArb) })
const packedKeysArb: Arbitrary<PackedKeys> = fc
  .array(keySubmissionArb, { minLength: 1, maxLength: 6 })
  .map((all) => PackedKeys.of(all))
const packedKeysAloneArb = fc
  .array(matchKeyArb, { minLength: 1, maxLength: 6 })
  .map((all) => PackedKeys.of(all.map((key) => ({ key, message: undefined }))))

const createArb: Arbitrary<Request> = record({
  kind: kind("create"),
  requestId: requestIdArb,
  computation: nameArb,
  type: fc.oneof(computationTypeArb, textArb(1, 32)),
  quorum: uint32Arb,
  release: releaseArb,
  participants: fc.array(partyKeyArb, { maxLength: PARTICIPANTS_MAX }),
  expiresAt: optionalArb(countArb),
  keysMax: optionalArb(countArb),
  matches: tellingArb,
})

const terms = digestArb
const view = { computation: nameArb, terms, known: optionalArb(headArb) }

export const requestArb: Arbitrary<Request> = fc.oneof(
  record({ kind: kind("describe"), computation: nameArb }),
  record({ kind: kind("list"), after: countArb }),
  createArb,
  record({
    kind: kind("submit"),
    requestId: requestIdArb,
    ...view,
    submission: submissionArb,
    revision: countArb,
    signed: flagArb,
  }),
  record({ kind: kind("result"), ...view }),
  record({ kind: kind("witness"), ...view, signature: signatureArb }),
  record({ kind: kind("matches"), after: countArb, page: uint32Arb }),
  record({ kind: kind("delete"), requestId: requestIdArb, ...view }),
  record({
    kind: kind("submitMany"),
    requestId: requestIdArb,
    ...view,
    submissions: packedKeysArb,
    signed: flagArb,
  }),
  record({ kind: kind("retire"), requestId: requestIdArb, ...view, keys: packedKeysAloneArb, signed: flagArb }),
  record({ kind: kind("matchCount"), ...view }),
)

const matchArb: Arbitrary<NumberedMatch> = record({
  computation: nameArb,
  position: uint32Arb,
  party: fc.nat(limits.participantsMax - 1),
  key: matchKeyArb,
  message: optionalArb(messageArb),
})

const isReason = (text: string): text is Reason => text in codeOfReason
export const reasons: readonly Reason[] = Object.keys(codeOfReason).filter(isReason)

const answerArb = fc.oneof(
  record({ kind: kind("number"), value: decimalTextArb }),
  record({ kind: kind("parties"), parties: fc.array(partyKeyArb, { minLength: 1, maxLength: PARTICIPANTS_MAX }) }),
)

export const frozenArb: Arbitrary<Frozen> = record({
  identity: partyKeyArb,
  descriptor: descriptorArb,
  head: headArb,
  receipts: fc.array(record({ party: partyKeyArb, receipt: headArb }), { minLength: 1, maxLength: PARTICIPANTS_MAX }),
})

export const resultArb: Arbitrary<Result> = record({
  frozen: frozenArb,
  answer: answerArb,
  witnesses: fc.array(record({ party: partyKeyArb, signature: signatureArb }), { maxLength: PARTICIPANTS_MAX }),
})

export const checkpointArb: Arbitrary<Checkpoint> = record({
  identity: partyKeyArb,
  life: bytesArb(LIFE_BYTES),
  terms,
  head: headArb,
})

export const responseArb: Arbitrary<Response> = fc.oneof(
  record({ kind: kind("refused"), reason: fc.constantFrom(...reasons), parameter: countArb }),
  record({ kind: kind("described"), descriptor: descriptorArb }),
  record({
    kind: kind("listed"),
    descriptors: fc.array(descriptorArb, { maxLength: 4 }),
    next: countArb,
    more: flagArb,
  }),
  record({ kind: kind("created"), terms }),
  record({ kind: kind("submitted"), terms, quorumReached: flagArb, receipt: headArb }),
  record({ kind: kind("result"), result: resultArb }),
  record({
    kind: kind("matches"),
    matches: fc.array(matchArb, { maxLength: 4 }).map((all) => packMatches(all)),
    next: countArb,
    more: flagArb,
  }),
  record({ kind: kind("submittedMany"), terms, reached: uint32Arb, receipt: headArb }),
  record({ kind: kind("retired"), terms, keys: uint32Arb, receipt: headArb }),
  record({ kind: kind("matchCount"), terms, keys: uint32Arb }),
  record({ kind: kind("deleted"), terms }),
  record({
    kind: kind("awaiting"),
    frozen: frozenArb,
    witnesses: fc.array(partyKeyArb, { maxLength: PARTICIPANTS_MAX }),
  }),
)

export const replyArb: Arbitrary<Reply> = record({
  head: optionalArb(headArb),
  signature: optionalArb(signatureArb),
  response: responseArb,
})

export const platformArb: Arbitrary<Platform> = fc.constantFrom("mock", "simulation", "sev-snp", "tdx", "sgx", "nitro")

export const statementArb: Arbitrary<Statement> = record({
  version: fc.nat(255),
  platform: platformArb,
  identity: partyKeyArb,
  mailKey: bytesArb(MAIL_KEY_BYTES),
  life: bytesArb(LIFE_BYTES),
  anchor: fc.constantFrom("none", "tpm"),
})

export const reportArb: Arbitrary<Report> = record({
  codeHash: bytesArb(32),
  productId: fc.nat(65_535),
  revocationLevel: fc.nat(65_535),
  issuedAt: countArb,
  reportData: bytesArb(REPORT_DATA_BYTES),
})

const quoteBytesArb = opaqueArb(1, OPAQUE_BYTES_MAX)

export const endorsementKindArb: Arbitrary<EndorsementKind> = fc.constantFrom(
  "release",
  "sev-snp-key",
  "sev-snp-crl",
  "dcap",
)

export const evidenceArb: Arbitrary<Evidence> = record({
  statement: opaqueArb(1, 2_048),
  quote: fc.oneof(
    record({ kind: kind("mock"), report: reportArb }),
    record({
      kind: kind("simulation"),
      report: reportArb,
      signer: bytesArb(32),
      signature: bytesArb(SIGNATURE_BYTES),
    }),
    record({
      kind: kind("sev-snp"),
      report: bytesArb(SEV_SNP_REPORT_BYTES),
      certificates: opaqueArb(0, OPAQUE_BYTES_MAX),
    }),
    record({ kind: kind("tdx"), quote: quoteBytesArb, eventLog: opaqueArb(0, OPAQUE_BYTES_MAX) }),
    record({ kind: kind("sgx"), quote: quoteBytesArb }),
    record({ kind: kind("nitro"), document: quoteBytesArb }),
  ),
  endorsements: fc.array(record({ kind: endorsementKindArb, bytes: quoteBytesArb }), { maxLength: 4 }),
})

export const helloArb = record({ party: partyKeyArb, signature: bytesArb(SIGNATURE_BYTES) })
export const welcomeArb = record({ session: bytesArb(SESSION_ID_BYTES) })
function textOf(unit: "binary" | "grapheme" | "grapheme-ascii", max: number): Arbitrary<string> {
  return fc.string({ unit, maxLength: Math.min(max, LETTERS_MAX), size: "max" })
}

/** The longest beginning of `text` that takes at most `bytesMax` bytes. */
function cut(text: string, bytesMax: number): string {
  let length = 0
  let whole = ""
  for (const letter of text) {
    length += utf8Length(letter)
    if (length > bytesMax) return whole
    whole += letter
  }
  return whole
}
