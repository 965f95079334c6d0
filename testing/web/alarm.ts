import { strict as assert } from "node:assert"
import type { WordKey } from "../../user/web/src/words/words.ts"
import type { Person } from "./person.ts"
import { said } from "./said.ts"

/** Waits for an alarm, which must take the place of everything and say what to do, and tries to be rid of it by habit. */
export async function alarmStays(person: Person, title: WordKey): Promise<void> {
  const { page } = person
  await person.isAt(said(title))
  await person.sees("alarm.todo")
  const shown = await viewOf(person)
  for (const key of ["Escape", "Enter", "Space", "Backspace", "Escape"]) await page.keyboard.press(key)
  const { width, height } = page.viewportSize() ?? { width: 1_280, height: 720 }
  for (const [x, y] of [
    [5, 5],
    [width - 5, height - 5],
    [width / 2, height / 3],
    [5, height / 2],
  ] as const) {
    await page.mouse.click(x, y)
  }
  assert.equal(await viewOf(person), shown, "nothing of it went")
  assert.equal(await page.getByRole("navigation").getByRole("button").count(), 0, "there is no way around it")
  assert.equal(
    await page
      .getByRole("alert")
      .filter({ hasText: said(title) })
      .count(),
    1,
    "a screen reader is told",
  )
}

function viewOf({ page }: Person): Promise<string> {
  return page.locator("main").innerText()
}
