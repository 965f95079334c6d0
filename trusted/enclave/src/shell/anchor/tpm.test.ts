import assert from "node:assert/strict"
import { suite, test } from "node:test"
import { extended, type Anchor } from "./anchor.ts"
import { defineCommand, openTpmAnchor } from "./tpm.ts"
import type { Transport } from "./transport.ts"

const INDEX = 0x1500016
const PUBLIC = publicArea({})
const EXTENDED = "80020000001300000000000000000000010000"
const HASH = new Uint8Array(32).fill(7)

function publicArea({
  index = "01500016",
  hash = "000b",
  attributes = "02040044",
  policy = "",
  size = "0020",
}): string {
  const area = index + hash + attributes + (policy.length / 2).toString(16).padStart(4, "0") + policy + size
  const body = (area.length / 2).toString(16).padStart(4, "0") + area + "0022" + "00".repeat(34)
  return "8001" + (body.length / 2 + 10).toString(16).padStart(8, "0") + "00000000" + body
}

function register(hex: string): string {
  return `80020000003500000000000000220020${hex}0000010000`
}

function refusal(code: number): string {
  return "80010000000a" + code.toString(16).padStart(8, "0")
}

/** A TPM that gives these answers, whatever it is asked, and remembers the command codes and the pauses in between. */
function scripted(...answers: readonly (string | Error)[]) {
  const left = [...answers]
  const log: string[] = []
  const transport: Transport = async (command) => {
    log.push(Buffer.from(command).readUInt32BE(6).toString(16))
    const answer = left.shift()
    assert(answer !== undefined, "one command too many")
    if (answer instanceof Error) throw answer
    return Uint8Array.fromHex(answer)
  }
  const pause = async (durationMs: number) => log.push(`${durationMs} ms`)
  return { log, open: (): Promise<Anchor> => openTpmAnchor(INDEX, transport, pause) }
}

suite("an index is taken as an anchor", () => {
  for (const [name, area] of [
    ["where it is as the documented command makes it", publicArea({})],
    ["where it was extended before", publicArea({ attributes: "22040044" })],
    [
      "where the platform made it, and only its policy lets anyone delete it",
      publicArea({ attributes: "62040444", policy: "11".repeat(32) }),
    ],
  ] as const) {
    test(name, async () => assert.equal((await scripted(area).open()).name, "tpm"))
  }

  for (const [name, area] of [
    ["another index", publicArea({ index: "01500017" })],
    ["SHA-1", publicArea({ hash: "0004" })],
    ["SHA-384", publicArea({ hash: "000c" })],
    ["an ordinary index", publicArea({ attributes: "02040004" })],
    ["a counter", publicArea({ attributes: "02040014" })],
    ["a bit field", publicArea({ attributes: "02040024" })],
    ["no NO_DA", publicArea({ attributes: "00040044" })],
    ["no AUTHREAD", publicArea({ attributes: "02000044" })],
    ["no AUTHWRITE", publicArea({ attributes: "02040040" })],
    ["OWNERWRITE", publicArea({ attributes: "02040046" })],
    ["POLICYWRITE", publicArea({ attributes: "0204004c" })],
    ["ORDERLY: lost at a power failure", publicArea({ attributes: "06040044" })],
    ["CLEAR_STCLEAR: lost at a restart", publicArea({ attributes: "0a040044" })],
    ["READ_STCLEAR", publicArea({ attributes: "82040044" })],
    ["WRITELOCKED", publicArea({ attributes: "02040844" })],
    ["31 bytes", publicArea({ size: "001f" })],
    ["8 bytes", publicArea({ size: "0008" })],
  ] as const) {
    test(`but not with ${name}`, async () => {
      await assert.rejects(scripted(area).open(), {
        name: "AnchorError",
        code: "INDEX_UNSUITABLE",
      })
    })
  }

  test("but not where there is none, and the command that defines it is in the message", async () => {
    await assert.rejects(scripted(refusal(0x18b)).open(), (error: Error & { code: string }) => {
      return error.code === "INDEX_UNDEFINED" && error.message.endsWith(defineCommand(INDEX))
    })
  })
})

