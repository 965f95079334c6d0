import { findAbilities, type Abilities } from "./abilities.ts"
import { BrowserHome } from "./browserHome.ts"
import type { Home } from "./home.ts"
import { OwnMachineHome } from "./ownMachineHome.ts"
import { askServed } from "./served.ts"

/** Where this page is at home, and what its browser lacks. */
export interface Opened {
  readonly home: Home
  readonly substituted: Abilities["substituted"]
}

/**
 * Finds out who served this page. Rejects with PageError: NOT_SECURE_CONTEXT, CRYPTO_MISSING, STORAGE_DENIED,
 * STORAGE_BROKEN, OWN_MACHINE_GONE, OWN_MACHINE_REFUSED, OWN_MACHINE_TOKEN.
 */
export async function openHome(): Promise<Opened> {
  const page = new URL(document.baseURI)
  const [{ signer, substituted }, served] = await Promise.all([findAbilities(), askServed(page)])
  if (served.kind === "own machine") return { home: await OwnMachineHome.open(served, page), substituted }
  return { home: await BrowserHome.open({ ...served, page: addressOf(page) }, { signer, substituted }), substituted }
}

/** Without what it was opened with. */
function addressOf(page: URL): string {
  const address = new URL(page)
  address.search = ""
  address.hash = ""
  return address.href
}
