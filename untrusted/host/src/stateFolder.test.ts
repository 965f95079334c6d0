import assert from "node:assert/strict"
import { homedir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { stateFolder } from "./stateFolder.ts"

test("The user's state directory, where a relative XDG_STATE_HOME counts as none", () => {
  const inHome = join(homedir(), ".local/state/event-manager")
  assert.equal(stateFolder({ XDG_STATE_HOME: "/state" }), "/state/event-manager")
  assert.equal(stateFolder({ XDG_STATE_HOME: "state" }), inHome)
  assert.equal(stateFolder({}), inHome)
})