suite("an open anchor", () => {
  test("reads the register, and zeros where it was never extended", async () => {
    const tpm = scripted(PUBLIC, refusal(0x14a), register("ab".repeat(32)))
    const anchor = await tpm.open()
    assert.deepEqual(await anchor.read(), new Uint8Array(32))
    assert.deepEqual(await anchor.read(), new Uint8Array(32).fill(0xab))
    assert.deepEqual(tpm.log, ["169", "14e", "14e"])
  })

  test("never takes an uninitialized index for a successful extend", async () => {
    const anchor = await scripted(PUBLIC, refusal(0x14a)).open()
    await assert.rejects(anchor.extend(HASH), {
      code: "TPM_REFUSED",
      message: /tpm2_rc_decode 0x14a/,
    })
  })

  test("says so where the index is gone, or the TPM refuses", async () => {
    const anchor = await scripted(PUBLIC, refusal(0x18b), refusal(0x18b), refusal(0x100), refusal(0x921)).open()
    await assert.rejects(anchor.read(), { code: "INDEX_UNDEFINED" })
    await assert.rejects(anchor.extend(HASH), { code: "INDEX_UNDEFINED" })
    await assert.rejects(anchor.read(), { code: "TPM_REFUSED" })
    await assert.rejects(anchor.extend(HASH), { code: "TPM_REFUSED" })
  })

  test("sends again what the TPM did not begin, waiting longer each time", async () => {
    const tpm = scripted(PUBLIC, refusal(0x922), refusal(0x90a), refusal(0x920), EXTENDED)
    await (await tpm.open()).extend(HASH)
    assert.deepEqual(tpm.log, ["169", "136", "20 ms", "136", "40 ms", "136", "80 ms", "136"])
  })

  test("gives up after ten times", async () => {
    const tpm = scripted(PUBLIC, ...Array.from({ length: 10 }, () => refusal(0x922)))
    await assert.rejects((await tpm.open()).extend(HASH), { code: "TPM_BUSY" })
    assert.equal(tpm.log.filter((entry) => entry === "136").length, 10)
  })

  test("never sends again what may have taken effect", async () => {
    for (const lost of [new Error("lost"), "", "8002", refusal(0x101), refusal(0x909)]) {
      const tpm = scripted(PUBLIC, lost)
      const anchor = await tpm.open()
      await assert.rejects(anchor.extend(HASH))
      assert.deepEqual(tpm.log, ["169", "136"])
    }
  })

  test("takes one call at a time, and the next when it is done", async () => {
    const anchor = await scripted(PUBLIC, EXTENDED, new Error("lost"), register("cd".repeat(32))).open()
    const first = anchor.extend(HASH)
    const early = await Promise.allSettled([anchor.extend(HASH), anchor.read()])
    for (const call of early) assert(call.status === "rejected" && call.reason.name === "InvariantError")
    await first
    await assert.rejects(anchor.extend(HASH), { message: "lost" })
    assert.equal((await anchor.read())?.length, 32)
  })

  test("sends nothing for a hash of another length", async () => {
    const tpm = scripted(PUBLIC)
    const anchor = await tpm.open()
    await assert.rejects(anchor.extend(new Uint8Array(31)), { name: "InvariantError" })
    assert.deepEqual(tpm.log, ["169"])
  })

  test("tells, after a lost answer, whether the extend happened", async () => {
    const happened = extended(new Uint8Array(32), HASH)
    for (const [answer, value] of [
      [refusal(0x14a), new Uint8Array(32)],
      [register(happened.toHex()), happened],
    ] as const) {
      const anchor = await scripted(PUBLIC, new Error("lost"), answer).open()
      await assert.rejects(anchor.extend(HASH))
      assert.deepEqual(await anchor.read(), value)
    }
  })
})

test("the documented command is the one in the comment", () => {
  const documented = 'tpm2_nvdefine 0x1500016 -C o -g sha256 -s 32 -a "nt=extend|authread|authwrite|no_da"'
  assert.equal(defineCommand(INDEX), documented)
})
