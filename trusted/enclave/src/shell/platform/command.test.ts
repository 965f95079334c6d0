import { strict as assert } from "node:assert"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { runHelper } from "../helper.ts"
import { commandQuote } from "./command.ts"
import { hardwareNames } from "./hardware.ts"

const folder = mkdtempSync(join(tmpdir(), "event-enclave-test-"))
after(() => rmSync(folder, { recursive: true }))

const reportData = Uint8Array.from({ length: 64 }, (_, i) => i)
const zeros = (count: number): string => `head -c ${count} /dev/zero`

test("A helper is told what to vouch for, and what it prints is the quote of the platform's kind", async () => {
  const told = join(folder, "told")
  for (const name of hardwareNames) {
    const quote = await commandQuote(name, `cat > ${told}; ${zeros(1_184)}`, reportData)
    assert.equal(readFileSync(told, "latin1"), `${reportData.toHex()}\n`)
    const { kind, ...parts } = quote
    assert.equal(kind, name)
    assert.deepEqual(Object.values(parts)[0], new Uint8Array(1_184))
  }
})

test("A helper that does not read what it is told is no failure", async () => {
  assert.deepEqual(await commandQuote("nitro", "printf x", reportData), {
    kind: "nitro",
    document: new Uint8Array([0x78]),
  })
})

const failing: Readonly<Record<string, { command: string; says: RegExp }>> = {
  "a failing one": { command: "printf SECRET; echo SECRET >&2; exit 3", says: /exit status 3/ },
  "a missing one": { command: "./no-such-helper", says: /exit status 127/ },
  "a silent one": { command: "true", says: /printed 0 bytes/ },
  "one that prints more than evidence carries": { command: zeros(16_385), says: /printed too much/ },
  "one that never stops printing": { command: "yes SECRET", says: /printed too much/ },
  "one that is killed": { command: "kill -9 $$", says: /a signal ended it/ },
}
for (const [what, { command, says }] of Object.entries(failing)) {
  test(`Evidence from a helper is refused, without a word of what it said: ${what}`, async () => {
    await assert.rejects(commandQuote("sgx", command, reportData), (error) => {
      assert.ok(error instanceof Error && "code" in error)
      assert.match(error.message, says)
      assert.doesNotMatch(error.message, /SECRET|\n/)
      return error.name === "PlatformError" && error.code === "EVIDENCE_COMMAND"
    })
  })
}

test("A SEV-SNP report has one length", async () => {
  for (const length of [1_183, 1_185]) {
    await assert.rejects(commandQuote("sev-snp", zeros(length), reportData), { code: "EVIDENCE_COMMAND" })
  }
  assert.equal((await commandQuote("sev-snp", zeros(1_184), reportData)).kind, "sev-snp")
})

test("A helper that takes too long is killed", async () => {
  assert.deepEqual(await runHelper("cat > /dev/null; exec tail -f /dev/null", "", 10, 50), { why: "it took too long" })
})
