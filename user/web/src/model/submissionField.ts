import { readSubmission, UserError, type Descriptor, type Head } from "@event-manager/client"

/** What came of submitting. */
export interface Submitted {
  readonly quorumReached: boolean
  readonly receipt: Head
  /** The receipt as a file's text: two that contradict one another prove a fork. */
  readonly receiptFile: string
}

/** More than the longest number there is, with space around it. */
const CHARACTERS_MAX = 100

/**
 * What was typed into a number field, as `readSubmission` takes it: without white space around it. Its size is looked at
 * before anything else. Throws UserError (INVALID_VALUE, LIMIT_EXCEEDED).
 */
export function readNumberField(descriptor: Descriptor, typed: string): ReturnType<typeof readSubmission> {
  if (typed.length > CHARACTERS_MAX) {
    throw new UserError("LIMIT_EXCEEDED", `a number has at most ${CHARACTERS_MAX} characters; here are ${typed.length}`)
  }
  return readSubmission(descriptor, typed.trim(), undefined)
}

/** The longest key and message fit, in any script; what is longer is refused unread. */
const TEXT_CHARACTERS_MAX = 4_096

/**
 * What was typed as a submission of any type, with a message where it is a key. Its size is looked at first. Throws
 * UserError (INVALID_VALUE, LIMIT_EXCEEDED).
 */
export function readSubmissionField(
  descriptor: Descriptor,
  value: string,
  message: string | undefined,
): ReturnType<typeof readSubmission> {
  if (descriptor.type !== "key") return readNumberField(descriptor, value)
  if (Math.max(value.length, message?.length ?? 0) > TEXT_CHARACTERS_MAX) {
    throw new UserError("LIMIT_EXCEEDED", `a key or message has at most ${TEXT_CHARACTERS_MAX} characters here`)
  }
  return readSubmission(descriptor, value, message === "" ? undefined : message)
}
