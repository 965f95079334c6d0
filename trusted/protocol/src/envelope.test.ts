import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { bytesArb, countArb, opaqueArb, record } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import {
  contentBytesMax,
  ENCAPSULATED_BYTES,
  frameSizeFor,
  headerOf,
  joinFrame,
  openFrame,
  pad,
  sequenceNonce,
  unopenedFrame,
  unpad,
  type Header,
} from "./envelope.ts"
import { DecodeError, InvariantError } from "./errors.ts"
import { frameSizes, isFrameSize } from "./frame.ts"

const headers: { [K in Header["kind"]]: Extract<Header, { kind: K }> } = {
  hello: { kind: "hello", encapsulated: new Uint8Array(ENCAPSULATED_BYTES).fill(1) },
  welcome: { kind: "welcome", salt: new Uint8Array(32).fill(2) },
  mail: { kind: "mail", session: new Uint8Array(16).fill(3), sequence: 2 ** 40 + 5 },
  reply: { kind: "reply", session: new Uint8Array(16).fill(4), sequence: 0 },
  unopened: { kind: "unopened" },
}
const kinds = Object.values(headers)
const headerLengths = { hello: 1_122, welcome: 34, mail: 26, reply: 26, unopened: 2 } as const

function frameOf(header: Header, size: number): Uint8Array<ArrayBuffer> {
  const head = headerOf(header)
  return joinFrame(head, new Uint8Array(size - head.length).fill(9))
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error))
    return error.code
  }
  return "nothing thrown"
}

describe("frames", () => {
  test("have one of six sizes and no other", () => {
    const all = Array.from({ length: frameSizes[5] + 2 }, (_, length) => length).filter(isFrameSize)
    assert.deepEqual(all, [2_048, 8_192, 32_768, 131_072, 524_288, 1_048_576])
  })
  for (const header of kinds) {
    test(`${header.kind}: opened, it is the header and the sealed bytes again, in every size`, () => {
      for (const size of frameSizes) {
        const frame = frameOf(header, size)
        const opened = openFrame(frame)
        assert.deepEqual(opened.header, header)
        assert.deepEqual(opened.headerBytes, headerOf(header))
        assert.equal(opened.headerBytes.length, headerLengths[header.kind])
        assert.equal(opened.headerBytes.length + opened.sealed.length, size)
      }
    })
    test(`${header.kind}: every prefix is refused by its size`, () => {
      const frame = frameOf(header, frameSizes[1])
      for (let length = 0; length < frame.length; length++) {
        if (length !== frameSizes[0])
          assert.equal(
            codeOf(() => openFrame(frame.subarray(0, length))),
            "FRAME_SIZE",
          )
      }
    })
    test(`${header.kind}: each byte of the header says something, and the two first are checked`, () => {
      const frame = frameOf(header, frameSizes[0])
      for (let at = 0; at < headerLengths[header.kind]; at++) {
        const changed = frame.slice()
        changed[at] = (changed[at] ?? 0) ^ 0x80
        if (at === 0)
          assert.equal(
            codeOf(() => openFrame(changed)),
            "FRAME_HEADER",
          )
        else if (at === 1)
          assert.equal(
            codeOf(() => openFrame(changed)),
            "UNKNOWN_VARIANT",
          )
        else if (codeOf(() => openFrame(changed)) === "nothing thrown") {
          assert.notDeepEqual(openFrame(changed).header, header)
        } else
          assert.equal(
            codeOf(() => openFrame(changed)),
            "NUMBER_OUT_OF_RANGE",
            "only a sequence has a bound",
          )
      }
    })
  }
  test("a view with an offset opens as the frame itself", () => {
    const frame = frameOf(headers.mail, frameSizes[0])
    const whole = new Uint8Array([7, 7, 7, ...frame, 7])
    assert.deepEqual(openFrame(whole.subarray(3, 3 + frame.length)), openFrame(frame))
    assert.deepEqual(openFrame(Buffer.from(frame)), openFrame(frame))
  })
  test("any other version and any unknown kind is refused", () => {
    for (let value = 0; value < 256; value++) {
      const [version, kind] = [frameOf(headers.unopened, frameSizes[0]), frameOf(headers.unopened, frameSizes[0])]
      version[0] = value
      kind[1] = value
      assert.equal(
        codeOf(() => openFrame(version)),
        value === 1 ? "nothing thrown" : "FRAME_HEADER",
      )
      if (value < 1 || value > 5)
        assert.equal(
          codeOf(() => openFrame(kind)),
          "UNKNOWN_VARIANT",
        )
    }
  })
  test("joinFrame makes no frame of another size", () => {
    assert.throws(() => joinFrame(new Uint8Array(2), new Uint8Array(2_047)), InvariantError)
  })
  test("the unopened frame is always the same bytes, and says nothing", () => {
    assert.deepEqual(unopenedFrame(), unopenedFrame())
    assert.deepEqual(openFrame(unopenedFrame()).header, { kind: "unopened" })
    assert.ok(openFrame(unopenedFrame()).sealed.every((byte) => byte === 0))
  })
  test("of arbitrary headers round trip", (t) => {
    const headerArb: fc.Arbitrary<Header> = fc.oneof(
      record({ kind: fc.constant("hello" as const), encapsulated: bytesArb(ENCAPSULATED_BYTES) }),
      record({ kind: fc.constant("welcome" as const), salt: bytesArb(32) }),
      record({ kind: fc.constantFrom("mail" as const, "reply" as const), session: bytesArb(16), sequence: countArb }),
    )
    const property = fc.property(headerArb, fc.constantFrom(...frameSizes.slice(0, 3)), (header, size) => {
      assert.deepEqual(openFrame(frameOf(header, size)).header, header)
    })
    fc.assert(property, fuzz(t, 200))
  })
})

