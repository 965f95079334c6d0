/** The user's wish to stop: the first signal asks for an end in good order, the second for one at once. */
export class Interruption {
  readonly #asked = new AbortController()
  readonly #insisted = new AbortController()
  readonly #onAsked: () => void
  readonly #listener = (): void => this.#take()

  /** Listens for SIGINT and SIGTERM until `release`; `onAsked` is called at the first. */
  constructor(onAsked: () => void) {
    this.#onAsked = onAsked
    for (const signal of SIGNALS) process.on(signal, this.#listener)
  }

  get asked(): AbortSignal {
    return this.#asked.signal
  }

  get insisted(): AbortSignal {
    return this.#insisted.signal
  }

  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener)
  }

  #take(): void {
    if (this.#asked.signal.aborted) this.#insisted.abort()
    else {
      this.#asked.abort()
      this.#onAsked()
    }
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const

/** What the promise brings, or undefined once the signal is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  // Promise.race would keep every value for as long as the signal lives.
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  const onAbort = (): void => resolve(undefined)
  if (signal.aborted) onAbort()
  signal.addEventListener("abort", onAbort)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener("abort", onAbort)
  }
}
