import { fingerprint, makeCard } from "@event-manager/client"
import { saveCard } from "@event-manager/client/node"
import { succeeded, type Act } from "./command.ts"

export const shareIdentity: Act = {
  async run({ name, identity }) {
    const path = await saveCard(".", await makeCard(name, identity))
    const print = fingerprint(identity.party)
    return succeeded(`Identity card written to ${path} (${print})`, {
      path,
      fingerprint: print,
      key: identity.party,
    })
  },
}
