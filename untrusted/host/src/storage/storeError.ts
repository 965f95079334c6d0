/** What the machine or its disk does not give; its operator must act. */
export type StoreDiskCode =
  | "STORE_LOCKED"
  | "STORE_FOREIGN"
  | "STORE_NEWER"
  | "STORE_FULL"
  | "STORE_FAILED"
  | "STORE_CORRUPT"

/** What no caller may ask, by the contract of `Store`; the maintainers of whoever asked must act. */
type StoreCallCode = "ORDER" | "TOO_LARGE" | "NO_SUCH_PART" | "STORE_CLOSED"

export type StoreCode = StoreDiskCode | StoreCallCode

/** The store did not do what it was asked. The message is one line, and quotes nothing that is stored. */
export class StoreError extends Error {
  override readonly name = "StoreError"
  readonly code: StoreCode

  constructor(code: StoreCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
