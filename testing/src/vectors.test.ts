import {
  decode,
  DecodeError,
  descriptorCodec,
  evidenceCodec,
  EXPORT_CONTEXT,
  helloCodec,
  helloInfo,
  helloSigned,
  hpkeSuite,
  openFrame,
  replyCodec,
  requestCodec,
  resultCodec,
  frozenCodec,
  checkpointCodec,
  responseCodec,
  SECRET_BYTES,
  unpad,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createPublicKey, verify } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { before, describe, test } from "node:test"
import descriptors from "../vectors/protocol/descriptors.json" with { type: "json" }
import evidence from "../vectors/protocol/evidence.json" with { type: "json" }
import refused from "../vectors/protocol/refused.json" with { type: "json" }
import replies from "../vectors/protocol/replies.json" with { type: "json" }
import requests from "../vectors/protocol/requests.json" with { type: "json" }
import responses from "../vectors/protocol/responses.json" with { type: "json" }
import sessions from "../vectors/protocol/session.json" with { type: "json" }
import statements from "../vectors/protocol/statements.json" with { type: "json" }
import { bytesAsDigits, protocolVectors, written, type Vectors } from "./protocolVectors.ts"
import { openReply, openWelcome } from "./testClient.ts"

const folder = new URL("../vectors/protocol/", import.meta.url)
const hex = (digits: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(digits)
/** As JSON has it: optional fields left out, bytes as digits. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value, bytesAsDigits))

describe("the vectors on file are what this code produces, byte for byte", () => {
  let made: Readonly<Record<string, Vectors>> = {}
  before(async () => {
    made = await protocolVectors()
  })
  const files = readdirSync(folder)
  test("there is a file for each kind and no other", () => {
    assert.deepEqual(
      files.sort(),
      Object.keys(made)
        .map((each) => `${each}.json`)
        .sort(),
    )
  })
  for (const file of files) {
    test(file, () => {
      const vectors = made[file.replace(/\.json$/, "")]
      assert.ok(vectors)
      assert.equal(readFileSync(new URL(file, folder), "utf8"), written(vectors))
    })
  }
})

describe("what is on file decodes to what it says", () => {
  test("requests, of every kind", () => {
    for (const { request, encoded } of requests.cases)
      assert.deepEqual(asJson(decode(requestCodec, hex(encoded))), request)
    assert.equal(new Set(requests.cases.map(({ request }) => request.kind)).size, 11)
  })
  test("responses, of every kind", () => {
    for (const { response, encoded } of responses.cases)
      assert.deepEqual(asJson(decode(responseCodec, hex(encoded))), response)
    assert.equal(new Set(responses.cases.map(({ response }) => response.kind)).size, 12)
  })
  test("replies", () => {
    for (const { reply, encoded } of replies.cases) assert.deepEqual(asJson(decode(replyCodec, hex(encoded))), reply)
  })
  test("what is signed is a label, and then the statement", () => {
    const read = { frozen: frozenCodec, result: resultCodec, checkpoint: checkpointCodec }
    const labels = { frozen: "frozen inputs", result: "result", checkpoint: "checkpoint" }
    for (const { kind, signed, ...said } of statements.cases) {
      assert.ok(kind === "frozen" || kind === "result" || kind === "checkpoint")
      const label = Buffer.from(`event-manager/1 ${labels[kind]}`)
      assert.deepEqual(Buffer.from(signed, "hex").subarray(0, label.length), label)
      const statement = decode<unknown>(read[kind], hex(signed).subarray(label.length))
      assert.deepEqual({ [kind]: asJson(statement) }, said)
    }
  })
  test("descriptors and evidence", () => {
    for (const { descriptor, encoded } of descriptors.cases) {
      assert.deepEqual(asJson(decode(descriptorCodec, hex(encoded))), descriptor)
    }
    for (const { encodedStatement, quote, endorsements, encoded } of evidence.cases) {
      assert.deepEqual(asJson(decode(evidenceCodec, hex(encoded))), {
        statement: encodedStatement,
        quote,
        endorsements,
      })
    }
  })
  for (const { what, code, encoded } of refused.cases) {
    test(`refused: ${what}`, () => {
      assert.throws(
        () => decode(requestCodec, hex(encoded)),
        (error) => error instanceof DecodeError && error.code === code,
      )
    })
  }
})

describe("the session on file", () => {
  const [vector] = sessions.cases
  assert.ok(vector)
  test("its hello opens with hpke, is signed by its party, and exports its secret", async () => {
    const { header, headerBytes, sealed } = openFrame(hex(vector.hello))
    assert.ok(header.kind === "hello")
    const secretKey = await hpkeSuite.DeserializePrivateKey(hex(vector.mailPrivateKey), false)
    const info = helloInfo(hex(vector.statementHash))
    assert.equal(info.toHex(), vector.info)
    const context = await hpkeSuite.SetupRecipient(secretKey, header.encapsulated, { info })
    const { party, signature } = decode(helloCodec, unpad(await context.Open(sealed, headerBytes)))
    assert.equal(party, vector.party)
    assert.equal((await context.Export(EXPORT_CONTEXT, SECRET_BYTES)).toHex(), vector.secret)
    const jwk = { kty: "OKP", crv: "Ed25519", x: hex(party).toBase64({ alphabet: "base64url", omitPadding: true }) }
    const signed = helloSigned(hex(vector.statementHash), header.encapsulated)
    assert.ok(verify(null, signed, createPublicKey({ key: jwk, format: "jwk" }), signature))
  })
  test("its welcome and reply open with WebCrypto, under the keys it names", async () => {
    const session = await openWelcome(hex(vector.welcome), hex(vector.secret))
    assert.equal(session.id.toHex(), vector.session)
    const raw = async (key: CryptoKey): Promise<string> =>
      new Uint8Array(await crypto.subtle.exportKey("raw", key)).toHex()
    assert.deepEqual(
      [await raw(session.toEnclave), await raw(session.toClient)],
      [vector.keys.toEnclave, vector.keys.toClient],
    )
    const response = await openReply(session, vector.sequence, hex(vector.reply))
    assert.deepEqual(response, { kind: "listed", descriptors: [], next: 0, more: false })
  })
})
