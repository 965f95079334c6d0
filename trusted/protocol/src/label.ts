/** What is hashed or signed: bytes behind a label that says what they are, so that none can pass for another. */
export function labelled(what: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const label = new TextEncoder().encode(`event-manager/1 ${what}`)
  const whole = new Uint8Array(label.length + body.length)
  whole.set(label)
  whole.set(body, label.length)
  return whole
}
