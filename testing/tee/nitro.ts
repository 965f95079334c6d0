/*
 * Attestation documents of AWS Nitro Enclaves as a hypervisor would make them, under a private root.
 */
import { createRoot, type Authority, type IssueOptions } from "./authority.ts"
import { joined, type Bytes } from "./bytes.ts"
import { encodeCbor, type Cbor } from "./cbor.ts"
import { bitString, integer, objectIdentifier, sequence } from "./der.ts"

export interface DocumentOptions {
  /** Milliseconds since 1970. */
  readonly timestamp?: number
  readonly userData?: Uint8Array | null
  /** In place of the usual ones. */
  readonly pcrs?: ReadonlyMap<number, Uint8Array>
  /** The fields, the payload, or the message's four parts as they will be encoded. */
  readonly fields?: (usual: ReadonlyMap<string, Cbor>) => Cbor
  readonly payload?: (usual: Bytes) => Bytes
  readonly parts?: (usual: readonly Cbor[]) => Cbor
  readonly tagged?: boolean
  readonly protectedHeader?: Bytes
  /** Of the certificate that signs, and of the one that issues it. */
  readonly leaf?: Partial<IssueOptions>
  /** What the leaf's certificate says (TBSCertificate), before it is signed again. */
  readonly certified?: (usual: Bytes) => Bytes
  readonly intermediate?: Partial<IssueOptions>
  readonly cabundle?: (usual: readonly Bytes[]) => readonly Bytes[]
}

export interface TestNitro {
  readonly root: Authority
  /** A signed document, good as long as nothing is asked for. */
  document(options?: DocumentOptions): Promise<Bytes>
}

export const TEST_TIMESTAMP = Date.UTC(2026, 10, 24)
const TAG = 0xd2
const PCR_BYTES = 48
const SCALAR_BYTES = 48
const ECDSA_SHA384 = "1.2.840.10045.4.3.3"
const PCRS = 16
/** {1: -35}: ES384. */
const PROTECTED = Uint8Array.of(0xa1, 0x01, 0x38, 0x22)

/** A root with a fresh key; who issues below it is made anew for each document, as regions and instances are. */
export async function testNitro(options: Partial<IssueOptions> = {}): Promise<TestNitro> {
  const root = await createRoot({ name: "test.nitro-enclaves", keyKind: "P-384", ...options })
  return { root, document: (asked = {}) => signedDocument(root, asked) }
}

/** The usual PCRs: 0 to 2 and 4 hold measurements, the others zeros. */
export function testPcrs(): Map<number, Uint8Array> {
  const measured = [0, 1, 2, 4]
  const values = Array.from({ length: PCRS }, (_, index) =>
    new Uint8Array(PCR_BYTES).fill(measured.includes(index) ? 0xb0 + index : 0),
  )
  return new Map(values.entries())
}

async function signedDocument(root: Authority, options: DocumentOptions): Promise<Bytes> {
  const authority = { keyKind: "P-384", isAuthority: true } as const
  const region = await root.issue({ ...authority, name: "test region", pathLength: 1 })
  const instance = await region.issue({ ...authority, name: "test instance", pathLength: 0, ...options.intermediate })
  const leaf = await instance.issue({ keyKind: "P-384", name: "test enclave", ...options.leaf })
  const bundle = [root, region, instance].map(({ certificate }) => certificate)
  const usual = new Map<string, Cbor>([
    ["module_id", "i-0123456789abcdef0-enc0123456789abcdef"],
    ["digest", "SHA384"],
    ["timestamp", options.timestamp ?? TEST_TIMESTAMP],
    ["pcrs", options.pcrs ?? testPcrs()],
    ["certificate", await certificateOf(leaf, instance, options.certified)],
    ["cabundle", options.cabundle?.(bundle) ?? bundle],
    ["public_key", null],
    ["user_data", options.userData ?? null],
    ["nonce", null],
  ])
  const encoded = encodeCbor(options.fields?.(usual) ?? usual)
  return signed(leaf, options.payload?.(encoded) ?? encoded, options)
}

async function certificateOf(leaf: Authority, issuer: Authority, change: DocumentOptions["certified"]): Promise<Bytes> {
  if (change === undefined) return leaf.certificate
  // Both SEQUENCEs are of so many bytes that their lengths take two octets.
  const [, , , , , , high = 0, low = 0] = leaf.certificate
  const tbs = change(leaf.certificate.slice(4, 8 + high * 256 + low))
  const signature = await issuer.sign(tbs)
  const scalars = [integer(signature.subarray(0, SCALAR_BYTES)), integer(signature.subarray(SCALAR_BYTES))]
  return sequence(tbs, sequence(objectIdentifier(ECDSA_SHA384)), bitString(sequence(...scalars)))
}

/** COSE_Sign1 (RFC 9052 sections 4.2 and 4.4). */
async function signed(leaf: Authority, payload: Bytes, options: DocumentOptions): Promise<Bytes> {
  const protectedHeader = options.protectedHeader ?? PROTECTED
  const signature = await leaf.sign(encodeCbor(["Signature1", protectedHeader, new Uint8Array(0), payload]))
  const usual: readonly Cbor[] = [protectedHeader, new Map(), payload, signature]
  const message = encodeCbor(options.parts?.(usual) ?? usual)
  return options.tagged === true ? joined([Uint8Array.of(TAG), message]) : message
}
