/*
 * Our own test vectors: what every implementation of the protocol must produce, byte for byte. makeVectors.ts writes
 * them to testing/vectors/protocol; vectors.test.ts asserts that this code still produces them.
 */
import {
  bytesOf,
  DECIMAL_BYTES_MAX,
  decimalText,
  descriptorCodec,
  descriptorHashed,
  digest,
  encode,
  evidenceCodec,
  limits,
  matchKey,
  message,
  name,
  reportSigned,
  requestCodec,
  responseCodec,
  statementCodec,
  type Descriptor,
  type Match,
  type Report,
  type Request,
  type Response,
} from "@event-manager/protocol"
import { createHash } from "node:crypto"
import xwing from "../vectors/hpke/xwing.json" with { type: "json" }
import { reasons } from "./arbitraries.ts"
import { sessionVector } from "./sessionVector.ts"
import { ALICE, BOB, CHARLEY, id, key, number } from "./world.ts"

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
  convenor: ALICE,
  participants: [ALICE, BOB, CHARLEY],
  expiresAt: undefined,
}
const expiring: Descriptor = {
  ...plain,
  name: name("Key.Matcher_2-b"),
  type: "key",
  quorum: 2,
  expiresAt: 1_900_000_000,
}
const match: Match = { computation: name("Keys"), position: 5, party: BOB, key: matchKey("é"), message: undefined }
const report: Report = {
  codeHash: new Uint8Array(32).fill(0xc0),
  productId: 1,
  revocationLevel: 2,
  issuedAt: 1_800_000_000,
  reportData: new Uint8Array(64).fill(0xda),
}

const creation = {
  kind: "create",
  requestId: id(1),
  computation: name("AvgComp"),
  type: "avg",
  quorum: 3,
  participants: [ALICE, BOB],
  expiresAt: undefined,
} as const
const submission = { kind: "submit", requestId: id(2), computation: name("AvgComp"), terms } as const
const requests: readonly Request[] = [
  { kind: "describe", computation: name("A") },
  { kind: "list", after: 0 },
  { kind: "list", after: Number.MAX_SAFE_INTEGER },
  creation,
  { ...creation, type: "médiane", participants: [], quorum: 2 ** 32 - 1, expiresAt: 1_900_000_000 },
  { ...submission, submission: number("-12.50") },
  { ...submission, submission: number(`-${"9".repeat(30)}.${"9".repeat(12)}`) },
  { ...submission, submission: key("KEYABC") },
  { ...submission, submission: key("é", "") },
  { ...submission, submission: { kind: "key", key: matchKey("é".repeat(128)), message: message("x".repeat(1_024)) } },
  { kind: "result", computation: name("z".repeat(limits.nameBytesMax)) },
  { kind: "matches", after: 12, page: 3 },
  { kind: "delete", requestId: id(3), computation: name("AvgComp"), terms },
]

const responses: readonly Response[] = [
  ...reasons.map((reason) => ({ kind: "refused", reason, parameter: 2 }) as const),
  { kind: "described", descriptor: expiring },
  { kind: "listed", descriptors: [], next: 0, more: false },
  { kind: "listed", descriptors: [plain, expiring], next: 9, more: true },
  { kind: "created", terms },
  { kind: "submitted", terms, quorumReached: false },
  { kind: "submitted", terms, quorumReached: true },
  { kind: "result", terms, answer: { kind: "number", value: decimalText("45") } },
  { kind: "result", terms, answer: { kind: "parties", parties: [ALICE, CHARLEY] } },
  { kind: "matches", matches: [], next: 0, more: true },
  { kind: "matches", matches: [match, { ...match, message: message("hi") }], next: 7, more: false },
  { kind: "deleted", terms },
]

/** By the name of their file. */
export async function protocolVectors(): Promise<Readonly<Record<string, Vectors>>> {
  return {
    requests: {
      about: "Requests, and their encoding as the content of a mail. Absent fields are optional ones left out.",
      cases: requests.map((request) => ({ request, encoded: encode(requestCodec, request) })),
    },
    responses: {
      about: "Responses, and their encoding as the content of a reply.",
      cases: responses.map((response) => ({ response, encoded: encode(responseCodec, response) })),
    },
    refused: { about: "Contents of a mail that are no request, with the code of the DecodeError.", cases: refused() },
    descriptors: {
      about: "Descriptors; the digest, called terms, is a SHA-256 over the label and the encoding.",
      cases: [plain, expiring].map(descriptorCase),
    },
    evidence: { about: "Statements, reports and evidence of both platforms.", cases: evidence() },
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
  return value instanceof Uint8Array ? value.toHex() : value
}

function descriptorCase(descriptor: Descriptor): object {
  const hashed = descriptorHashed(descriptor)
  return { descriptor, encoded: encode(descriptorCodec, descriptor), hashed, digest: sha256(hashed) }
}

function evidence(): object[] {
  const [first] = xwing.vectors
  const mailKey = Uint8Array.fromHex(first?.pk ?? "")
  return (["mock", "simulation"] as const).map((platform) => {
    const statement = { version: 1, platform, identity: ALICE, mailKey, life: new Uint8Array(32).fill(0x1f) }
    const encodedStatement = encode(statementCodec, statement)
    const signature = new Uint8Array(64).fill(0x51)
    const signed = { kind: "simulation", report, signer: bytesOf(BOB), signature } as const
    const quote = platform === "mock" ? ({ kind: "mock", report } as const) : signed
    const encoded = encode(evidenceCodec, { statement: encodedStatement, quote })
    return { statement, encodedStatement, quote, encoded, reportSigned: reportSigned(report) }
  })
}

/** Each differs from a good request in one respect. */
function refused(): object[] {
  const good = encode(requestCodec, { ...submission, submission: number("1") }).toHex()
  const keyed = encode(requestCodec, { ...submission, submission: key("K") }).toHex()
  const digits = (written: string): string => {
    const raw = new TextEncoder().encode(written)
    return good.slice(0, -4) + raw.length.toString(16).padStart(2, "0") + raw.toHex()
  }
  return [
    { what: "nothing", code: "TRUNCATED", encoded: "" },
    { what: "an unknown kind", code: "UNKNOWN_VARIANT", encoded: `07${good.slice(2)}` },
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
    { what: "a key in normalization form D", code: "KEY_SYNTAX", encoded: keyed.replace(/014b00$/, "0365cc8100") },
    { what: "a key that is not UTF-8", code: "NOT_UTF8", encoded: keyed.replace(/4b00$/, "ff00") },
    { what: "a presence of 2", code: "UNKNOWN_VARIANT", encoded: keyed.replace(/00$/, "02") },
  ]
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest())
}
