import { InvariantError } from "@event-manager/protocol"
import assert from "node:assert/strict"
import { suite, test } from "node:test"
import { extend, parseResponse, read, readPublic, type Command } from "./nv.ts"

const INDEX = 0x1500016
const HASH = Buffer.from("00000000000000000000000000000007")

/*
 * What tpm2-tools 5.4 and swtpm 0.7.1 said to each other. The tools authorise by an HMAC session, which takes 0x49
 * bytes where a password session takes nine; all else must agree with what is sent here.
 */
const captured = {
  readPublic: "80010000000e0000016901500016",
  read:
    "8002000000630000014e015000160150001600000049020000000020c6415753901ff124cd7bc0c1a10106bef9135b23737df1e41df40675" +
    "c325ca8e010020644bafa61ee7d62f7a64eb562a3ec89b6643f0097d6972fa4dfa4b2c2c30a67600200000",
  extend:
    "8002000000810000013601500016015000160000004902000000002024882754e573ff58e19fd0bd8ff70c11d0fd398641a2bc4dd57a0b2b" +
    "8864e30901002063a6e89f7fece159f5a213c4b3618ee74614c3e87a5ad53f085fc8b3aeac0b260020303030303030303030303030303030" +
    "3030303030303030303030303030303037",
}

/** Part 1 section 18, Part 2 section 10.13.2: the command with its authorisation area replaced, and its size mended. */
function withEmptyPassword(hex: string): string {
  const command = Buffer.from(hex, "hex")
  const areaAt = 10 + 4 + 4
  const parameters = command.subarray(areaAt + 4 + command.readUInt32BE(areaAt))
  const area = Buffer.from(joined("00000009", "40000009", "0000", "00", "0000"), "hex")
  const password = Buffer.concat([command.subarray(0, areaAt), area, parameters])
  password.writeUInt32BE(password.length, 2)
  return password.toString("hex")
}

suite("commands", () => {
  test("are those of tpm2-tools, but for the kind of session", () => {
    assert.equal(readPublic(INDEX).bytes.toHex(), captured.readPublic)
    assert.equal(read(INDEX).bytes.toHex(), withEmptyPassword(captured.read))
    assert.equal(extend(INDEX, HASH).bytes.toHex(), withEmptyPassword(captured.extend))
  })

  test("are laid out as the specification says", () => {
    const session = joined("00000009", "40000009", "0000", "00", "0000")
    const handles = joined("01500016", "01500016")
    const hash = HASH.toString("hex")
    assert.equal(readPublic(INDEX).bytes.toHex(), joined("8001", "0000000e", "00000169", "01500016"))
    assert.equal(read(INDEX).bytes.toHex(), joined("8002", "00000023", "0000014e", handles, session, "0020", "0000"))
    assert.equal(
      extend(INDEX, HASH).bytes.toHex(),
      joined("8002", "00000041", "00000136", handles, session, "0020", hash),
    )
  })

  test("extend by 32 bytes and no other number", () => {
    for (const length of [0, 20, 31, 33, 64]) assert.throws(() => extend(INDEX, new Uint8Array(length)), InvariantError)
  })
})

const DATA = "150d2382e73af123964f6f9fe834626e2f60f0c7ad884ff75e8e63ae6fc7d20c"
const NAME = "000b7cbbf3ff8e47149a4d7e0e9517c8c09644f53e651240a44db5b626821adf2f0d"
/** What swtpm 0.7.1 answers to the commands above. */
const good = {
  readPublic: joined(
    joined("8001", "0000003e", "00000000"),
    joined("000e", "01500016", "000b", "02040044", "0000", "0020"),
    joined("0022", NAME),
  ),
  read: joined("8002", "00000035", "00000000", "00000022", "0020", DATA, "0000", "01", "0000"),
  extend: joined("8002", "00000013", "00000000", "00000000", "0000", "01", "0000"),
}
const commands: Record<keyof typeof good, Command<unknown>> = {
  readPublic: readPublic(INDEX),
  read: read(INDEX),
  extend: extend(INDEX, HASH),
}
const kinds = ["readPublic", "read", "extend"] as const

