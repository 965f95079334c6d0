import { changePassphrase } from "@event-manager/client/node"
import { identityPath } from "../context.ts"
import { passphraseFrom, prompt, readPassphrase } from "../passphrase.ts"
import { UsageError } from "../usageError.ts"
import { succeeded, type Act } from "./command.ts"

export const setPassphrase: Act = {
  async run({ name, options }, _parameters, flags) {
    const path = identityPath(name)
    const remove = flags["remove"] === true
    const file = flags["newPassphraseFile"]
    if (remove && file !== undefined) throw new UsageError("--remove and --new-passphrase-file exclude one another")
    const fresh = remove ? undefined : typeof file === "string" ? readPassphrase(file) : await prompt("New passphrase")
    await changePassphrase(path, passphraseFrom(options.passphraseFile, path).ask, fresh)
    return succeeded(remove ? `${path} is no longer encrypted` : `${path} is encrypted`, {
      file: path,
    })
  },
}
