import { changePassphrase } from "@event-manager/client/node"
import { identityPath } from "../context.ts"
import { passphraseFrom, prompt, readPassphrase } from "../passphrase.ts"
import { UsageError } from "../usageError.ts"
import { succeeded, type Command } from "./command.ts"

export const setPassphrase: Command = {
  name: "set-passphrase",
  aliases: [],
  summary: "encrypt NAME's identity file under a passphrase; needs no host",
  parameters: [],
  flags: [
    ["--new-passphrase-file <file>", "take the new passphrase from a file's first line"],
    ["--remove", "keep the identity without a passphrase"],
  ],
  examples: ["ALICE set-passphrase"],

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
