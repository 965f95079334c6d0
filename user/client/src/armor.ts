import { DecodeError } from "@event-manager/protocol"

const LINE = 64

/** Bytes as text that survives mail (RFC 7468 section 2). */
export function writeArmor(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(new RegExp(`.{1,${LINE}}`, "g")) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n")
}

/** Throws DecodeError (ARMOR). */
export function readArmor(label: string, text: string): Uint8Array<ArrayBuffer> {
  const lines = text.trim().split(/\r?\n/)
  if (lines.at(0) !== `-----BEGIN ${label}-----` || lines.at(-1) !== `-----END ${label}-----`) {
    throw new DecodeError("ARMOR", `no ${label} stands here`)
  }
  try {
    return Uint8Array.fromBase64(lines.slice(1, -1).join(""), { lastChunkHandling: "strict" })
  } catch (cause) {
    throw new DecodeError("ARMOR", "not base64", { cause })
  }
}
