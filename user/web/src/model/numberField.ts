import { readSubmission, UserError, type Descriptor } from "@event-manager/client"

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
