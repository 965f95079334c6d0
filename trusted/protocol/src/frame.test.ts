import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { toEnclaveArb, toHostArb } from "../../../testing/src/packetArbitraries.ts"
import { DecodeError, InvariantError } from "./errors.ts"
import {
  FRAME_BYTES_MAX,
  packetToEnclave,
  packetToHost,
  PacketReader,
  PAGE_BYTES_MAX,
  readToEnclave,
  readToHost,
  RECORD_BYTES_MAX,
} from "./frame.ts"

/** Cuts bytes at these places, given as shares of the whole. */
function chunks(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map((each) => Math.floor(each * bytes.length)).sort((a, b) => a - b)
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
}

const cutsArb = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })

describe("packets", () => {
  test("questions come out as they went in, however the pipe cuts them", (t) => {
    const property = fc.property(fc.array(toEnclaveArb, { maxLength: 6 }), cutsArb, (questions, cuts) => {
      const whole = Buffer.concat(questions.map(packetToEnclave))
      const reader = new PacketReader()
      const read = chunks(whole, cuts).flatMap((chunk) => reader.push(chunk).map(readToEnclave))
      assert.deepEqual(read, questions)
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("answers too, one byte at a time", (t) => {
    const property = fc.property(fc.array(toHostArb, { maxLength: 4 }), (answers) => {
      const reader = new PacketReader()
      const whole = Buffer.concat(answers.map(packetToHost))
      const read = [...whole].flatMap((byte) => reader.push(new Uint8Array([byte])).map(readToHost))
      assert.deepEqual(read, answers)
    })
    fc.assert(property, fuzz(t, 100))
  })
  test("a packet is given out when its last byte is there and not before", () => {
    const packet = packetToEnclave({ id: 7, body: { kind: "evidence" } })
    const reader = new PacketReader()
    assert.deepEqual(reader.push(packet.subarray(0, packet.length - 1)), [])
    assert.equal(reader.push(packet.subarray(packet.length - 1)).length, 1)
    assert.deepEqual(reader.push(new Uint8Array(0)), [])
  })
  test("what waits is kept though the chunk it came in is used again", () => {
    const packet = packetToEnclave({ id: 7, body: { kind: "deliver", frame: new Uint8Array(50).fill(5) } })
    const reader = new PacketReader()
    const chunk = new Uint8Array(packet.subarray(0, 20))
    reader.push(chunk)
    chunk.fill(0)
    const [body] = reader.push(packet.subarray(20))
    assert.ok(body)
    assert.deepEqual(readToEnclave(body), { id: 7, body: { kind: "deliver", frame: new Uint8Array(50).fill(5) } })
  })
  test("the largest frame passes; a packet that says it is longer than any is refused at once", () => {
    const frame = new Uint8Array(FRAME_BYTES_MAX).fill(1)
    const packet = packetToEnclave({ id: 1, body: { kind: "deliver", frame } })
    assert.equal(new PacketReader().push(packet).length, 1)
    for (const digits of ["ffffffff", "00600001"]) {
      assert.throws(
        () => new PacketReader().push(Uint8Array.fromHex(digits)),
        (error) => error instanceof DecodeError && error.code === "LENGTH_OUT_OF_RANGE",
      )
    }
    const tooLong = { id: 1, body: { kind: "deliver", frame: new Uint8Array(FRAME_BYTES_MAX + 1) } } as const
    assert.throws(() => packetToEnclave(tooLong), InvariantError)
    const long = { id: 1, body: { kind: "append", index: 0, record: new Uint8Array(RECORD_BYTES_MAX + 1) } } as const
    assert.throws(() => packetToHost(long), InvariantError)
  })
  test("a page of the longest records, and one more, passes", () => {
    const record = new Uint8Array(RECORD_BYTES_MAX).fill(1)
    const records = Array.from({ length: PAGE_BYTES_MAX / RECORD_BYTES_MAX + 1 }, (_, index) => ({ index, record }))
    const [body] = new PacketReader().push(packetToEnclave({ id: 1, body: { kind: "records", records } }))
    assert.ok(body)
    assert.deepEqual(readToEnclave(body).body, { kind: "records", records })
  })
  test("a question is no answer, and what is cut or longer is neither", (t) => {
    const property = fc.property(toEnclaveArb, fc.nat(), (question, where) => {
      const body = packetToEnclave(question).subarray(4)
      assert.throws(() => readToEnclave(body.subarray(0, where % body.length)), DecodeError)
      assert.throws(() => readToEnclave(new Uint8Array([...body, 0])), DecodeError)
    })
    fc.assert(property, fuzz(t, 200))
    assert.throws(() => readToHost(packetToEnclave({ id: 1, body: { kind: "evidence" } }).subarray(4)), DecodeError)
  })
})
