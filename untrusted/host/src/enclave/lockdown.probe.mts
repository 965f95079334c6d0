/*
 * Stands in for an enclave bundle and tries to get out. It is told on standard input what it may aim at, and says on
 * standard output, as one JSON object, of each attempt "done" or the code of the error that stopped it.
 */
interface Targets {
  /** A TCP port of this machine where an HTTP server listens. */
  readonly port: number
  /** A Unix socket that somebody listens on. */
  readonly socket: string
  /** A file that exists and is not the bundle. */
  readonly file: string
  /** A folder that its user may write to. */
  readonly folder: string
  readonly program: string
}

const attempts: Readonly<Record<string, (targets: Targets) => Promise<unknown> | unknown>> = {
  connectTcp: async ({ port }) => connect({ port, host: "127.0.0.1" }),
  connectUnixSocket: async ({ socket }) => connect({ path: socket }),
  async listenTcp() {
    const { createServer } = await import("node:net")
    const server = createServer()
    await succeeds(server, "listening", () => server.listen(0, "127.0.0.1"))
    server.close()
  },
  async bindUdp() {
    const { createSocket } = await import("node:dgram")
    const socket = createSocket("udp4")
    await succeeds(socket, "listening", () => socket.bind(0, "127.0.0.1"))
    socket.close()
  },
  resolveName: async () => (await import("node:dns/promises")).lookup("localhost"),
  fetch: async ({ port }) => fetch(`http://127.0.0.1:${port}/`),
  startProcess: async ({ program }) => (await import("node:child_process")).execFileSync(program, ["--version"]),
  async startWorker() {
    const { Worker } = await import("node:worker_threads")
    const worker = new Worker("", { eval: true })
    await succeeds(worker, "online", () => {})
  },
  writeFile: async ({ folder }) => (await import("node:fs")).writeFileSync(`${folder}/written`, "x"),
  readFile: async ({ file }) => (await import("node:fs")).readFileSync(file),
  readPasswords: async () => (await import("node:fs")).readFileSync("/etc/passwd"),
  listFolder: async ({ folder }) => (await import("node:fs")).readdirSync(folder),
  importFile: async ({ file }) => import(file),
  async openDatabase({ folder }) {
    const { DatabaseSync } = await import("node:sqlite")
    new DatabaseSync(`${folder}/database`).close()
  },
  loadAddon({ file }) {
    try {
      process.dlopen({ exports: {} }, file)
    } catch (error) {
      // It went as far as the system's loader, which found that the file is no addon.
      if (codeOf(error) !== "ERR_DLOPEN_FAILED") throw error
    }
  },
  async openInspector() {
    const inspector = await import("node:inspector")
    inspector.open(0)
    inspector.close()
  },
  openWasi: async () => new (await import("node:wasi")).WASI({ version: "preview1" }),
  evaluate: () => new Function("return 1"),
  reachPrototype: () => Reflect.get({}, "__proto__"),
  readEnvironment() {
    if (Object.keys(process.env).length === 0) throw Object.assign(new Error("nothing"), { code: "EMPTY" })
  },
}

async function connect(target: { port: number; host: string } | { path: string }): Promise<void> {
  const net = await import("node:net")
  const socket = net.connect(target)
  await succeeds(socket, "connect", () => {})
  socket.destroy()
}

/** Node throws some refusals where nobody can catch them. */
function succeeds(emitter: NodeJS.EventEmitter, event: string, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.once(event, () => resolve())
    emitter.once("error", reject)
    process.once("uncaughtException", reject)
    begin()
  })
}

async function outcome(attempt: (targets: Targets) => unknown, targets: Targets): Promise<string> {
  try {
    await attempt(targets)
    return "done"
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown"
  if ("code" in error && typeof error.code === "string") return error.code
  return error.cause === undefined ? error.name : codeOf(error.cause)
}

const told: Buffer[] = []
for await (const chunk of process.stdin) told.push(chunk)
const targets: Targets = JSON.parse(Buffer.concat(told).toString())
const outcomes: Record<string, string> = {}
for (const [name, attempt] of Object.entries(attempts)) outcomes[name] = await outcome(attempt, targets)
process.stdout.write(JSON.stringify(outcomes), () => process.exit(0))
