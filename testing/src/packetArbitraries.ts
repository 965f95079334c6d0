/*
 * Arbitrary packets between a host and an enclave that is another process.
 */
import { bytesOf, type ToEnclave, type ToHost } from "@event-manager/protocol"
import fc, { type Arbitrary } from "fast-check"
import {
  bytesArb,
  countArb,
  digestArb,
  flagArb,
  kind,
  opaqueArb,
  optionalArb,
  record,
  textArb,
  uint32Arb,
} from "./arbitraries.ts"

export const simulationArb = record({
  codeHash: digestArb.map(bytesOf),
  signingSeed: bytesArb(32),
  sealingKey: bytesArb(32),
})

const storedArb = record({ index: countArb, record: opaqueArb(0, 300) })
const failedArb = record({ kind: kind("failed"), code: textArb(1, 40), message: textArb(0, 80) })

export const toEnclaveArb: Arbitrary<ToEnclave> = record({
  id: countArb,
  body: fc.oneof(
    record({ kind: kind("start"), simulation: optionalArb(simulationArb) }),
    record({ kind: kind("evidence") }),
    record({ kind: kind("deliver"), frame: opaqueArb(0, 300) }),
    record({ kind: kind("done") }),
    record({ kind: kind("records"), records: fc.array(storedArb, { maxLength: 4 }) }),
    record({ kind: kind("snapshot"), snapshot: optionalArb(record({ upTo: countArb, parts: uint32Arb })) }),
    record({ kind: kind("part"), bytes: opaqueArb(0, 300) }),
    failedArb,
  ),
})

export const toHostArb: Arbitrary<ToHost> = record({
  id: countArb,
  body: fc.oneof(
    record({ kind: kind("started") }),
    record({ kind: kind("evidence"), evidence: opaqueArb(0, 300) }),
    record({ kind: kind("delivered"), reply: opaqueArb(0, 300), changed: flagArb }),
    failedArb,
    storedArb.map((stored) => ({ kind: "append" as const, ...stored })),
    record({ kind: kind("records"), from: countArb }),
    record({ kind: kind("snapshot") }),
    record({ kind: kind("snapshotPart"), part: uint32Arb }),
    record({ kind: kind("putSnapshotPart"), upTo: countArb, part: uint32Arb, bytes: opaqueArb(0, 300) }),
    record({ kind: kind("commitSnapshot"), upTo: countArb, parts: uint32Arb }),
  ),
})
