/**
 * Takes a picture of every view, light and dark, wide and narrow, for docs/screenshots. A picture of the same view differs
 * from one run to the next in its keys and times.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { shrinkPng } from "./png.ts"
import { Setting } from "./setting.ts"
import { tour } from "./tour.ts"

const FOLDER = join(import.meta.dirname, "../../docs/screenshots")
const WIDTHS = { wide: 1_280, narrow: 360 } as const
const HEIGHT = 800

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
const setting = await Setting.begin("--serve-ui")
let bytes = 0
for await (const { name, person } of tour(setting)) await picture(name, person.page)
await setting.end()
process.stdout.write(`docs/screenshots: ${Math.ceil(bytes / 1_000)} kB\n`)

async function picture(name: string, page: Page): Promise<void> {
  // Off whatever it was that was pressed.
  await page.mouse.move(0, 0)
  // A dialog stands over what is seen, not over what one would have to scroll to.
  const fullPage = (await page.getByRole("dialog").count()) === 0
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    for (const [shape, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: HEIGHT })
      const png = shrinkPng(await page.screenshot({ fullPage, animations: "disabled", caret: "hide" }))
      bytes += png.length
      writeFileSync(join(FOLDER, `${name}-${shape}-${colorScheme}.png`), png)
    }
  }
  await page.emulateMedia({ colorScheme: null })
  await page.setViewportSize({ width: WIDTHS.wide, height: 720 })
}
