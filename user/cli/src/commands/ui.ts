import { join } from "node:path"
import { succeeded, type Command } from "./command.ts"

/** Where the page is that `npm run build:web` makes. */
const PAGE_FOLDER = join(import.meta.dirname, "../../../web/dist")

export const ui: Command = {
  name: "ui",
  aliases: [],
  summary: "serve the page from this machine, with NAME's identity, until interrupted",
  parameters: [["[invitation]", "a link that somebody has sent you, to open in it"]],
  flags: [["--open", "open the link in the browser; other users of this machine may see it as it is handed over"]],
  examples: ["ALICE ui", "ALICE ui --open", "-s https://host.example ALICE ui"],

  async run(context, [invitation], flags) {
    // Loaded here because a server takes a tenth of a second to load, and no other command has one.
    const { startUi } = await import("../ui/startUi.ts")
    const page = await startUi(context, PAGE_FOLDER, invitation)
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
