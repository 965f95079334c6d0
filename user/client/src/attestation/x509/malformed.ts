import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"

/** What `read` answers. Throws AttestationError with this code where `read` meets bytes that it cannot read. */
export function readOr<T>(code: AttestationError["code"], what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new AttestationError(code, `${what} cannot be read: ${cause.message}`, { cause })
  }
}