describe("padding", () => {
  for (const { kind } of kinds) {
    test(`${kind}: contentBytesMax is what fits, to the byte, in every size`, () => {
      for (const size of frameSizes) {
        const room = contentBytesMax(kind, size)
        assert.equal(room, size - headerLengths[kind] - 16 - 4)
        const padded = pad(kind, new Uint8Array(room).fill(1), size)
        assert.equal(headerLengths[kind] + padded.length + 16, size, "header, padded content and tag are the frame")
        assert.throws(() => pad(kind, new Uint8Array(room + 1), size), InvariantError)
        assert.equal(frameSizeFor(kind, room), size)
      }
      for (const [i, size] of frameSizes.slice(0, -1).entries()) {
        assert.equal(frameSizeFor(kind, contentBytesMax(kind, size) + 1), frameSizes[i + 1])
      }
      assert.equal(frameSizeFor(kind, 0), frameSizes[0])
      assert.throws(() => frameSizeFor(kind, contentBytesMax(kind, frameSizes[5]) + 1), InvariantError)
    })
  }
  test("unpad undoes pad, through any view", (t) => {
    const property = fc.property(
      opaqueArb(0, 1_500),
      fc.constantFrom("mail" as const, "reply" as const),
      (content, kind) => {
        const padded = pad(kind, content, frameSizes[0])
        assert.deepEqual(unpad(padded), content)
        const whole = new Uint8Array([1, 2, 3, ...padded, 4])
        assert.deepEqual(unpad(whole.subarray(3, 3 + padded.length)), content)
      },
    )
    fc.assert(property, fuzz(t, 200))
  })
  test("one padded form for each content: any byte of it changed, it is refused or another content", () => {
    const content = new Uint8Array([1, 2, 3])
    const padded = pad("mail", content, frameSizes[0])
    for (let at = 0; at < padded.length; at++) {
      const changed = padded.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      const code = codeOf(() => unpad(changed))
      if (at < 2) assert.equal(code, "TRUNCATED", "a length beyond the bytes")
      if (at === 2) assert.deepEqual(unpad(changed), new Uint8Array([1, 2, 3, ...new Uint8Array(256)]))
      if (at === 3) assert.equal(code, "NOT_ZERO_PADDED", "a length one short leaves a byte in the padding")
      if (at >= 4 && at < 7) assert.notDeepEqual(unpad(changed), content)
      if (at >= 7) assert.equal(code, "NOT_ZERO_PADDED")
    }
  })
  test("a length beyond the end is refused, up to the greatest; one that is cut too", () => {
    for (const digits of ["", "00", "000000", "00000001", "ffffffff", "0000000300"]) {
      assert.equal(
        codeOf(() => unpad(Uint8Array.fromHex(digits))),
        "TRUNCATED",
      )
    }
    assert.deepEqual(unpad(new Uint8Array(4)), new Uint8Array(0))
  })
})

describe("the nonce of a sequence number", () => {
  test("is four zeros and the number, and no two numbers share one", (t) => {
    assert.equal(sequenceNonce(0x0102030405).toHex(), "000000000000000102030405")
    const property = fc.property(countArb, countArb, (one, other) => {
      assert.equal(sequenceNonce(one).toHex() === sequenceNonce(other).toHex(), one === other)
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("there is none beyond 2^53 - 1 or below zero", () => {
    for (const wrong of [2 ** 53, -1, 0.5]) assert.throws(() => sequenceNonce(wrong), InvariantError)
  })
})
