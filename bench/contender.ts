/**
 * What takes part in a scenario is a program of its own, so that none runs in what another has warmed or filled. It
 * gets one task, and answers with one outcome.
 */

export interface Task {
  readonly seed: number
  readonly size: number
  /** Which of its variants a program is to run, where it has several. */
  readonly option?: string
}

export interface Outcome {
  /** Of the computation alone: without starting the program, loading libraries and making the data. */
  readonly seconds: number
  /** What was computed, in a form in which contenders can be compared. */
  readonly answer: string
  /** Whatever else was measured, by name with its unit. */
  readonly figures?: Readonly<Record<string, number>>
}

/** Takes the task, runs it, says the outcome, and ends the process. */
export function contend(run: (task: Task) => Promise<Outcome>): void {
  process.once("message", (task: Task) => {
    run(task).then(
      (outcome) => process.send?.(outcome, () => process.exit(0)),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
        process.exit(1)
      },
    )
  })
}

/** Runs something, and answers with what it came to and how many seconds it took. */
export async function timed<T>(run: () => Promise<T> | T): Promise<{ readonly seconds: number; readonly value: T }> {
  const started = performance.now()
  const value = await run()
  return { seconds: (performance.now() - started) / 1_000, value }
}
