import assert from "node:assert/strict"
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { after, test } from "node:test"
import { availableLayer, lockedDown, spawnLockedDown } from "./lockdown.ts"

const probe = join(import.meta.dirname, "lockdown.probe.mts")
const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
const socket = join(folder, "socket")
const tcpServer = createHttpServer((_request, response) => response.end())
const unixServer = createServer((connection) => connection.end())
const targets = {
  port: await listen(tcpServer, { port: 0, host: "127.0.0.1" }),
  socket,
  folder,
  program: process.execPath,
  file: join(import.meta.dirname, "lines.ts"),
}
await listen(unixServer, { path: socket })

after(() => {
  tcpServer.close()
  tcpServer.closeAllConnections()
  unixServer.close()
  rmSync(folder, { recursive: true })
})

function listen(server: Server, where: { port: number; host: string } | { path: string }): Promise<number> {
  return new Promise((resolve) => {
    server.listen(where, () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })
}

async function outcomes(child: ChildProcessWithoutNullStreams): Promise<Record<string, string>> {
  child.stdin.end(JSON.stringify(targets))
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)])
  assert.match(out, /^\{/, error)
  return JSON.parse(out)
}

/** Whether there is a process group of this number: kill(2), with no signal to send. */
function leadsGroup(pid: number): boolean {
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

/** What stops each attempt, under Node's permissions alone as with an OS layer around them. */
const stoppedBy: Readonly<Record<string, string>> = {
  connectTcp: "ERR_ACCESS_DENIED",
  connectUnixSocket: "ERR_ACCESS_DENIED",
  listenTcp: "ERR_ACCESS_DENIED",
  bindUdp: "ERR_ACCESS_DENIED",
  resolveName: "ERR_ACCESS_DENIED",
  fetch: "ERR_ACCESS_DENIED",
  startProcess: "ERR_ACCESS_DENIED",
  startWorker: "ERR_ACCESS_DENIED",
  writeFile: "ERR_ACCESS_DENIED",
  readFile: "ERR_ACCESS_DENIED",
  readPasswords: "ERR_ACCESS_DENIED",
  listFolder: "ERR_ACCESS_DENIED",
  importFile: "ERR_ACCESS_DENIED",
  openDatabase: "ERR_UNKNOWN_BUILTIN_MODULE",
  loadAddon: "ERR_DLOPEN_DISABLED",
  openInspector: "ERR_ACCESS_DENIED",
  openWasi: "ERR_ACCESS_DENIED",
  evaluate: "EvalError",
  reachPrototype: "ERR_PROTO_ACCESS",
  readEnvironment: "EMPTY",
}

test("Without the lock-down every attempt succeeds, so that what stops them below is the lock-down", async () => {
  const found = await outcomes(spawn(process.execPath, ["--disable-warning=ExperimentalWarning", probe]))
  assert.deepEqual(found, Object.fromEntries(Object.keys(stoppedBy).map((name) => [name, "done"])))
  assert.deepEqual(readdirSync(folder).sort(), ["database", "socket", "written"])
  rmSync(join(folder, "written"))
  rmSync(join(folder, "database"))
})

for (const layer of new Set([availableLayer(), "none"] as const)) {
  test(`Locked down, under OS layer ${layer}, no attempt succeeds`, async () => {
    assert.deepEqual(await outcomes(spawnLockedDown(probe, layer)), stoppedBy)
    assert.deepEqual(readdirSync(folder), ["socket"])
  })

  test(`It leads a process group of its own, which a terminal's Ctrl-C does not reach, under OS layer ${layer}`, async () => {
    const child = spawnLockedDown(probe, layer)
    assert(child.pid !== undefined)
    const leads = leadsGroup(child.pid)
    await outcomes(child)
    assert.equal(leads, true)
  })

  test(`The bundle is the only file that anything is granted on, under OS layer ${layer}`, () => {
    const { args } = lockedDown("/private/bundle.mjs", layer)
    const grants = args.filter((arg) => arg.startsWith("--allow"))
    assert.deepEqual(grants, ["--allow-fs-read=/private/bundle.mjs"])
    assert.equal(args.at(-1), "/private/bundle.mjs")
    assert(args.includes("--permission"))
  })
}

for (const layer of new Set([availableLayer()].filter((layer) => layer !== "none"))) {
  test(`OS layer ${layer} keeps the enclave off the network even where Node's permissions fail`, async () => {
    const { command, args } = lockedDown(probe, layer)
    const unprotected = args.filter((arg) => arg !== "--permission" && !arg.startsWith("--allow"))
    const found = await outcomes(spawn(command, unprotected))
    assert.equal(found["connectTcp"], "ENETUNREACH")
    assert.equal(found["fetch"], "ENETUNREACH")
    assert.equal(found["readFile"], "done")
  })
}
