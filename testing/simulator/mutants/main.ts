/**
 * `npm run simulate:mutants -- --seed S --runs N`: plants each defect and runs the simulator until it is found, at most
 * N times. Fails where one is not found, or where its text is no longer in the sources. `--only TEXT` tries those whose
 * names hold the text.
 */
import { parseArgs } from "node:util"
import { defects } from "./defects.ts"
import { search } from "./search.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "20000" },
    only: { type: "string", default: "" },
  },
})

async function main(): Promise<void> {
  const runsMax = Number(values.runs)
  const tried = defects.filter(({ name }) => name.includes(values.only))
  let found = 0
  for (const defect of tried) {
    const finding = await search(defect, Number(values.seed), runsMax)
    if (finding !== undefined) found += 1
    const said =
      finding === undefined ? `NOT FOUND in ${runsMax} runs` : `found after ${finding.runs} runs: ${finding.what}`
    process.stdout.write(`${defect.name}\n  ${said}\n`)
  }
  process.stdout.write(`${found} of ${tried.length} planted defects found\n`)
  if (found < tried.length) process.exitCode = 1
}

await main()
