/* Stands in place of the client's `session.ts`, and hands on to it. */
import type { Identity, Transport } from "@event-manager/client"
import type { PartyKey } from "@event-manager/protocol"
import type { Attested } from "../../../user/client/src/attestation/evidence.ts"
import { Session as Real } from "../../../user/client/src/session.ts"
import { watched } from "./observer.ts"

export { readSealed } from "../../../user/client/src/session.ts"

export class Session {
  readonly #real: Real
  readonly #party: PartyKey

  private constructor(real: Real, party: PartyKey) {
    this.#real = real
    this.#party = party
  }

  static async open(transport: Transport, attested: Attested, identity: Identity): Promise<Session> {
    return new Session(await Real.open(transport, attested, identity), identity.party)
  }

  async exchange(content: Uint8Array): Promise<Uint8Array> {
    const reply = await this.#real.exchange(content)
    watched.observer?.accepted(this.#party, content, reply)
    return reply
  }
}
