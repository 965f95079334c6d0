/** The time, and what is to be done later. A timer alone does not keep the process alive. */
export interface Clock {
  /** Milliseconds from some fixed moment; never goes back. */
  nowMs(): number
  /** Calls `run` once, `ms` from now, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** `promise`, or what `late` answers or throws where that takes longer than `ms`. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>, late: () => T): Promise<T> {
  const due = Promise.withResolvers<void>()
  const cancel = clock.after(ms, due.resolve)
  try {
    return await Promise.race([promise, due.promise.then(late)])
  } finally {
    cancel()
  }
}
