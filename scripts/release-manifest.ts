/**
 * Makes a signed release manifest: `npm run release-manifest -- --launches FILE --key FILE [--out FILE]`. The file of
 * launches is JSON: version, productId, revocationLevel, launches (of kind sev-snp, tdx, sgx or nitro, with what each
 * measures, in hexadecimal), and perhaps sevSnpMinimumTcb. The key is an Ed25519 private key in PEM (PKCS#8), as
 * `openssl genpkey -algorithm ed25519` makes it. The code is the bundle that is built here and now.
 */
import { CodedError } from "@event-manager/client"
import { readLaunches, releaseSigned, writeRelease } from "@event-manager/client/attestation"
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { buildEnclave } from "./build-enclave.ts"

const USAGE = "usage: npm run release-manifest -- --launches FILE --key FILE [--out FILE]"
const OUT_DEFAULT = "event-enclave.release"

/** The raw public key of an Ed25519 key (RFC 8032). */
function rawPublicKey(key: KeyObject): Uint8Array<ArrayBuffer> {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" })
  return new Uint8Array(Buffer.from(x, "base64url"))
}

function readKey(path: string): KeyObject {
  const key = createPrivateKey(readFileSync(path))
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`${path} is no Ed25519 key`)
  return key
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { launches: { type: "string" }, key: { type: "string" }, out: { type: "string", default: OUT_DEFAULT } },
  })
  const { launches, key: keyFile, out } = values
  if (launches === undefined || keyFile === undefined) throw new TypeError(USAGE)
  const key = readKey(keyFile)
  const codeHash = Uint8Array.fromHex(await buildEnclave())
  const manifest = { ...readLaunches(readFileSync(launches, "utf8")), codeHash }
  const signer = rawPublicKey(key)
  const signature = new Uint8Array(sign(null, releaseSigned(manifest), key))
  writeFileSync(out, writeRelease(manifest, signer, signature))
  const signerHash = createHash("sha256").update(signer).digest("hex")
  process.stdout.write(
    [
      `${out}: release ${manifest.version}, ${manifest.launches.length} launches, code hash ${codeHash.toHex()}`,
      `Clients accept it by: S:${signerHash} PROD:${manifest.productId}`,
      "",
    ].join("\n"),
  )
}

try {
  await main()
} catch (error) {
  // Wrong arguments, a file that cannot be read, a value that does not fit: the message says which.
  const isForeseen =
    error instanceof TypeError || error instanceof CodedError || (error instanceof Error && "code" in error)
  if (!isForeseen) throw error
  process.stderr.write(`release-manifest: ${error.message}\n`)
  process.exitCode = 1
}
