/*
 * What runs the documents sees what is wrong with one.
 */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { entriesOf, readBlocks } from "./blocks.ts"
import { applyChange } from "./change.ts"
import { Likeness } from "./likeness.ts"
import { rehearse, type Rehearsed } from "./rehearsal.ts"
import { faultsIn } from "./types.ts"

const [ONE, TWO, THREE] = ["aaaa-bbbb-cccc-dddd-eeee", "ffff-gggg-hhhh-iiii-jjjj", "kkkk-llll-mmmm-nnnn-oooo"]

function block(info: string, text: string): string {
  return `\`\`\`${info}\n${text}\n\`\`\`\n`
}

async function rehearsed(...blocks: readonly string[]): Promise<Rehearsed> {
  return rehearse(readBlocks("a.md", blocks.join("Words.\n")))
}

async function fails(why: RegExp, ...blocks: readonly string[]): Promise<void> {
  await assert.rejects(
    rehearsed(...blocks),
    (error) => error instanceof assert.AssertionError && why.test(error.message),
  )
}

describe("A document", () => {
  test("is run in order, each terminal going on where it was", async () => {
    const { commands, left } = await rehearsed(
      block("console", "bob$ mkdir b && cd b\nalice$ echo 1 > a\nbob$ cat ../a\n1"),
      block("text file=c/d", "written"),
      block("sh run", "alias show='cat \\\n  c/d'   # goes on\n# a comment\nshow"),
      block("console", "$ show\nwritten\n$ false || echo $?\n1"),
      block("console status=3", "$ (exit 3)"),
      block('sh no-run="it is dear"', "rm -rf nothing"),
    )
    assert.equal(commands, 8)
    assert.deepEqual(left, ["a.md:30 is not run: it is dear"])
  })
  test("whose command prints something else fails", async () => {
    await fails(/shown\n1\n--- printed\n2/, block("console", "$ echo 2\n1"))
    await fails(/printed\n1\n2/, block("console", "$ printf '1\\n2\\n'\n1"))
    await fails(/shown\n1\n2/, block("console", "$ echo 1\n1\n2"))
  })
  test("whose command has another exit status fails", async () => {
    await fails(/exit status of false/, block("sh run", "false"))
    await fails(/exit status of true/, block("sh status=1", "true"))
    await fails(/exit status of false/, block("sh status=1", "false\nfalse"))
  })
  test("with a block that says nothing of how it is run fails", async () => {
    await fails(/a\.md:1 says nothing/, block("sh", "true"))
    await fails(/says nothing/, block("", "true"))
    await fails(/says nothing/, block('sh no-run=""', "true"))
    await fails(/says nothing/, block("ts check", "true"))
  })
  test("with commands that no shell can read fails, though they are not run", async () => {
    await fails(/syntax error/, block('sh no-run="it is dear"', "for x in; do"))
    await fails(/syntax error/, block("console", "$ if true\n$ true"))
  })
  test("with a program that throws fails", async () => {
    await rehearsed(block("ts run", 'const one: number = 1\nif (one !== 1) throw new RangeError("no")'))
    await fails(/RangeError: no/, block("ts run", 'throw new RangeError("no")'))
  })
  test("changes no sources but in a copy", async () => {
    await fails(/in a copy alone/, block("ts file=event-manager/x.ts", "export {}"))
  })
})

describe("Values that differ from run to run", () => {
  test("may, and stand for the same wherever they stand", () => {
    const likeness = new Likeness()
    likeness.compare(
      `ALICE is ${ONE}\n…\n at 2026-01-01T00:00:00.000Z`,
      `ALICE is ${TWO}\nx\ny\n at 2027-02-02T01:01:01Z`,
      "",
    )
    likeness.compare(`${ONE}, in 1.5 s`, `${TWO}, in 0.1 s`, "")
    assert.equal(likeness.translate(`accept ${ONE}`), `accept ${TWO}`)
  })
  test("do not stand for another, and two are not one", () => {
    const bound = (): Likeness => {
      const likeness = new Likeness()
      likeness.compare(ONE, TWO, "")
      return likeness
    }
    assert.throws(() => bound().compare(ONE, THREE, ""), assert.AssertionError)
    assert.throws(() => bound().compare(THREE, TWO, ""), assert.AssertionError)
    assert.throws(() => bound().compare("a word", TWO, ""), assert.AssertionError)
  })
})

test("A change is made where the text has one place for it, and else refused", () => {
  assert.equal(applyChange("a\nb\nc\nd\n", " a\n-b\n+B\n…\n d\n+e\n", ""), "a\nB\nc\nd\ne\n")
  for (const text of ["a\nx\n", "a\nb\na\nb\n"]) {
    assert.throws(() => applyChange(text, " a\n-b\n", "a.md:1"), assert.AssertionError)
  }
})

test("Programs are held against the packages, and against one another", () => {
  const one = block(
    "ts file=one.ts",
    'import { name, type Name } from "@event-manager/client"\nexport const It: Name = name("It")',
  )
  const two = block("ts run", 'import { It } from "./one.ts"\nconsole.log(It.length)')
  assert.equal(faultsIn(readBlocks("a.md", one + two)), "")
  for (const wrong of [two, two.replace("length", "size"), one.replace("Name = name", "number = name")]) {
    assert.match(faultsIn(readBlocks("a.md", wrong === two ? two : one + wrong)), /error TS/)
  }
})

test("A transcript's prompts name terminals, and a backslash goes on", () => {
  const [only] = readBlocks("a.md", block("console", "alice$ one \\\n  two\nout\n$ three"))
  assert.ok(only !== undefined)
  assert.deepEqual(entriesOf(only), [
    { terminal: "alice", command: "one \\\n  two", output: "out\n" },
    { terminal: "", command: "three", output: "" },
  ])
})
