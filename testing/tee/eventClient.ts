#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/*
 * event-client, with the test TEE's roots in place of the makers': from the file that EVENT_MANAGER_TEST_ROOTS names. The
 * client that is shipped has no such way in.
 */
import { readFileSync } from "node:fs"
import { run } from "../../user/cli/src/run.ts"
import { readRoots, type WrittenRoots } from "./testTee.ts"

const streams = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
}
const written = JSON.parse(readFileSync(process.env["EVENT_MANAGER_TEST_ROOTS"] ?? "", "utf8")) as WrittenRoots
process.exitCode = await run(process.argv.slice(2), streams, readRoots(written))
