/** What the demo's scripts showed, read back as steps. */

export interface Step {
  /** The command line after `event-client`, as words. */
  readonly words: readonly string[]
  readonly output: readonly string[]
}

const PROMPT = "$ event-client "

/** Lines before the first command belong to no step. */
export function readTranscript(text: string): Step[] {
  const steps: { words: string[]; output: string[] }[] = []
  for (const line of text.split("\n")) {
    if (line.startsWith(PROMPT)) steps.push({ words: wordsOf(line.slice(PROMPT.length)), output: [] })
    else steps.at(-1)?.output.push(line)
  }
  return steps
}

/** What the last run of a command line said; undefined where it was never run. */
export function outputOf(steps: readonly Step[], ...words: readonly string[]): readonly string[] | undefined {
  return steps.findLast((step) => step.words.join("\n") === words.join("\n"))?.output
}

/** Words with spaces in them stand in double quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "")
}
