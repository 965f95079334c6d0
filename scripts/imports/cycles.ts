/** Files that import one another in a circle, types included: none of them could be read, or tested, by itself. */

export interface Edge {
  readonly to: string
  readonly line: number
}

export interface Cycle {
  readonly line: number
  /** From a file back to itself, which is named at both ends. */
  readonly files: readonly string[]
}

/** One cycle for each edge that closes one in a walk through the files in their order. */
export function cyclesIn(graph: ReadonlyMap<string, readonly Edge[]>): Cycle[] {
  const cycles: Cycle[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    if (done.has(file)) return
    path.push(file)
    for (const { to, line } of graph.get(file) ?? []) {
      const start = path.indexOf(to)
      if (start === -1) visit(to)
      else cycles.push({ line, files: [file, ...path.slice(start)] })
    }
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return cycles
}
