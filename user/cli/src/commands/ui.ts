import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { startUi } from "../ui/startUi.ts"
import { succeeded, type Act } from "./command.ts"

/** Where the page is: a package of its own or, for the client that Bun compiles, a folder beside its file. */
function pageFolder(): string {
  if (process.versions["bun"] !== undefined) return join(dirname(process.execPath), "page")
  return dirname(fileURLToPath(import.meta.resolve("@event-manager/web/index.html")))
}

export const ui: Act = {
  async run(context, [invitation], flags) {
    const page = await startUi(context, pageFolder(), invitation)
    const { voice } = context
    if (voice.isJson) voice.stream({ link: page.link })
    else voice.say(`The page is at ${page.link}`)
    voice.note("whoever has this link acts for you until you end this with Ctrl-C")
    if (flags["open"] === true) page.open()
    await page.interrupted
    await page.close()
    return succeeded("The page is closed")
  },
}
