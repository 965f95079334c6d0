import { join } from "node:path"
import { startUi } from "../ui/startUi.ts"
import { succeeded, type Act } from "./command.ts"

/** Where the page is that `npm run build:web` makes. */
const PAGE_FOLDER = join(import.meta.dirname, "../../../web/dist")

export const ui: Act = {
  async run(context, [invitation], flags) {
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
