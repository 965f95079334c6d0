import { FRAME_MEDIA_TYPE } from "@event-manager/protocol/frame"
import type { App, Services } from "../services.ts"
import { octets, octetsResponse, refusals } from "./octets.ts"

const schema = {
  summary: "The enclave's evidence",
  description:
    "What a client checks before it sends anything: the enclave's own evidence, with the certificates, revocation lists, " +
    "collateral and release manifest that the host adds to it. Do not believe the host: verify all of it.",
  response: { 200: octetsResponse("Encoded evidence, at most 1 MiB", octets), ...refusals },
}

export function addAttestation(app: App, { relay }: Services): void {
  app.get("/attestation", { schema }, async (_request, reply) => {
    const evidence = await relay.evidence()
    return reply.type(FRAME_MEDIA_TYPE).send(evidence)
  })
}
