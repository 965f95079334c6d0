/** A QR code as rows of modules, true where dark, without the quiet zone of four modules that it needs around it. */
export type QrCode = readonly (readonly boolean[])[]

/** The QR code (ISO/IEC 18004) of a text, or undefined where the text is too long for one that a phone would read. */
export async function qrCode(text: string): Promise<QrCode | undefined> {
  const { encode } = await import("uqr")
  if (new TextEncoder().encode(text).length > QR_BYTES_MAX) return undefined
  return encode(text, { ecc: "L", border: 0 }).data
}

/** Version 25 at level L (117 modules a side): what a phone reads off a screen. */
const QR_BYTES_MAX = 1_273
