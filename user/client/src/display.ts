/** Controls, invisible and unassigned characters, line separators, and the backslash that marks an escape. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\\]/gu

/** Somebody else's text for a terminal: on one line, and with nothing in it that a terminal acts on. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) =>
    character === "\\" ? "\\\\" : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
