/** An error that a program can tell apart by its code; the message is for people. */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

export type DecodeCode =
  | "TRUNCATED"
  | "LEFTOVER_BYTES"
  | "LENGTH_OUT_OF_RANGE"
  | "NUMBER_OUT_OF_RANGE"
  | "UNKNOWN_VARIANT"
  | "NOT_UTF8"
  | "NOT_ZERO_PADDED"
  | "FRAME_SIZE"
  | "FRAME_HEADER"
  | "SIGNATURE"
  | "ARMOR"
  | "NAME_SYNTAX"
  | "DECIMAL_SYNTAX"
  | "KEY_SYNTAX"
  | "MESSAGE_SYNTAX"
  | "PARTY_KEY_SYNTAX"

/** Bytes or text that do not say what they should. Whoever sent them must act. */
export class DecodeError extends CodedError<DecodeCode> {}

/** A fault of this program: a rule of its own that no input may break. Its maintainers must act. */
export class InvariantError extends CodedError<"INVARIANT"> {
  constructor(message: string) {
    super("INVARIANT", message)
  }
}

/** Throws InvariantError where `condition` does not hold. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}
