import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { testDcap, type MadeDcap, type TestDcap } from "../../../../../testing/tee/dcap.ts"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { readSgxQuote } from "../sgx.ts"
import { readTdxQuote, verifyTdx } from "../tdx.ts"
import { readCertificate } from "../x509/certificate.ts"
import { readCollateral } from "./collateral.ts"
import { readQeIdentity } from "./qeIdentity.ts"
import { readTcbInfo } from "./tcbInfo.ts"

const NOW = Date.UTC(2026, 10, 24) / 1_000
let tee: TestDcap
let td: MadeDcap
let enclave: MadeDcap

before(async () => {
  tee = await testDcap()
  td = await tee.evidence({ kind: "td5-1.5" })
  enclave = await tee.evidence({ kind: "sgx3" })
})

/** A few bytes set, something cut out, and something put in, each anywhere. */
const edits = fc.record({
  set: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  cut: fc.tuple(fc.nat(), fc.nat(40)),
  put: fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 12 })),
})
type Edits = typeof edits extends fc.Arbitrary<infer T> ? T : never

function edited(bytes: Bytes, { set, cut, put }: Edits): Bytes {
  const changed = bytes.slice()
  for (const [at, value] of set) changed[at % changed.length] = value
  const [from, to] = [cut[0] % changed.length, put[0] % changed.length]
  const shorter = [...changed.subarray(0, from), ...changed.subarray(from + cut[1])]
  return Uint8Array.from([...shorter.slice(0, to), ...put[1], ...shorter.slice(to)])
}

/** Whether it is refused, as only an AttestationError does. */
async function isRefused(what: () => unknown): Promise<boolean> {
  try {
    await what()
    return false
  } catch (error) {
    assert.ok(error instanceof AttestationError, String(error))
    return true
  }
}

test("whatever the bytes of a quote, it is read or refused", async (t) => {
  await fc.assert(
    fc.asyncProperty(edits, fc.boolean(), async (changes, isTd) => {
      const bytes = edited((isTd ? td : enclave).quote, changes)
      await isRefused(() => readTdxQuote(bytes))
      await isRefused(() => readSgxQuote(bytes))
    }),
    fuzz(t, 2_000),
  )
})

test("whatever the bytes of collateral, it is read or refused, and proves nothing else", async (t) => {
  const roots = [readCertificate(tee.root.certificate)] as const
  const good = await verifyTdx(td, roots, NOW)
  let read = 0
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const collateral = edited(td.collateral, changes)
      if (await isRefused(() => readCollateral(collateral))) return
      read++
      await isRefused(async () => assert.deepEqual(await verifyTdx({ ...td, collateral }, roots, NOW), good))
    }),
    fuzz(t, 2_000),
  )
  t.diagnostic(`${read} could be read`)
})

test("whatever JSON Intel might sign, it is read or refused", async (t) => {
  const { tcb_info: info = "", qe_identity: identity = "" } = JSON.parse(
    new TextDecoder().decode(td.collateral),
  ) as Record<string, string>
  const values = fc.array(fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 2 })), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(values, async (changes) => {
      for (const [text, readText] of [
        [info, readTcbInfo],
        [identity, readQeIdentity],
      ] as const) {
        const changed = changes.reduce((json, [at, value]) => replaced(json, at, value), JSON.parse(text) as unknown)
        await isRefused(() => readText(JSON.stringify(changed)))
      }
    }),
    fuzz(t, 2_000),
  )
})

/** A JSON value with one of the values in it, at any depth, replaced. */
function replaced(json: unknown, at: number, value: unknown): unknown {
  if (typeof json !== "object" || json === null || Object.keys(json).length === 0 || at % 7 === 0) return value
  const keys = Object.keys(json)
  const chosen = keys[at % keys.length] ?? ""
  const inside = replaced(Reflect.get(json, chosen), Math.floor(at / keys.length) + 1, value)
  if (Array.isArray(json)) return json.map((item: unknown, i) => (String(i) === chosen ? inside : item))
  return { ...json, [chosen]: inside }
}
