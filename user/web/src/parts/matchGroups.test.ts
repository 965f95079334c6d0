import { name, partyKey, type Match } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { isFound, matchedKeys } from "./matchGroups.ts"

const alice = partyKey(new Uint8Array(32).fill(1))
const claims = name("Claims")

/** A match as the enclave tells it. */
function match(position: number, key: string, computation = claims, message?: string): Match {
  // Brands of the protocol, which a test may make.
  return { computation, position, party: alice, key: key as Match["key"], message: message as Match["message"] }
}

test("submissions of a key stand together, the latest key first, and no other computation's among them", () => {
  const all = [match(0, "a"), match(1, "b"), match(2, "a"), match(3, "a", name("Other"))]
  const found = matchedKeys(all, claims).map(({ key, submissions }) => [key, submissions.map((each) => each.position)])
  assert.deepEqual(found, [
    ["b", [1]],
    ["a", [0, 2]],
  ])
})

test("what is searched for stands in key, message or name, in whatever case", () => {
  const [group] = matchedKeys([match(0, "VIN1", claims, "Front light")], claims)
  assert.ok(group !== undefined)
  const nameOf = (): string => "ALICE"
  for (const text of ["", "  ", "vin", "LIGHT", "alice"]) assert.ok(isFound(group, text, nameOf), text)
  assert.ok(!isFound(group, "bob", nameOf))
})
