/** The command line itself is wrong. Not of the library's kind, which need not be loaded to say so. */
export class UsageError extends Error {
  override readonly name = "UsageError"
  readonly code = "USAGE"
}
