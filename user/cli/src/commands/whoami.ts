import { fingerprint } from "@event-manager/client"
import { identityPath } from "../context.ts"
import type { Act } from "./command.ts"

export const whoami: Act = {
  async run({ name, identity }) {
    const print = fingerprint(identity.party)
    const file = identityPath(name)
    return {
      code: "SUCCESS",
      message: `${name} is ${print}`,
      lines: [`${name} is ${print}`, `   Public key: ${identity.party}`, `   Kept in: ${file}`],
      data: { name, fingerprint: print, key: identity.party, file },
    }
  },
}
