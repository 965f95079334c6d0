import assert from "node:assert/strict"
import { test } from "node:test"
import { frameOf, get, openTestHost, post } from "../testHost.ts"

test("GET /metrics counts requests by route, frames by size and refusals by code", async (t) => {
  const host = await openTestHost(t)
  await post(host, frameOf(2_048))
  await post(host, frameOf(8_192))
  await post(host, frameOf(8_192))
  await post(host, "x", "text/plain")
  await get(host, "secret-marker?secret-marker")
  const response = await get(host, "metrics")
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/)
  const metrics = await response.text()
  for (const line of [
    'event_host_requests_total{method="POST",route="/mail",status="200"} 3',
    'event_host_requests_total{method="POST",route="/mail",status="415"} 1',
    'event_host_requests_total{method="GET",route="none",status="404"} 1',
    'event_host_request_seconds_count{route="/mail"} 4',
    'event_host_frames_total{direction="in",bytes="8192"} 2',
    'event_host_frames_total{direction="out",bytes="2048"} 1',
    'event_host_refusals_total{code="MEDIA_TYPE"} 1',
    "event_host_deliveries_in_flight 0",
  ]) {
    assert(metrics.split("\n").includes(line), `${line} is not in\n${metrics}`)
  }
  assert.doesNotMatch(metrics, /marker/)
})
