import { fingerprint } from "@event-manager/client"
import { readCardFile, saveCard } from "@event-manager/client/node"
import { succeeded, type Act } from "./command.ts"

export const importCard: Act = {
  async run(_context, [file = ""]) {
    const card = await readCardFile(file)
    const path = await saveCard(".", card)
    const print = fingerprint(card.party)
    const advice = `ask ${card.name} to read you theirs`
    const message = `Card of ${card.name} kept as ${path}. Its fingerprint is ${print}; ${advice}`
    return succeeded(message, { name: card.name, path, fingerprint: print, key: card.party })
  },
}
