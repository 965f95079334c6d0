/* Setting up a computation at the page, and inviting to it. */
import type { Person } from "./person.ts"

export interface Plan {
  readonly name: string
  readonly type: "avg" | "min" | "max" | "key"
  readonly quorum: number
  /** Others who take part; the convenor does too unless it is said. */
  readonly others: readonly { readonly name: string }[]
  readonly withoutMe?: true
  readonly release?: "first" | "all" | "witnessed"
  readonly matches?: "told" | "counted"
}

/** Creates it in the steps that the page asks for. Returns the link of the invitation. */
export async function create(
  person: Person,
  { name, type, quorum, others, withoutMe, release, matches }: Plan,
): Promise<string> {
  await person.go("computations")
  await person.press("list.create")
  await person.choose(`type.${type}`)
  await person.type("create.name", name)
  await person.press("do.next")
  if (withoutMe === true) await person.choose({ text: person.name })
  for (const other of others) await person.choose({ text: other.name })
  await person.press("do.next")
  await person.type(type === "key" ? "create.quorumKey" : "create.quorum", String(quorum))
  if (release !== undefined) await person.choose(`create.release.${release}`)
  if (matches !== undefined) await person.choose(`create.matches.${matches}`)
  await person.press("do.next")
  await person.press("create.do")
  await person.isAt(name)
  return linkOf(person)
}

/** The link in the invitation that is to be seen. */
export async function linkOf(person: Person): Promise<string> {
  return person.field("invite.link").inputValue()
}

/** Takes up an invitation to a server that this person has not used: nothing is asked of it before they agree. */
export async function takeUp(person: Person, link: string): Promise<void> {
  await person.open(link)
  await person.press("opened.use")
}

/** Opens one of one's computations from the list. */
export async function openComputation(person: Person, name: string): Promise<void> {
  await person.go("computations")
  await person.page.getByRole("button", { name: new RegExp(`^${name} `) }).click()
  await person.isAt(name)
}

/** Submits a number, or revises it, and waits for the receipt. */
export async function submit(person: Person, value: string): Promise<void> {
  await person.type("submit.number", value)
  const before = await receipts(person)
  await person.page
    .getByRole("button", { name: new RegExp(`^(${person.said("submit.do")}|${person.said("submit.revise")})$`) })
    .click()
  await person.sees("submit.done")
  await person.page.locator("ol li").nth(before).waitFor()
}

export async function submitKey(person: Person, key: string, message: string): Promise<void> {
  const before = await receipts(person)
  await person.type("keys.key", key)
  await person.type("keys.message", message)
  await person.press("submit.do")
  await person.page.locator("ol li").nth(before).waitFor()
}

/** How many lines the computation's history has. */
function receipts(person: Person): Promise<number> {
  return person.page.locator("ol li").count()
}
