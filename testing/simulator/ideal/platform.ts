/* In place of the client's `node/platform.ts`: the same, but signatures are ideal, and a hash may take its time. */
import { partyKey } from "@event-manager/protocol"
import { platform as real } from "../../../user/client/src/node/platform.ts"
import type { Platform } from "../../../user/client/src/platform.ts"
import { watched } from "../watch/observer.ts"
import { isSignedBy } from "./ed25519.ts"

export const platform: Platform = {
  ...real,
  async verifyEd25519(publicKey, data, signature) {
    return isSignedBy(partyKey(publicKey), data, signature)
  },
  async sha256(data) {
    await watched.observer?.hashing(data.length)
    return real.sha256(data)
  },
}
