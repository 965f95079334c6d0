const KEY = "language"

/** The language that was chosen here before; none where the browser keeps nothing for the page. */
export function rememberedLanguage(): readonly string[] {
  try {
    const tag = localStorage.getItem(KEY)
    return tag === null ? [] : [tag]
  } catch {
    // Denied. The browser's own languages do.
    return []
  }
}

export function rememberLanguage(tag: string): void {
  try {
    localStorage.setItem(KEY, tag)
  } catch {
    // Denied or full. It is chosen again next time.
  }
}
