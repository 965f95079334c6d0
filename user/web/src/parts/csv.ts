/**
 * Where a spreadsheet would take what follows for a formula: at a cell's beginning, and after what separates cells where
 * it is no comma, for there a quoted cell is split all the same.
 */
const FORMULA = /(^|[;\t\r\n])(?=["' ]*[=+\-@])|^(?=[\t\r])/g

/**
 * Rows as RFC 4180 has them. What a spreadsheet would take for a formula is led by an apostrophe: what others wrote must
 * not act there.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")
}

function cell(text: string): string {
  const inert = text.replace(FORMULA, "$1'")
  return inert !== text || /[",\r\n]/.test(text) ? `"${inert.replaceAll('"', '""')}"` : text
}
