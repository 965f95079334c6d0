import { convert, text, type Codec } from "./codec.ts"
import { DECIMAL_BYTES_MAX, parseDecimal } from "./decimal.ts"
import { DecodeError } from "./errors.ts"
import { limits } from "./limits.ts"

declare const brand: unique symbol
/** A computation's or a person's name: 1 to 64 of ASCII letters, digits, `.`, `_`, `-`. */
export type Name = string & { readonly [brand]: "Name" }
/** A matching key: 1 to 256 bytes of UTF-8 in normalization form C. */
export type MatchKey = string & { readonly [brand]: "MatchKey" }
/** The message beside a key: at most 1 KiB of UTF-8. */
export type Message = string & { readonly [brand]: "Message" }
/** A decimal number as its author wrote it; parseDecimal reads it. */
export type DecimalText = string & { readonly [brand]: "DecimalText" }

const NAME_SYNTAX = new RegExp(`^[A-Za-z0-9._-]{1,${limits.nameBytesMax}}$`)

/** Throws DecodeError (NAME_SYNTAX). */
export function name(written: string): Name {
  if (!NAME_SYNTAX.test(written)) {
    throw new DecodeError("NAME_SYNTAX", `a name has 1 to ${limits.nameBytesMax} letters, digits, '.', '_' or '-'`)
  }
  return written as Name
}

/** Throws DecodeError (KEY_SYNTAX); text in another normalization form is refused, so that equal keys are equal bytes. */
export function matchKey(written: string): MatchKey {
  if (!written.isWellFormed() || written.normalize("NFC") !== written) {
    throw new DecodeError("KEY_SYNTAX", "a key is text in Unicode normalization form C")
  }
  const length = utf8Length(written)
  if (length < 1 || length > limits.keyBytesMax) {
    throw new DecodeError("KEY_SYNTAX", `a key has 1 to ${limits.keyBytesMax} bytes; this one has ${length}`)
  }
  return written as MatchKey
}

/** Throws DecodeError (MESSAGE_SYNTAX). */
export function message(written: string): Message {
  if (!written.isWellFormed()) throw new DecodeError("MESSAGE_SYNTAX", "a message is Unicode text")
  const length = utf8Length(written)
  if (length > limits.messageBytesMax) {
    throw new DecodeError(
      "MESSAGE_SYNTAX",
      `a message has at most ${limits.messageBytesMax} bytes; this one has ${length}`,
    )
  }
  return written as Message
}

/** Throws DecodeError (DECIMAL_SYNTAX). */
export function decimalText(written: string): DecimalText {
  parseDecimal(written)
  return written as DecimalText
}

/** The length of well-formed text in bytes of UTF-8. */
export function utf8Length(written: string): number {
  return new TextEncoder().encode(written).length
}

export const nameCodec: Codec<Name> = branded(text(1, limits.nameBytesMax), name)
export const matchKeyCodec: Codec<MatchKey> = branded(text(1, limits.keyBytesMax), matchKey)
export const messageCodec: Codec<Message> = branded(text(0, limits.messageBytesMax), message)
export const decimalTextCodec: Codec<DecimalText> = branded(text(1, DECIMAL_BYTES_MAX), decimalText)

function branded<T extends string>(raw: Codec<string>, check: (written: string) => T): Codec<T> {
  return convert(raw, (value: T) => value, check)
}
