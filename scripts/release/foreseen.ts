import { CodedError } from "@event-manager/client"

/** Wrong arguments, a file that cannot be read, a value that does not fit: the message says which. */
export function isForeseen(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof CodedError || (error instanceof Error && "code" in error)
}
