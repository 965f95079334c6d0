import fc from "fast-check"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { joined } from "../../../../../testing/tee/bytes.ts"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { readEventLog, replayEventLog, requireEventLog } from "./eventLog.ts"

const SHA1 = 0x04
const SHA256 = 0x0b
const SHA384 = 0x0c
const sizes: Readonly<Record<number, number>> = { [SHA1]: 20, [SHA256]: 32, [SHA384]: 48 }
const EV_NO_ACTION = 3
const EV_SEPARATOR = 4
const EV_IPL = 0x0d
const utf8 = new TextEncoder()

function uint16(value: number): Bytes {
  return Uint8Array.of(value & 0xff, value >> 8)
}

function uint32(value: number): Bytes {
  return joined([uint16(value & 0xffff), uint16(value >>> 16)])
}

function specId(
  algorithms: readonly number[] = [SHA384],
  signature = "Spec ID Event03\0",
  vendor: Bytes = new Uint8Array(0),
): Bytes {
  const listed = algorithms.map((algorithm) => joined([uint16(algorithm), uint16(sizes[algorithm] ?? 32)]))
  const event = joined([
    utf8.encode(signature),
    Uint8Array.of(0, 0, 0, 0, 0, 2, 0, 2),
    uint32(algorithms.length),
    ...listed,
    Uint8Array.of(vendor.length),
    vendor,
  ])
  return joined([uint32(1), uint32(EV_NO_ACTION), new Uint8Array(20), uint32(event.length), event])
}

interface Written {
  readonly register: number
  readonly type?: number
  readonly data?: string
  readonly algorithms?: readonly number[]
}

const hash = (data: string): Bytes => new Uint8Array(createHash("sha384").update(data).digest())

function event({ register, type = EV_IPL, data = "", algorithms = [SHA384] }: Written): Bytes {
  const digests = algorithms.map((algorithm) =>
    joined([uint16(algorithm), algorithm === SHA384 ? hash(data) : new Uint8Array(sizes[algorithm] ?? 32)]),
  )
  const written = utf8.encode(data)
  return joined([uint32(register), uint32(type), uint32(digests.length), ...digests, uint32(written.length), written])
}

/** A register at zero, extended with the digests of these data. */
function extended(...data: readonly string[]): string {
  let register: Uint8Array = new Uint8Array(48)
  for (const each of data) register = createHash("sha384").update(register).update(hash(each)).digest()
  return new Uint8Array(register).toHex()
}

const events = [
  event({ register: 1, data: "one" }),
  event({ register: 3, data: "kernel_cmdline: quiet" }),
  event({ register: 1, type: EV_SEPARATOR, data: "two" }),
  event({ register: 2, type: EV_NO_ACTION, data: "said, and not measured" }),
  event({ register: 0, data: "measured otherwise" }),
  event({ register: 4, type: 0x8000_0001, data: "S\0e\0c\0u\0r\0e\0\u0001" }),
]
const registers = {
  rtMr0: extended("one", "two"),
  rtMr1: extended(),
  rtMr2: extended("kernel_cmdline: quiet"),
  rtMr3: extended("S\0e\0c\0u\0r\0e\0\u0001"),
}
const log = joined([specId(), ...events])

function malformed(bytes: Bytes): void {
  assert.throws(() => readEventLog(bytes), { name: "AttestationError", code: "EVIDENCE_MALFORMED" })
}

describe("a log that is as it should be", () => {
  test("comes to the registers, and says what was measured", async () => {
    const found = await requireEventLog(log, registers)
    assert.deepEqual(await replayEventLog(found), registers)
    const shown = found.map(({ register, type, text, extends: isExtended }) => [register, type, text, isExtended])
    assert.deepEqual(shown, [
      ["RTMR0", "EV_IPL", "one", true],
      ["RTMR2", "EV_IPL", "kernel_cmdline: quiet", true],
      ["RTMR0", "EV_SEPARATOR", "two", true],
      ["RTMR1", "EV_NO_ACTION", "said, and not measured", false],
      ["MRTD", "EV_IPL", "measured otherwise", true],
      ["RTMR3", "EV_EFI_VARIABLE_DRIVER_CONFIG", "Secure.", true],
    ])
    assert.equal(found[0]?.digest, hash("one").toHex())
  })

  test("may have other digests beside SHA-384, a vendor's data, an unknown type, and padding", async () => {
    const algorithms = [SHA1, SHA384, SHA256]
    const bytes = joined([
      specId(algorithms, undefined, utf8.encode("vendor")),
      event({ register: 1, data: "one", algorithms }),
      event({ register: 1, type: 0x1234, data: "two", algorithms: [SHA384] }),
    ])
    for (const padding of [
      [],
      [0xff],
      Array.from({ length: 999 }, () => 0xff),
      [0],
      Array.from({ length: 99 }, () => 0),
    ]) {
      const found = readEventLog(joined([bytes, Uint8Array.from(padding)]))
      assert.deepEqual([found.length, found[1]?.type], [2, "0x00001234"])
      assert.equal((await replayEventLog(found)).rtMr0, registers.rtMr0)
    }
  })

  test("is shown shortened", () => {
    const [long] = readEventLog(joined([specId(), event({ register: 1, data: "x".repeat(5_000) })]))
    assert.equal(long?.text, "x".repeat(80))
  })
})

