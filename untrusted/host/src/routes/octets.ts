import { FRAME_MEDIA_TYPE, isFrameSize } from "@event-manager/protocol/frame"
import { z } from "zod"
import { refusalBody } from "../refusal.ts"

// JSON schema has no type for octets; OpenAPI 3.1 leaves it to the media type, and this format is what tools know.
const binary = { type: "string", format: "binary" } as const

export const octets = z.custom<Uint8Array>((body) => body instanceof Uint8Array).meta(binary)

/** A frame by its size, which is all that a host can tell. */
export const frame = z
  .custom<Uint8Array>((body) => body instanceof Uint8Array && isFrameSize(body.length))
  .meta({ ...binary, description: "A sealed frame of 2, 8, 32, 128, 512 or 1,024 KiB" })

export function octetsResponse(description: string, schema: typeof octets) {
  return { description, content: { [FRAME_MEDIA_TYPE]: { schema } } }
}

/** What any route may answer in place of its own. */
export const refusals = { "4xx": refusalBody, "5xx": refusalBody } as const
