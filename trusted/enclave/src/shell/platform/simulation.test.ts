import { decode, evidenceCodec, reportSigned, statementCodec } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createPublicKey, verify } from "node:crypto"
import { test } from "node:test"
import { openTestEnclave, SEALING_KEY } from "../../../../../testing/src/testEnclave.ts"
import { simulationPlatform } from "./simulation.ts"

const codeHash = new Uint8Array(32).fill(0xc0)
/** RFC 8032 section 7.1, test 1: a secret key and its public key. */
const signingSeed = Uint8Array.fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
const machine = { codeHash, signingSeed, sealingKey: SEALING_KEY }
const SIGNER = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

test("simulated evidence names the code that was started, and is signed by the machine's key", async () => {
  const enclave = await openTestEnclave({ platform: simulationPlatform(machine) })
  const { quote, statement } = decode(evidenceCodec, await enclave.evidence())
  assert.equal(decode(statementCodec, statement).platform, "simulation")
  assert.ok(quote.kind === "simulation")
  assert.deepEqual(quote.report.codeHash, codeHash)
  assert.equal(quote.signer.toHex(), SIGNER)
  const x = quote.signer.toBase64({ alphabet: "base64url", omitPadding: true })
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" })
  assert.ok(verify(null, reportSigned(quote.report), key, quote.signature))
  const other = { ...quote.report, revocationLevel: 1 }
  assert.ok(!verify(null, reportSigned(other), key, quote.signature))
})

test("simulated entropy is fresh", () => {
  const { entropy } = simulationPlatform(machine)
  assert.notDeepEqual(entropy(32), entropy(32))
  assert.equal(entropy(16).length, 16)
})
