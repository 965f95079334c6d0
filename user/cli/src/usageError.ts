import { CodedError } from "@event-manager/client"

/** The command line itself is wrong. */
export class UsageError extends CodedError<"USAGE"> {
  constructor(message: string) {
    super("USAGE", message)
  }
}
