/** Offers a text to the user as a file of this name. */
export function saveFile(name: string, text: string, type = "text/plain"): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  // The download has begun by the next task; the text need not be kept any longer than that.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