suite("responses", () => {
  test("give what they carry", () => {
    const area = parseResponse(readPublic(INDEX), Buffer.from(good.readPublic, "hex"))
    assert(area.kind === "done")
    assert.deepEqual(area.body.publicArea, {
      index: INDEX,
      hash: 0x000b,
      attributes: 0x02040044,
      authPolicy: new Uint8Array(0),
      dataBytes: 32,
    })
    const value = parseResponse(read(INDEX), Buffer.from(good.read, "hex"))
    assert(value.kind === "done")
    assert.equal(value.body.parameters.data.toHex(), DATA)
    assert.equal(parseResponse(extend(INDEX, HASH), Buffer.from(good.extend, "hex")).kind, "done")
  })

  for (const kind of kinds) {
    test(`${kind}: a refusal is its code`, () => {
      for (const [hex, code] of [
        ["80010000000a0000014a", 0x14a],
        ["80010000000a0000018b", 0x18b],
        ["80010000000affffffff", 0xffffffff],
      ] as const) {
        assert.deepEqual(parseResponse(commands[kind], Buffer.from(hex, "hex")), {
          kind: "refused",
          code,
        })
      }
    })

    test(`${kind}: every truncation is refused, whether the size is mended or not`, () => {
      const response = Buffer.from(good[kind], "hex")
      for (let length = 0; length < response.length; length++) {
        refuses(kind, response.subarray(0, length))
        if (length >= 6) refuses(kind, sized(response.subarray(0, length)))
      }
    })

    test(`${kind}: leftovers are refused, whether the size is mended or not`, () => {
      for (const extra of [1, 2, 32]) {
        const longer = Buffer.concat([Buffer.from(good[kind], "hex"), Buffer.alloc(extra)])
        refuses(kind, longer)
        refuses(kind, sized(longer))
      }
    })

    test(`${kind}: a wrong tag, size or code is refused`, () => {
      for (const [at, hex] of [
        [0, "8000"],
        [0, "00c4"],
        [0, kind === "readPublic" ? "8002" : "8001"],
        [2, "00000000"],
        [2, "0000000a"],
        [2, "ffffffff"],
        [6, "00000001"],
        [6, "0000014a"],
        [6, "00000922"],
      ] as const) {
        refuses(kind, changed(good[kind], at, hex))
      }
    })

    test(`${kind}: a refusal with sessions, another size, leftovers, or the code of success is refused`, () => {
      for (const hex of [
        "80020000000a0000014a",
        "80010000000b0000014a",
        "80010000000b0000014a00",
        "80010000000a0000014a00",
        "80010000000a00000000",
        "00c40000000a0000001e",
      ]) {
        refuses(kind, Buffer.from(hex, "hex"))
      }
    })
  }

  const lies: readonly (readonly [string, keyof typeof good, number, string])[] = [
    ["the public area is said to be shorter", "readPublic", 10, "000d"],
    ["the public area is said to be longer", "readPublic", 10, "000f"],
    ["the public area is said to be all", "readPublic", 10, "0034"],
    ["the policy is said to be longer", "readPublic", 22, "0002"],
    ["the policy is said to be longer than all", "readPublic", 22, "ffff"],
    ["the name is said to be shorter", "readPublic", 26, "0021"],
    ["the name is said to be longer", "readPublic", 26, "0023"],
    ["the parameters are said to be shorter", "read", 10, "00000021"],
    ["the parameters are said to be longer", "read", 10, "00000027"],
    ["the data is said to be shorter", "read", 14, "001f"],
    ["the data is said to be longer", "read", 14, "0021"],
    ["a nonce is announced", "read", 48, "0001"],
    ["an HMAC is announced", "read", 51, "0001"],
    ["parameters are announced", "extend", 10, "00000001"],
    ["a nonce is announced", "extend", 14, "0001"],
    ["an HMAC is announced", "extend", 17, "0001"],
  ]
  for (const [name, kind, at, hex] of lies) {
    test(`${kind}: refused where ${name}`, () => refuses(kind, changed(good[kind], at, hex)))
  }

  test("no response answers another command", () => {
    for (const asked of kinds) {
      for (const answered of kinds) {
        if (asked !== answered) refuses(asked, Buffer.from(good[answered], "hex"))
      }
    }
  })
})

function refuses(kind: keyof typeof good, response: Uint8Array): void {
  assert.throws(() => parseResponse(commands[kind], response), {
    name: "AnchorError",
    code: "TPM_NONSENSE",
  })
}

function changed(hex: string, at: number, by: string): Buffer {
  const response = Buffer.from(hex, "hex")
  response.set(Buffer.from(by, "hex"), at)
  return response
}

function sized(response: Uint8Array): Buffer {
  const mended = Buffer.from(response)
  mended.writeUInt32BE(mended.length, 2)
  return mended
}

/** Fields of a command or response, one by one. */
function joined(...fields: readonly string[]): string {
  return fields.join("")
}
