/*
 * What a source file names: other modules, and the globals around it. Read from the syntax tree that oxc-parser gives,
 * the parser that the linter and the search for unused code are built on: TypeScript 7 has no stable interface yet,
 * es-module-lexer cannot read TypeScript, and esbuild drops every import of types before it reports.
 */
import { parseSync, Visitor, type VisitorObject } from "oxc-parser"
import { isImportMeta, isName, literal, memberName, type Tree } from "./syntax.ts"

/** A module that a file names. Where only the run could tell which one, there is no specifier. */
export interface Reference {
  readonly specifier: string | undefined
  readonly line: number
}

/** An identifier, a member written `.name`, a function of Math written `Math.name`, or a keyword (await, async, import.meta). */
export interface Mention {
  readonly name: string
  readonly line: number
}

export interface Source {
  /** Why the file does not parse, if it does not. */
  readonly problem: string | undefined
  readonly references: readonly Reference[]
  readonly mentions: readonly Mention[]
}

/** Collects while the tree is walked, parents before children. */
interface Reader {
  readonly refer: (node: Tree, specifier: string | undefined) => void
  readonly mention: (node: Tree, name: string) => void
  /** The node is a label, or has been dealt with: it is not a mention. */
  readonly excuse: (node: Tree | null) => void
}

const MODULE_FILE = /\.[cm]?[jt]s$/
/** A bundle is data to whoever starts it in a process of its own. */
const BUILT_FILE = /(^|\/)dist\//
const LOADERS: readonly string[] = ["require", ".getBuiltinModule"]

export function readSource(file: string, whole: string): Source {
  const isComponent = file.endsWith(".svelte")
  const text = isComponent ? scriptsIn(whole) : whole
  const parsed = parseSync(isComponent ? `${file}.ts` : file, text)
  const references: Reference[] = []
  const mentions: Mention[] = []
  const excused = new Set<Tree>()
  const lineOf = lineCounter(text)
  const reader: Reader = {
    refer: (node, specifier) => references.push({ specifier, line: lineOf(node.start) }),
    mention: (node, name) => excused.has(node) || mentions.push({ name, line: lineOf(node.start) }),
    excuse: (node) => node !== null && excused.add(node),
  }
  new Visitor({ ...imports(reader), ...calls(reader), ...keywords(reader), ...names(reader), ...labels(reader) }).visit(
    parsed.program,
  )
  return { problem: parsed.errors[0]?.message, references: [...references, ...looseLoaders(mentions)], mentions }
}

/** A component's scripts, at the lines where they stand. Its markup names nothing that they have not imported. */
function scriptsIn(component: string): string {
  const lines: string[] = []
  let isScript = false
  for (const line of component.split("\n")) {
    const isBound = /^<\/?script\b.*>$/.test(line)
    if (isBound) isScript = line.startsWith("<script")
    lines.push(isScript && !isBound ? line : "")
  }
  return lines.join("\n")
}

function imports({ refer, excuse }: Reader): VisitorObject {
  return {
    ImportDeclaration: (node) => refer(node, node.source.value),
    ExportAllDeclaration: (node) => refer(node, node.source.value),
    ExportNamedDeclaration(node) {
      if (node.source === null) return
      refer(node, node.source.value)
      for (const specifier of node.specifiers) excuse(specifier.local)
    },
    ImportExpression: (node) => refer(node, literal(node.source)),
    TSImportType: (node) => refer(node, node.source.value),
    TSExternalModuleReference: (node) => refer(node, node.expression.value),
  }
}

/** Calls that load a module, and paths of modules beside this one that are made for a worker to load. */
function calls({ refer, excuse }: Reader): VisitorObject {
  return {
    CallExpression(node) {
      if (!isLoader(node.callee)) return
      excuse(node.callee)
      refer(node, literal(node.arguments[0]))
    },
    NewExpression(node) {
      const path = literal(node.arguments[0])
      if (path === undefined || !isName(node.callee, "URL") || !isImportMeta(node.arguments[1], "url")) return
      if (MODULE_FILE.test(path) && !BUILT_FILE.test(path)) refer(node, path)
    },
  }
}

function isLoader(callee: Tree): boolean {
  return isName(callee, "require") || memberName(callee) === "getBuiltinModule" || isImportMeta(callee, "resolve")
}

/** A loader that is mentioned without being called there can be called anywhere, with anything. */
function looseLoaders(mentions: readonly Mention[]): Reference[] {
  return mentions.filter(({ name }) => LOADERS.includes(name)).map(({ line }) => ({ specifier: undefined, line }))
}

function keywords({ mention, excuse }: Reader): VisitorObject {
  const asynchronous = (node: Tree & { async: boolean }): void => {
    if (node.async) mention(node, "async")
  }
  return {
    AwaitExpression: (node) => mention(node, "await"),
    ForOfStatement(node) {
      if (node.await) mention(node, "await")
    },
    FunctionDeclaration: asynchronous,
    FunctionExpression: asynchronous,
    ArrowFunctionExpression: asynchronous,
    MetaProperty(node) {
      mention(node, `${node.meta.name}.${node.property.name}`)
      excuse(node.meta)
      excuse(node.property)
    },
  }
}

function names({ mention, excuse }: Reader): VisitorObject {
  return {
    Identifier: (node) => mention(node, node.name),
    MemberExpression(node) {
      const name = memberName(node)
      if (!node.computed) excuse(node.property)
      if (name === undefined) return
      if (!isName(node.object, "Math")) return mention(node, `.${name}`)
      excuse(node.object)
      mention(node, `Math.${name}`)
    },
    ObjectPattern(node) {
      for (const property of node.properties) {
        if (property.type === "Property" && isName(property.key)) mention(property.key, `.${property.key.name}`)
      }
    },
  }
}

/** Identifiers that name a property, a member of a type or something in another module. */
function labels({ excuse }: Reader): VisitorObject {
  const keyed = (node: Tree & { computed: boolean; key: Tree }): void => {
    if (!node.computed) excuse(node.key)
  }
  return {
    Property: keyed,
    MethodDefinition: keyed,
    PropertyDefinition: keyed,
    TSPropertySignature: keyed,
    TSMethodSignature: keyed,
    ImportSpecifier: (node) => excuse(node.imported),
    ExportSpecifier: (node) => excuse(node.exported),
    TSQualifiedName: (node) => excuse(node.right),
    TSNamedTupleMember: (node) => excuse(node.label),
  }
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [...text.matchAll(/\n/g)].map((match) => match.index + 1)
  return (offset) => 1 + starts.filter((start) => start <= offset).length
}
