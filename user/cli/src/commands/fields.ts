import { escapeText } from "@event-manager/client"

/** Fields as indented lines, those inside others a step further in. All text is made safe for a terminal. */
export function fieldLines(fields: Readonly<Record<string, unknown>>, indent = "   "): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const label = `${indent}${escapeText(name)}:`
    if (Array.isArray(value)) return listLines(label, value, `${indent}   `)
    if (isRecord(value)) return [label, ...fieldLines(value, `${indent}   `)]
    return [`${label} ${escapeText(String(value))}`]
  })
}

function listLines(label: string, values: readonly unknown[], indent: string): string[] {
  if (values.length === 0) return [`${label} none`]
  if (!values.some(isRecord)) return [`${label} ${escapeText(values.join(", "))}`]
  return [
    label,
    ...values.flatMap((value) => [`${indent}-`, ...fieldLines(isRecord(value) ? value : {}, `${indent}  `)]),
  ]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
