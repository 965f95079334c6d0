import type { Voice } from "../report.ts"

/** How far something has come. */
interface Reached {
  /** Keys that have been acknowledged in this run. */
  readonly keys: number
  /** Of the whole, from 0 to 1; undefined where nobody knows how much there is. */
  readonly share: number | undefined
}

/** Where a run shows how far it has come. */
export interface Progress {
  show(reached: Reached): void
  /** Makes way for a line that is printed. */
  clear(): void
}

const LINE_EVERY_MS = 5_000
const DRAWN_EVERY_MS = 100
const BAR_LETTERS = 24

/** A bar where a person watches; otherwise a line every few seconds; for a script nothing. `now` is in milliseconds. */
export function openProgress(voice: Voice, isTerminal: boolean, now: () => number = () => performance.now()): Progress {
  if (voice.isJson) return { show: () => undefined, clear: () => undefined }
  return isTerminal ? new Bar(voice, now) : new Lines(voice, now)
}

/** Words for how far it has come, how fast, and how long it will take. */
class Pace {
  readonly #startedAt: number
  #shareAtStart: number | undefined

  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  words({ keys, share }: Reached, at: number): string {
    const seconds = Math.max((at - this.#startedAt) / 1_000, 0.001)
    const words = [`${keys} keys`, `${Math.round(keys / seconds)} keys/s`]
    if (share === undefined) return words.join(", ")
    this.#shareAtStart ??= share
    const gained = share - this.#shareAtStart
    const left = gained > 0 ? [`${clock(((1 - share) * seconds) / gained)} left`] : []
    return [`${Math.floor(share * 100)} %`, ...words, ...left].join(", ")
  }
}

/** Hours, where there are any, minutes and seconds. */
function clock(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60]
  const [twoMinutes, twoSeconds] = [minutes, whole % 60].map((each) => String(each).padStart(2, "0"))
  return hours > 0 ? `${hours}:${twoMinutes}:${twoSeconds}` : `${minutes}:${twoSeconds}`
}

class Lines implements Progress {
  readonly #voice: Voice
  readonly #now: () => number
  readonly #pace: Pace
  #saidAt: number

  constructor(voice: Voice, now: () => number) {
    this.#voice = voice
    this.#now = now
    this.#saidAt = now()
    this.#pace = new Pace(this.#saidAt)
  }

  show(reached: Reached): void {
    const at = this.#now()
    const words = this.#pace.words(reached, at)
    if (at - this.#saidAt < LINE_EVERY_MS) return
    this.#saidAt = at
    this.#voice.note(words)
  }

  clear(): void {}
}

/*
 * Our own: the one of @clack/prompts takes the terminal's input in hand, ends the process with status 0 at Ctrl-C, and
 * would read what is piped to `-`.
 */
class Bar implements Progress {
  readonly #voice: Voice
  readonly #now: () => number
  readonly #pace: Pace
  #drawnAt = Number.NEGATIVE_INFINITY
  #isDrawn = false

  constructor(voice: Voice, now: () => number) {
    this.#voice = voice
    this.#now = now
    this.#pace = new Pace(now())
  }

  show(reached: Reached): void {
    const at = this.#now()
    const words = this.#pace.words(reached, at)
    if (at - this.#drawnAt < DRAWN_EVERY_MS) return
    this.#drawnAt = at
    this.#isDrawn = true
    const filled = Math.round((reached.share ?? 0) * BAR_LETTERS)
    const bar = reached.share === undefined ? "" : `[${"#".repeat(filled).padEnd(BAR_LETTERS, "-")}] `
    this.#voice.draw(`${ERASE_LINE}${bar}${words}`)
  }

  clear(): void {
    if (this.#isDrawn) this.#voice.draw(ERASE_LINE)
    this.#isDrawn = false
  }
}

/** To the first column, and erase to the end (ECMA-48 section 8.3.41). */
const ERASE_LINE = "\r\u001b[K"
