import { fingerprint, makeCard } from "@event-manager/client"
import { saveCard } from "@event-manager/client/node"
import { succeeded, type Command } from "./command.ts"

export const shareIdentity: Command = {
  name: "share-identity",
  aliases: ["si", "share"],
  summary: "write NAME.conclave, the card that others learn NAME from; needs no host",
  parameters: [],
  flags: [],
  examples: ["ALICE share-identity"],

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
