/*
 * The release manifest: whoever releases an enclave signs which launch measurements its code has on which platform, so
 * that a constraint may name the signer, and the code, and need not name each measurement.
 */
import {
  bytes,
  decode,
  encode,
  enumeration,
  DIGEST_BYTES,
  labelled,
  list,
  opaque,
  SIGNATURE_BYTES,
  struct,
  text,
  uint16,
  uint8,
  type Of,
} from "@event-manager/protocol"
import { readArmor, writeArmor } from "../armor.ts"
import { AttestationError } from "../errors.ts"
import { sha256, verifyEd25519 } from "../primitives.ts"
import type { Bytes } from "../webCrypto.ts"
import { launchCodec, launchHash, type Launch } from "./launch.ts"
import type { Release } from "./verdict.ts"
import { readOr } from "./x509/malformed.ts"

const RELEASE = "EVENT MANAGER RELEASE"
export const LAUNCHES_MAX = 256
export const MINIMUMS_MAX = 8
const RELEASE_BYTES_MAX = 98_304

/** The least firmware that the release's signer holds to be sound, a component each; `fmc` is 0 where there is none. */
const minimumTcbCodec = struct({
  product: enumeration({ milan: 0, genoa: 1, turin: 2 }),
  fmc: uint8,
  bootloader: uint8,
  tee: uint8,
  snp: uint8,
  microcode: uint8,
})

const releaseCodec = struct({
  version: text(1, 64),
  /** SHA-256 of the enclave's bundle. */
  codeHash: bytes(DIGEST_BYTES),
  productId: uint16,
  revocationLevel: uint16,
  launches: list(launchCodec, 0, LAUNCHES_MAX),
  sevSnpMinimumTcb: list(minimumTcbCodec, 0, MINIMUMS_MAX),
})
export type ReleaseManifest = Of<typeof releaseCodec>

const signedReleaseCodec = struct({
  release: opaque(1, RELEASE_BYTES_MAX),
  /** Raw Ed25519 public key. */
  signer: bytes(DIGEST_BYTES),
  signature: bytes(SIGNATURE_BYTES),
})

/** What the signer of a release signs. */
export function releaseSigned(manifest: ReleaseManifest): Bytes {
  return labelled("release", encode(releaseCodec, manifest))
}

/** The text of a manifest file. */
export function writeRelease(manifest: ReleaseManifest, signer: Bytes, signature: Bytes): string {
  return writeArmor(RELEASE, encode(signedReleaseCodec, { release: encode(releaseCodec, manifest), signer, signature }))
}

export interface VerifiedRelease {
  readonly manifest: ReleaseManifest
  /** SHA-256 of the signer's raw public key, lower-case hexadecimal, as `S:` names it. */
  readonly signer: string
}

/** Reads a manifest file. Throws AttestationError (RELEASE_MALFORMED, RELEASE_SIGNATURE_INVALID). */
export function readRelease(armored: string): Promise<VerifiedRelease> {
  return verifyRelease(readOr("RELEASE_MALFORMED", "a release manifest", () => readArmor(RELEASE, armored)))
}

/** Reads a manifest as evidence carries it. Throws AttestationError (RELEASE_MALFORMED, RELEASE_SIGNATURE_INVALID). */
export async function verifyRelease(encoded: Bytes): Promise<VerifiedRelease> {
  const { manifest, signer, signature } = readOr("RELEASE_MALFORMED", "a release manifest", () => {
    const signed = decode(signedReleaseCodec, encoded)
    return { ...signed, manifest: decode(releaseCodec, signed.release) }
  })
  if (!(await verifyEd25519(signer, releaseSigned(manifest), signature))) {
    throw new AttestationError("RELEASE_SIGNATURE_INVALID", "the signature of the release manifest is wrong")
  }
  return { manifest, signer: (await sha256(signer)).toHex() }
}

/** What a release says of the code that was measured so. Throws AttestationError (RELEASE_MISMATCH). */
export async function releaseOfLaunch({ manifest, signer }: VerifiedRelease, launch: Launch): Promise<Release> {
  const measured = await launchHash(launch)
  const listed = await Promise.all(manifest.launches.map(launchHash))
  if (!listed.includes(measured)) {
    const why = `release ${manifest.version} lists no launch on ${launch.kind} that was measured so`
    throw new AttestationError("RELEASE_MISMATCH", `${why}: what runs there is something else`)
  }
  const { codeHash, productId, revocationLevel } = manifest
  return { codeHash: codeHash.toHex(), signer, productId, revocationLevel }
}
