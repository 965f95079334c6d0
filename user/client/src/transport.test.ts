import { strict as assert } from "node:assert"
import { test } from "node:test"
import { httpTransport } from "./transport.ts"

test("an address ends in a slash, without query and fragment", () => {
  assert.equal(httpTransport("https://Host.example/path?a=b#c").address, "https://host.example/path/")
})

test("HOST_REFUSED: what is no address, and one with a user name or password, which no message repeats", () => {
  for (const server of ["", "host", "ftp://host", "http://me:secret@host/", "https://secret@host/"]) {
    assert.throws(
      () => httpTransport(server),
      (error) =>
        error instanceof Error && "code" in error && error.code === "HOST_REFUSED" && !error.message.includes("secret"),
    )
  }
})
