/*
 * What the test files of this repository are made of, read from their syntax.
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseSync, Visitor, type Node } from "oxc-parser"

const ROOT = join(import.meta.dirname, "../..")

export interface TestFile {
  readonly path: string
  readonly titles: readonly string[]
  /** Calls that assert something, or hand it to a helper whose name says so. */
  readonly assertions: number
  /** Tests that are skipped, left for later, run alone, or do nothing. */
  readonly hollow: readonly string[]
}

type Call = Extract<Node, { type: "CallExpression" }>

const TESTS = new Set(["test", "it", "describe", "suite"])
const NOT_RUN = new Set(["skip", "todo", "only"])

export function testFiles(): readonly TestFile[] {
  const found = globSync("{trusted,untrusted,user,testing,scripts}/**/*.test.ts", {
    cwd: ROOT,
    exclude: ["**/node_modules", "**/dist"],
  })
  return found.toSorted().map((path) => readTests(path, readFileSync(join(ROOT, path), "utf8")))
}

export function readTests(path: string, text: string): TestFile {
  const titles: string[] = []
  const hollow: string[] = []
  let assertions = 0
  new Visitor({
    CallExpression(node) {
      const { name, member } = calledName(node.callee)
      if (name === "assert" || name === "fc") assertions += 1
      if (!TESTS.has(name) || (member !== "" && !NOT_RUN.has(member))) return
      const [title] = node.arguments
      const written = title === undefined ? "" : text.slice(title.start, title.end)
      titles.push(written.slice(1, -1))
      if (member !== "" || /\b(skip|todo|only):/.test(optionsText(node, text)) || isEmpty(node)) hollow.push(written)
    },
  }).visit(parseSync(path, text).program)
  return { path, titles, assertions, hollow }
}

function calledName(callee: Node): { readonly name: string; readonly member: string } {
  if (callee.type === "Identifier") return { name: callee.name, member: "" }
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return { name: "", member: "" }
  return { name: callee.object.name, member: callee.property.type === "Identifier" ? callee.property.name : "" }
}

function optionsText(node: Call, text: string): string {
  const options = node.arguments.find(({ type }) => type === "ObjectExpression")
  return options === undefined ? "" : text.slice(options.start, options.end)
}

/** Whether there is nothing to run. */
function isEmpty(node: Call): boolean {
  const last = node.arguments.at(-1)
  if (last === undefined || last.type === "Literal") return true
  const isFunction = last.type === "ArrowFunctionExpression" || last.type === "FunctionExpression"
  return isFunction && last.body?.type === "BlockStatement" && last.body.body.length === 0
}
