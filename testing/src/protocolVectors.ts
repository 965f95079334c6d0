/*
 * Our own test vectors: what every implementation of the protocol must produce, byte for byte. makeVectors.ts writes
 * them to testing/vectors/protocol; vectors.test.ts asserts that this code still produces them.
 */
import {
  bytesOf,
  checkpointSigned,
  DECIMAL_BYTES_MAX,
  decimalText,
  descriptorCodec,
  descriptorHashed,
  digest,
  encode,
  evidenceCodec,
  frozenSigned,
  limits,
  MatchCursor,
  matchKey,
  message,
  name,
  NO_KEY_TERMS,
  PackedKeys,
  PackedMatches,
  replyCodec,
  reportSigned,
  requestCodec,
  responseCodec,
  resultSigned,
  statementCodec,
  SEV_SNP_REPORT_BYTES,
  textIn,
  type Descriptor,
  type Endorsement,
  type Frozen,
  type Platform,
  type Quote,
  type Reply,
  type Report,
  type Request,
  type Response,
  type Result,
} from "@event-manager/protocol"
import { createHash } from "node:crypto"
import xwing from "../vectors/hpke/xwing.json" with { type: "json" }
import { reasons } from "./arbitraries.ts"
import { packMatches, type NumberedMatch } from "./packing.ts"
import { sessionVector } from "./sessionVector.ts"
import { ALICE, all, BOB, CHARLEY, ENCLAVE, first, id, key, number, packed, witnessed } from "./world.ts"

export interface Vectors {
  readonly about: string
  readonly cases: readonly object[]
}

const terms = digest(new Uint8Array(32).fill(0xd1))
const plain: Descriptor = {
  id: id(7),
  name: name("AvgComp"),
  type: "avg",
  quorum: 3,
  release: first,
  convenor: ALICE,
  participants: [ALICE, BOB, CHARLEY],
  expiresAt: undefined,
  ...NO_KEY_TERMS,
}
const expiring: Descriptor = {
  ...plain,
  name: name("Key.Matcher_2-b"),
  type: "key",
  quorum: 2,
  expiresAt: 1_900_000_000,
}
const signature = new Uint8Array(64).fill(0x51)
const head = { length: 7, hash: digest(new Uint8Array(32).fill(0x4e)) }
const frozen: Frozen = {
  identity: ENCLAVE,
  descriptor: { ...plain, release: witnessed(2) },
  head,
  receipts: [
    { party: ALICE, receipt: { length: 5, hash: digest(new Uint8Array(32).fill(0xa5)) } },
    { party: CHARLEY, receipt: head },
  ],
}
const average: Result = {
  frozen,
  answer: { kind: "number", value: decimalText("45") },
  witnesses: [ALICE, BOB].map((party) => ({ party, signature })),
}
const tie: Result = {
  frozen: { ...frozen, descriptor: { ...plain, type: "max" } },
  answer: { kind: "parties", parties: [ALICE, CHARLEY] },
  witnesses: [],
}
const checkpoint = { identity: ENCLAVE, life: new Uint8Array(32).fill(0x1f), terms, head }
const match: NumberedMatch = {
  computation: name("Keys"),
  position: 5,
  party: 1,
  key: matchKey("é"),
  message: undefined,
}
const matches = [
  match,
  { ...match, position: 6, party: 2, message: message("hi") },
  { ...match, position: 7, key: matchKey("K") },
  { ...match, computation: name("Others"), position: 0, party: 0 },
]
const report: Report = {
  codeHash: new Uint8Array(32).fill(0xc0),
  productId: 1,
  revocationLevel: 2,
  issuedAt: 1_800_000_000,
  reportData: new Uint8Array(64).fill(0xda),
}

