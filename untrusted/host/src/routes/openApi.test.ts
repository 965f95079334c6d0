import assert from "node:assert/strict"
import { test } from "node:test"
import { get, openTestHost } from "../testHost.ts"

test("GET /openapi.json describes every route, and octets as octets", async (t) => {
  const host = await openTestHost(t)
  const { openapi, paths } = await (await get(host, "openapi.json")).json()
  assert.match(openapi, /^3\.1\./)
  assert.deepEqual(Object.keys(paths).sort(), [
    "/attestation",
    "/events",
    "/healthz",
    "/mail",
    "/metrics",
    "/openapi.json",
  ])
  const binary = { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
  assert.deepEqual(paths["/attestation"].get.responses["200"].content, binary)
  const { requestBody, responses } = paths["/mail"].post
  for (const content of [requestBody.content, responses["200"].content]) {
    assert.deepEqual(Object.keys(content), ["application/octet-stream"])
    assert.equal(content["application/octet-stream"].schema.format, "binary")
  }
  assert.deepEqual(Object.keys(paths["/events"].get.responses["200"].content), ["text/event-stream"])
  for (const route of Object.values<Record<string, { responses: Record<string, { content: object }> }>>(paths)) {
    for (const { responses } of Object.values(route)) {
      assert.deepEqual(Object.keys(responses["4XX"]?.content ?? {}), ["application/json"])
    }
  }
})
