/*
 * Numbers in docs/wire-format.md are those of the code: whoever writes a client from the page writes the same protocol.
 */
import {
  BATCH_BYTES_MAX,
  codeOfReason,
  encode,
  ENCAPSULATED_BYTES,
  frameSizes,
  FRAME_BYTES_MAX,
  hpkeSuite,
  limits,
  MAIL_KEY_BYTES,
  RECORD_BYTES_MAX,
  responseCodec,
  SALT_BYTES,
  SESSION_ID_BYTES,
  type Reason,
} from "@event-manager/protocol"
import assert from "node:assert/strict"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { computationTypeCodec, computationTypes } from "../../trusted/protocol/src/descriptor.ts"
import { STATEMENT_BYTES_MAX } from "../../trusted/protocol/src/quote.ts"
import { root } from "./blocks.ts"

const page = readFileSync(join(root, "docs/wire-format.md"), "utf8")
const sources = globSync("{trusted/protocol,user/client}/src/**/*.ts", { cwd: root })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join(root, path), "utf8"))
  .join("\n")

/** What one group of a pattern finds, sorted, each once. */
function found(text: string, pattern: RegExp, say: (match: readonly string[]) => string): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => say(match)))].toSorted()
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

test("Every tag of a select", () => {
  const written = found(page, /case (\d+) \(([\w-]+)\)/g, ([, tag = "", name = ""]) => `${name} ${tag}`)
  const coded = found(sources, /"?([\w-]+)"?: \{\s*tag: (\d+)/g, ([, name = "", tag = ""]) => `${snake(name)} ${tag}`)
  assert.ok(coded.length > 40)
  assert.deepEqual(written, coded)
})

test("Every number of an enum", () => {
  const enums = found(page, /enum \{ ([^}]+) \}/g, ([, values = ""]) => values)
  const coded = found(sources.replaceAll(/\/\*\*.*?\*\//g, ""), /enumeration\(\{([^}]+)\}/g, ([, values = ""]) =>
    [...values.matchAll(/"?([\w-]+)"?: (\d+)/g)].map(([, name = "", value = ""]) => `${name}(${value})`).join(", "),
  ).filter((each) => !each.includes("QUORUM_ZERO"))
  const types = computationTypes.map((type) => [type, encode(computationTypeCodec, type)[0] ?? 0] as const)
  const numbered = [...types, ["key_with_terms", 4] as const].toSorted(([, one], [, other]) => one - other)
  const known = [...coded, numbered.map(([type, value]) => `${type}(${value})`).join(", ")]
  assert.deepEqual(enums, known.toSorted())
})

test("Every reason to refuse, its number and its code", () => {
  const rows = page.split("\n").filter((line) => /^\| \d+ [A-Z_]+/.test(line))
  const written = rows.flatMap((row) => {
    const [, reasons = "", code = ""] = row.split("|").map((cell) => cell.trim())
    return reasons.split(", ").map((reason) => `${reason} ${code}`)
  })
  const numberOf = (reason: Reason): number =>
    encode(responseCodec, { kind: "refused", reason, parameter: 0 })[1] ?? assert.fail("a refusal has two bytes")
  const coded = Object.entries(codeOfReason).map(([reason, code]) => `${numberOf(reason as Reason)} ${reason} ${code}`)
  assert.deepEqual(written.toSorted(), coded.toSorted())
})

test("Every label of what is hashed, signed or derived", () => {
  const written = found(page, /event-manager\/1 ([a-z ]+)/g, ([, label = ""]) => label)
  const coded = found(sources, /(?:event-manager\/1 |labelled\(")([a-z ]+)/g, ([, label = ""]) => label)
  assert.deepEqual(written, coded)
})

test("Sizes and limits", () => {
  const { participantsMax, nameBytesMax, keyBytesMax, messageBytesMax, sequenceWindow, listedMax } = limits
  const [whole, fraction] = [limits.decimalWholeDigitsMax, limits.decimalFractionDigitsMax]
  const number = (value: number): string => value.toLocaleString("en")
  const said = [
    `exactly ${frameSizes.slice(0, -1).map(number).join(", ")} or ${number(FRAME_BYTES_MAX)} bytes`,
    `opaque mail_key[${MAIL_KEY_BYTES}];`,
    `opaque encapsulated[${ENCAPSULATED_BYTES}];`,
    `opaque salt[${SALT_BYTES}];`,
    `opaque session[${SESSION_ID_BYTES}]; count sequence;`,
    `opaque statement<1..${STATEMENT_BYTES_MAX}>;`,
    `is 1 to ${nameBytesMax} of ASCII letters`,
    `is 1 to ${keyBytesMax} bytes`,
    `at most ${number(messageBytesMax)} bytes of UTF-8`,
    `-?[0-9]{1,${whole}}(\\.[0-9]{1,${fraction}})?`,
    `lies ${number(sequenceWindow)} or more behind`,
    `PartyKey participants<0..${participantsMax * 32}>; optional<count> expires_at;`,
    `PartyKey participants<64..${participantsMax * 32}>;`,
    `Descriptor descriptors<0..${listedMax} items>;`,
    `receipts<1..${participantsMax} items>;`,
    `KeySubmission submissions<4..${BATCH_BYTES_MAX}>;`,
    `b <= F - ${FRAME_BYTES_MAX - BATCH_BYTES_MAX}`,
    `record<0..${RECORD_BYTES_MAX}>;`,
    `MLKEM768-X25519 (0x${hpkeSuite.KEM.id.toString(16)})`,
    `HKDF-SHA256 (0x${hpkeSuite.KDF.id.toString(16).padStart(4, "0")})`,
    `AES-256-GCM (0x${hpkeSuite.AEAD.id.toString(16).padStart(4, "0")})`,
  ]
  assert.deepEqual(
    said.filter((each) => !page.replaceAll(/\s+/g, " ").includes(each)),
    [],
  )
})
