import { isWordKey, say } from "../words/words.ts"

/** What happened, by a code that a journal has kept: it may be of another version, and then is all that can be said. */
export function titleOf(code: string): string {
  const key = `failure.${code}.title`
  return isWordKey(key) ? say(key, { number: 0 }) : code
}