const some = (value: number, length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(value)
const quotes: readonly Quote[] = [
  { kind: "mock", report },
  { kind: "simulation", report, signer: bytesOf(BOB), signature },
  { kind: "sev-snp", report: some(0x5e, SEV_SNP_REPORT_BYTES), certificates: some(0, 24) },
  { kind: "tdx", quote: some(0x7d, 80), eventLog: some(0xcc, 40) },
  { kind: "sgx", quote: some(0x59, 80) },
  { kind: "nitro", document: some(0x84, 80) },
]
const release = { kind: "release", bytes: some(0x4e, 16) } as const
const dcap = { kind: "dcap", bytes: new TextEncoder().encode("{}") } as const
const endorsementsOf: Readonly<Record<Platform, readonly Endorsement[]>> = {
  mock: [],
  simulation: [],
  "sev-snp": [release, { kind: "sev-snp-key", bytes: some(0x30, 24) }, { kind: "sev-snp-crl", bytes: some(0x31, 24) }],
  tdx: [release, dcap],
  sgx: [dcap],
  nitro: [release],
}

const creation = {
  kind: "create",
  requestId: id(1),
  computation: name("AvgComp"),
  type: "avg",
  quorum: 3,
  release: first,
  participants: [ALICE, BOB],
  expiresAt: undefined,
  ...NO_KEY_TERMS,
} as const
const about = { computation: name("AvgComp"), terms, known: undefined } as const
const submission = { kind: "submit", requestId: id(2), ...about, revision: 0, signed: false } as const
const bulk = { requestId: id(4), ...about, signed: false } as const
const requests: readonly Request[] = [
  { kind: "describe", computation: name("A") },
  { kind: "list", after: 0 },
  { kind: "list", after: Number.MAX_SAFE_INTEGER },
  creation,
  { ...creation, type: "médiane", participants: [], quorum: 2 ** 32 - 1, expiresAt: 1_900_000_000 },
  { ...creation, release: all },
  { ...creation, release: witnessed(2) },
  { ...submission, submission: number("-12.50") },
  { ...submission, submission: number("1"), revision: 2 ** 40, known: head, signed: true },
  { ...submission, submission: number(`-${"9".repeat(30)}.${"9".repeat(12)}`) },
  { ...submission, submission: key("KEYABC") },
  { ...submission, submission: key("é", "") },
  { ...submission, submission: { kind: "key", key: matchKey("é".repeat(128)), message: message("x".repeat(1_024)) } },
  { kind: "result", ...about, computation: name("z".repeat(limits.nameBytesMax)) },
  { kind: "result", ...about, known: head },
  { kind: "matches", after: 12, page: 3 },
  { kind: "delete", requestId: id(3), ...about },
  { kind: "delete", requestId: id(3), ...about, known: head },
  { kind: "witness", ...about, signature },
  { kind: "witness", ...about, signature, known: head },
  { ...creation, type: "key", keysMax: 100_000, matches: "counted" },
  { kind: "submitMany", ...bulk, submissions: packed("KEYABC", ["é", ""], ["KEYXYZ", "hi"]) },
  { kind: "submitMany", ...bulk, submissions: packed("KEYABC"), known: head, signed: true },
  { kind: "retire", ...bulk, keys: packed("KEYABC", "é") },
  { kind: "matchCount", ...about },
]

const responses: readonly Response[] = [
  ...reasons.map((reason) => ({ kind: "refused", reason, parameter: 2 }) as const),
  { kind: "described", descriptor: expiring },
  { kind: "listed", descriptors: [], next: 0, more: false },
  { kind: "listed", descriptors: [plain, expiring], next: 9, more: true },
  { kind: "created", terms },
  { kind: "submitted", terms, quorumReached: false, receipt: head },
  { kind: "submitted", terms, quorumReached: true, receipt: head },
  { kind: "result", result: average },
  { kind: "result", result: tie },
  { kind: "awaiting", frozen, witnesses: [] },
  { kind: "awaiting", frozen, witnesses: [BOB] },
  { kind: "matches", matches: packMatches([]), next: 0, more: true },
  { kind: "matches", matches: packMatches(matches), next: 7, more: false },
  { kind: "submittedMany", terms, reached: 2, receipt: head },
  { kind: "retired", terms, keys: 1, receipt: head },
  { kind: "matchCount", terms, keys: 3 },
  { kind: "deleted", terms },
]

const replies: readonly Reply[] = [
  { head: undefined, signature: undefined, response: { kind: "refused", reason: "NOT_A_PARTICIPANT", parameter: 0 } },
  { head, signature: undefined, response: { kind: "created", terms } },
  { head, signature, response: { kind: "submitted", terms, quorumReached: false, receipt: head } },
]

/** By the name of their file. */
export async function protocolVectors(): Promise<Readonly<Record<string, Vectors>>> {
  return {
    requests: {
      about: "Requests, and their encoding as the content of a mail. Absent fields are optional ones left out.",
      cases: requests.map((request) => ({ request, encoded: encode(requestCodec, request) })),
    },
    responses: {
      about: "Responses, as they stand in the content of a reply.",
      cases: responses.map((response) => ({ response, encoded: encode(responseCodec, response) })),
    },
    replies: {
      about: "Contents of replies: a head, a signature and a response.",
      cases: replies.map((reply) => ({ reply, encoded: encode(replyCodec, reply) })),
    },
    statements: {
      about: "What is signed: by a witness the frozen inputs; by the enclave a result, and a place in a history.",
      cases: [
        { kind: "frozen", frozen, signed: frozenSigned(frozen) },
        ...[average, tie].map((result) => ({ kind: "result", result, signed: resultSigned(result) })),
        { kind: "checkpoint", checkpoint, signed: checkpointSigned(checkpoint) },
      ],
    },
    refused: { about: "Contents of a mail that are no request, with the code of the DecodeError.", cases: refused() },
    descriptors: {
      about: "Descriptors; the digest, called terms, is a SHA-256 over the label and the encoding.",
      cases: [
        plain,
        expiring,
        { ...plain, release: all },
        { ...plain, release: witnessed(3) },
        { ...expiring, keysMax: 100_000 },
        { ...expiring, matches: "counted" as const },
      ].map(descriptorCase),
    },
    evidence: {
      about: "Statements and evidence of every platform: the form of its quote, with nothing in it that verifies.",
      cases: evidence(),
    },
    session: {
      about:
        "One session: the hello, sealed with HPKE by @hpke/core under the randomness of the X-Wing draft's first " +
        "vector, and then the welcome, mail and reply. Frames are of 2048 bytes.",
      cases: [await sessionVector()],
    },
  }
}

/** As it stands in a file. */
export function written(vectors: Vectors): string {
  return `${JSON.stringify(vectors, bytesAsDigits, 2)}\n`
}

/** For JSON.stringify: bytes as hexadecimal digits. */
export function bytesAsDigits(_key: string, value: unknown): unknown {
  if (value instanceof PackedKeys) return [...value]
  if (value instanceof PackedMatches) return numbered(value)
  return value instanceof Uint8Array ? value.toHex() : value
}

/** Matches with their participants as numbers. */
function numbered(packed: PackedMatches): object[] {
  const cursor = new MatchCursor(packed)
  const all: object[] = []
  while (cursor.next()) {
    const { computation, party, position, keyStart, keyEnd, hasMessage, messageStart, messageEnd } = cursor
    const key = textIn(packed.bytes, keyStart, keyEnd)
    const beside = hasMessage ? { message: textIn(packed.bytes, messageStart, messageEnd) } : {}
    all.push({ computation, party, position, key, ...beside })
  }
  return all
}

function descriptorCase(descriptor: Descriptor): object {
  const hashed = descriptorHashed(descriptor)
  return { descriptor, encoded: encode(descriptorCodec, descriptor), hashed, digest: sha256(hashed) }
}

function evidence(): object[] {
  const [kem] = xwing.vectors
  const mailKey = Uint8Array.fromHex(kem?.pk ?? "")
  return quotes.map((quote) => {
    const platform = quote.kind
    const anchor = platform === "mock" ? "none" : "tpm"
    const statement = { version: 1, platform, identity: ALICE, mailKey, life: checkpoint.life, anchor } as const
    const encodedStatement = encode(statementCodec, statement)
    const endorsements = endorsementsOf[platform]
    const encoded = encode(evidenceCodec, { statement: encodedStatement, quote, endorsements })
    const about = { statement, encodedStatement, quote, endorsements, encoded }
    return quote.kind === "simulation" ? { ...about, reportSigned: reportSigned(quote.report) } : about
  })
}

/** Each differs from a good request in one respect. */
function refused(): object[] {
  const good = encode(requestCodec, { ...submission, submission: number("1") }).toHex()
  const keyed = encode(requestCodec, { ...submission, submission: key("K") }).toHex()
  const created = encode(requestCodec, creation).toHex()
  const witness = encode(requestCodec, { kind: "witness", ...about, signature }).toHex()
  const digits = (written: string): string => {
    const raw = new TextEncoder().encode(written)
    // Behind the number stand the revision, the known head, absent, and whether the receipt shall be signed.
    return `${good.slice(0, -24)}${raw.length.toString(16).padStart(2, "0")}${raw.toHex()}${"00".repeat(10)}`
  }
  return [
    { what: "nothing", code: "TRUNCATED", encoded: "" },
    { what: "an unknown kind", code: "UNKNOWN_VARIANT", encoded: `0b${good.slice(2)}` },
    { what: "the last byte missing", code: "TRUNCATED", encoded: good.slice(0, -2) },
    { what: "a byte left over", code: "LEFTOVER_BYTES", encoded: `${good}00` },
    { what: "an empty name", code: "LENGTH_OUT_OF_RANGE", encoded: "0000" },
    { what: "a name of 65 letters", code: "LENGTH_OUT_OF_RANGE", encoded: `0041${"41".repeat(65)}` },
    { what: "a space in a name", code: "NAME_SYNTAX", encoded: "0003412042" },
    { what: "a count of 2^53", code: "NUMBER_OUT_OF_RANGE", encoded: "010020000000000000" },
    ...["+5", "1e3", "٣", " 1", "1.", ".5", "--1", "1".repeat(31), `0.${"1".repeat(13)}`].map((each) => ({
      what: `the number ${each}`,
      code: "DECIMAL_SYNTAX",
      encoded: digits(each),
    })),
    {
      what: "a number longer than any",
      code: "LENGTH_OUT_OF_RANGE",
      encoded: digits("1".repeat(DECIMAL_BYTES_MAX + 1)),
    },
    {
      what: "a key in normalization form D",
      code: "KEY_SYNTAX",
      encoded: keyed.replace(/014b(00){11}$/, `0365cc81${"00".repeat(11)}`),
    },
    {
      what: "a key that is not UTF-8",
      code: "NOT_UTF8",
      encoded: keyed.replace(/4b(00){11}$/, `ff${"00".repeat(11)}`),
    },
    { what: "a presence of 2", code: "UNKNOWN_VARIANT", encoded: keyed.replace(/00(00){10}$/, `02${"00".repeat(10)}`) },
    { what: "a known head's presence of 2", code: "UNKNOWN_VARIANT", encoded: keyed.replace(/0000$/, "0200") },
    { what: "a flag of 2", code: "UNKNOWN_VARIANT", encoded: keyed.replace(/00$/, "02") },
    {
      what: "an unknown release",
      code: "UNKNOWN_VARIANT",
      encoded: created.replace("036176670000000300", "036176670000000303"),
    },
    ...bulkRefused(),
    { what: "a witness's signature cut short", code: "TRUNCATED", encoded: witness.slice(0, -4) },
  ]
}

/** Each differs from good keys in bulk in one respect. */
function bulkRefused(): object[] {
  const good = encode(requestCodec, { kind: "submitMany", ...bulk, submissions: packed("K") }).toHex()
  const retirement = encode(requestCodec, { kind: "retire", ...bulk, keys: packed("K") }).toHex()
  // The one key, with its length and without a message, behind the length of all.
  const withKeys = (digits: string): string =>
    good.replace(/00000400014b00(0000)$/, `${(digits.length / 2).toString(16).padStart(6, "0")}${digits}$1`)
  return [
    { what: "no keys in bulk", code: "LENGTH_OUT_OF_RANGE", encoded: withKeys("") },
    { what: "an empty key in bulk", code: "LENGTH_OUT_OF_RANGE", encoded: withKeys("00014b00000000") },
    { what: "a key in bulk that is cut short", code: "TRUNCATED", encoded: withKeys("00024b00") },
    { what: "a key in bulk of 257 bytes", code: "LENGTH_OUT_OF_RANGE", encoded: withKeys(`0101${"4b".repeat(257)}00`) },
    { what: "a key in bulk in normalization form D", code: "KEY_SYNTAX", encoded: withKeys("000365cc8100") },
    { what: "a key in bulk that is not UTF-8", code: "NOT_UTF8", encoded: withKeys("0001ff00") },
    { what: "a message's presence of 2 in bulk", code: "UNKNOWN_VARIANT", encoded: withKeys("00014b02") },
    { what: "a message in bulk that is not UTF-8", code: "NOT_UTF8", encoded: withKeys("00014b010001ff") },
    {
      what: "a message beside a key to retire",
      code: "UNKNOWN_VARIANT",
      encoded: retirement.replace(/00000400014b00(0000)$/, "00000700014b0100014b$1"),
    },
  ]
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest())
}
