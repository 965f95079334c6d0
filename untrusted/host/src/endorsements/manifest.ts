import { ENDORSEMENT_BYTES_MAX } from "@event-manager/protocol/frame"
import { errorLabel, HostError } from "../errors.ts"
import { readBounded } from "./source.ts"

/** RFC 7468 section 2, with this label. What the lines between say is for clients to verify. */
const ARMOR =
  /^\s*-----BEGIN EVENT MANAGER RELEASE-----\r?\n([A-Za-z0-9+/][A-Za-z0-9+/=\r\n]*)-----END EVENT MANAGER RELEASE-----\s*$/

/** The bytes of a release manifest, from the text that `npm run release-manifest` makes. Throws HostError. */
export async function readManifest(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = await readText(path)
  const [, base64] = ARMOR.exec(text) ?? []
  try {
    if (base64 !== undefined) return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new HostError("ENDORSEMENTS", `${path} is no release manifest: it begins with BEGIN EVENT MANAGER RELEASE`)
}

async function readText(path: string): Promise<string> {
  const bytes = await readBounded(path).catch((cause: unknown) => {
    throw new HostError("ENDORSEMENTS", `cannot read the release manifest ${path} (${errorLabel(cause)})`, { cause })
  })
  if (bytes !== undefined) return new TextDecoder().decode(bytes)
  throw new HostError(
    "ENDORSEMENTS",
    `the release manifest ${path} is empty, or longer than ${ENDORSEMENT_BYTES_MAX} bytes`,
  )
}
