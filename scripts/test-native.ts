/**
 * Builds the native client and its page, and runs the demo and the tests of the command line through it: those that show
 * what only a whole process can, or, with arguments, those whose paths start so. `npm run test:native -- user/cli` is all
 * of them.
 */
import { buildNativeAndPage } from "./build-native.ts"
import { runTests } from "./test.ts"

const CLI = "user/cli/src/"
const QUICK = [
  "badHost",
  "bulk/interruption",
  "commands/",
  "demo",
  "follow",
  "inspectEvidence",
  "main",
  "rewound",
  "run.",
  "ui/",
]

const asked = process.argv.slice(2)
process.env["EVENT_CLIENT"] = (await buildNativeAndPage()).file
process.exitCode = runTests(asked.length > 0 ? asked : [...QUICK.map((each) => CLI + each), "scripts/demoRun.test.ts"])
