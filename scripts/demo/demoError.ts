/** The demo cannot go on; the message says why, on one line, to whoever runs it. */
export class DemoError extends Error {
  override readonly name = "DemoError"
}
