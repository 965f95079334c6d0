/** Questions about single nodes of a syntax tree. */
import type { Node } from "oxc-parser"

export type Tree = Node

export function isName(node: Tree | undefined, name?: string): node is Tree & { type: "Identifier"; name: string } {
  return node?.type === "Identifier" && (name === undefined || node.name === name)
}

/** The text of a string, or of a template that holds nothing to fill in. */
export function literal(node: Tree | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value
  if (node?.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined
  return node.quasis[0]?.value.cooked ?? undefined
}

/** `name` of `object.name` and of `object["name"]`. */
export function memberName(node: Tree): string | undefined {
  if (node.type !== "MemberExpression") return undefined
  if (node.computed) return literal(node.property)
  return node.property.type === "Identifier" ? node.property.name : undefined
}

export function isImportMeta(node: Tree | undefined, member: string): boolean {
  return node?.type === "MemberExpression" && node.object.type === "MetaProperty" && memberName(node) === member
}
