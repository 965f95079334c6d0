import { FRAME_MEDIA_TYPE } from "@event-manager/protocol/frame"
import { Gate } from "../gate.ts"
import { Refusal } from "../refusal.ts"
import type { App, Services } from "../services.ts"
import { frame, octetsResponse, refusals } from "./octets.ts"

/** Frames being received or answered: at a mebibyte each, no more memory than any machine has. */
const ARRIVING_MAX = 512

const schema = {
  summary: "Deliver a frame to the enclave",
  description: "The answer is the frame that the enclave gave, whatever it says: the host cannot read either.",
  consumes: [FRAME_MEDIA_TYPE],
  body: frame,
  response: { 200: octetsResponse("The frame that answers", frame), ...refusals },
}

export function addMail(app: App, { relay, wakeUps, metrics }: Services): void {
  const arriving = new Gate(ARRIVING_MAX)
  app.post("/mail", {
    schema,
    // Before the body is read, and behind the rate limit.
    preParsing: async (_request, reply) => {
      if (!arriving.enter()) throw new Refusal("BUSY")
      reply.raw.once("close", () => arriving.leave())
    },
    handler: async (request, reply) => {
      metrics.relayed("in", request.body.length)
      const delivery = await relay.deliver(request.body)
      metrics.relayed("out", delivery.reply.length)
      if (delivery.changed) wakeUps.changed()
      return reply.type(FRAME_MEDIA_TYPE).send(delivery.reply)
    },
  })
}