describe("each code has a log that differs from a good one in one respect", () => {
  test("EVENT_LOG_MISMATCH: an event more, less, changed, elsewhere, or in another order", async () => {
    const wrong = (...changed: readonly Bytes[]): Promise<void> =>
      assert.rejects(requireEventLog(joined([specId(), ...changed]), registers), { code: "EVENT_LOG_MISMATCH" })
    const [one, two, three, four, five, six] = events
    assert.ok(one && two && three && four && five && six)
    await wrong(...events, one)
    await wrong(two, three, four, five, six)
    await wrong(event({ register: 1, data: "uno" }), two, three, four, five, six)
    await wrong(event({ register: 2, data: "one" }), two, three, four, five, six)
    await wrong(three, two, one, four, five, six)
    await wrong(event({ register: 1, data: "one", type: EV_NO_ACTION }), two, three, four, five, six)
    await wrong()
    // Neither what was only said nor what went into MRTD is in these registers.
    await requireEventLog(joined([specId(), two, six, one, three]), registers)
  })

  test("EVIDENCE_MALFORMED: cut anywhere but between events", () => {
    const [first = new Uint8Array(0)] = events
    const bytes = joined([specId(), first, event({ register: 4, data: "last" })])
    const whole = new Set([specId().length, specId().length + first.length])
    for (let length = 0; length < bytes.length; length++) if (!whole.has(length)) malformed(bytes.slice(0, length))
  })

  test("EVIDENCE_MALFORMED: no first event of the format, or without SHA-384", () => {
    malformed(new Uint8Array(0))
    malformed(new Uint8Array(64).fill(0xff))
    malformed(joined([specId([SHA384], "Spec ID Event02\0")]))
    malformed(specId().with(4, EV_SEPARATOR))
    malformed(specId([]))
    malformed(specId([SHA256]))
    malformed(specId(Array.from({ length: 9 }, () => SHA384)))
    malformed(joined([specId().with(28, 34), Uint8Array.of(0)]))
  })

  test("EVIDENCE_MALFORMED: registers and digests that are not there, lengths that lie, too much of it", () => {
    malformed(joined([log, event({ register: 5 })]))
    malformed(joined([log, event({ register: 1, algorithms: [] })]))
    malformed(joined([log, event({ register: 1, algorithms: [SHA384, SHA384] })]))
    malformed(joined([log, event({ register: 1, algorithms: [SHA256] })]))
    malformed(joined([specId([SHA256, SHA384]), event({ register: 1, algorithms: [SHA256] })]))
    for (const place of [8, 12, 62, 65]) {
      const changed = event({ register: 1, data: "one" })
      malformed(joined([specId(), changed.with(place, (changed[place] ?? 0) + 1)]))
    }
    malformed(joined([log, Uint8Array.of(0xff, 0xff, 0)]))
    malformed(joined([log, Uint8Array.of(0, 0, 0, 0, 0, 1)]))
    malformed(joined([log, new Uint8Array(1_048_577).fill(0xff)]))
  })

  test("whatever the bytes, they are read or refused", (t) => {
    const changed = fc.array(fc.tuple(fc.nat(log.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(changed, (changes) => {
        const bytes = log.slice()
        for (const [place, value] of changes) bytes[place] = value
        try {
          assert.ok(readEventLog(bytes).length <= events.length + 1)
        } catch (error) {
          assert.ok(error instanceof AttestationError, String(error))
        }
      }),
      fuzz(t, 2_000),
    )
  })
})
