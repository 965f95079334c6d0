/** npm run crash -- --rounds N [--seed S] */
import { parseArgs } from "node:util"
import { crash } from "./crash.ts"

const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" }, seed: { type: "string" } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
process.stdout.write(`seed ${seed}\n`)
const { rounds, killed, acknowledged, unanswered, lost, doubled } = await crash(Number(values.rounds), seed)
process.stdout.write(`${rounds} rounds: host killed ${killed.host} times, enclave ${killed.enclave} times\n`)
process.stdout.write(`${acknowledged} submissions acknowledged, ${lost} lost, ${doubled} doubled\n`)
process.stdout.write(`${unanswered} given up by their clients after attempts that each met a killing\n`)
process.exitCode = lost + doubled === 0 && acknowledged > 0 ? 0 : 1
