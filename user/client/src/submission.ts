import {
  decimalText,
  DecodeError,
  limits,
  matchKey,
  message as checkMessage,
  utf8Length,
  type Descriptor,
  type Submission,
} from "@event-manager/protocol"
import { UserError } from "./errors.ts"

/** What a user wrote, as a submission that this type of computation takes. Throws UserError. */
export function readSubmission(descriptor: Descriptor, value: string, message: string | undefined): Submission {
  return descriptor.type === "key" ? readKey(value, message) : readNumber(descriptor, value, message)
}

function readNumber(descriptor: Descriptor, value: string, message: string | undefined): Submission {
  if (message !== undefined) {
    throw new UserError("INVALID_VALUE", `${descriptor.name} takes a number alone; a message goes with a key`)
  }
  return checked(
    () => ({ kind: "number", value: decimalText(value) }),
    () => {
      const { decimalWholeDigitsMax: whole, decimalFractionDigitsMax: fraction } = limits
      if (!/^-?[0-9]+(\.[0-9]+)?$/.test(value)) {
        return new UserError("INVALID_VALUE", `${descriptor.name} takes a decimal number such as 1234.50 or -7`)
      }
      const most = `a number has at most ${whole} digits before the point and ${fraction} after it`
      return new UserError("LIMIT_EXCEEDED", most)
    },
  )
}

function readKey(value: string, message: string | undefined): Submission {
  // The same text may be typed in several forms; a key is compared in one (Unicode UAX #15).
  const key = value.isWellFormed() ? value.normalize("NFC") : value
  const tooLong = `a key has at most ${limits.keyBytesMax} bytes and its message at most ${limits.messageBytesMax}`
  return checked(
    () => ({
      kind: "key",
      key: matchKey(key),
      message: message === undefined ? undefined : checkMessage(message),
    }),
    (error) => {
      const isTooLong = utf8Length(key) > limits.keyBytesMax || utf8Length(message ?? "") > limits.messageBytesMax
      return isTooLong ? new UserError("LIMIT_EXCEEDED", tooLong) : new UserError("INVALID_VALUE", error.message)
    },
  )
}

function checked(read: () => Submission, explain: (error: DecodeError) => UserError): Submission {
  try {
    return read()
  } catch (error) {
    if (error instanceof DecodeError) throw explain(error)
    throw error
  }
}
