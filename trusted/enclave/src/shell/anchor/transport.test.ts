import assert from "node:assert/strict"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite, test, type TestContext } from "node:test"
import { deviceTransport, simulatorTransport, type Transport } from "./transport.ts"

const COMMAND = Uint8Array.fromHex("80010000000e0000016901500016")
const RESPONSE = Uint8Array.fromHex("80010000000a0000018b")

suite("a device", () => {
  /** A plain file does as a device does: what is read stands behind what was written. */
  async function fileDevice(t: TestContext, response: Uint8Array): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "anchor-"))
    t.after(() => rm(folder, { recursive: true }))
    const path = join(folder, "tpmrm0")
    await writeFile(path, Buffer.concat([new Uint8Array(COMMAND.length), response]))
    return path
  }

  test("takes the command in one write and gives the response in one read", async (t) => {
    const path = await fileDevice(t, RESPONSE)
    const transport = deviceTransport(path)
    assert.deepEqual(await transport(COMMAND), RESPONSE)
    assert.deepEqual((await readFile(path)).subarray(0, COMMAND.length), Buffer.from(COMMAND))
    assert.deepEqual(await transport(COMMAND), RESPONSE, "opened anew for each command")
  })

  test("gives no more than a TPM's largest response", async (t) => {
    const path = await fileDevice(t, new Uint8Array(10_000))
    assert.equal((await deviceTransport(path)(COMMAND)).length, 4096)
  })

  test("that is missing, or not to be written, is named", async () => {
    for (const path of ["/nonexistent/tpmrm0", tmpdir()]) {
      await assert.rejects(deviceTransport(path)(COMMAND), {
        code: "TPM_UNREACHABLE",
        message: new RegExp(path),
      })
    }
  })
})

suite("a simulator", () => {
  async function server(t: TestContext, serve: (socket: Socket) => void, timeoutMs?: number): Promise<Transport> {
    const listener = createServer(serve).listen(0, "127.0.0.1")
    t.after(() => listener.close())
    await once(listener, "listening")
    const address = listener.address()
    assert(typeof address === "object" && address !== null)
    return simulatorTransport("127.0.0.1", address.port, timeoutMs)
  }

  test("gets the bare command, and its response is whole however it is cut", async (t) => {
    const clients: Socket[] = []
    const remember = (message: unknown) => clients.push((message as { socket: Socket }).socket)
    subscribe("net.client.socket", remember)
    t.after(() => unsubscribe("net.client.socket", remember))
    for (const cut of [1, 5, 6, 9, 10]) {
      const commands: string[] = []
      const transport = await server(t, (socket) => {
        // The rest follows once the client has taken in the first part.
        const rest = () => {
          if ((clients.at(-1)?.bytesRead ?? 0) < cut) setImmediate(rest)
          else socket.write(RESPONSE.subarray(cut))
        }
        socket.on("data", (command) => {
          commands.push(Buffer.from(command).toString("hex"))
          socket.write(RESPONSE.subarray(0, cut), rest)
        })
      })
      assert.equal(Buffer.from(await transport(COMMAND)).toString("hex"), RESPONSE.toHex())
      assert.deepEqual(commands, [COMMAND.toHex()])
    }
  })

  test("hands leftovers on, for the parser to refuse", async (t) => {
    const longer = Buffer.concat([RESPONSE, RESPONSE])
    const transport = await server(t, (socket) => socket.once("data", () => socket.write(longer)))
    assert.equal((await transport(COMMAND)).length, longer.length)
  })

  test("that announces a gigabyte is cut off at a TPM's largest response", async (t) => {
    const transport = await server(t, (socket) => {
      socket.on("error", () => {})
      socket.once("data", () => socket.write(Buffer.alloc(1 << 20, "80017fffffff0000", "hex")))
    })
    const { length } = await transport(COMMAND)
    assert(length >= 4096 && length < 1 << 18, `${length} bytes`)
  })

  test("that closes early is unreachable", async (t) => {
    for (const length of [0, 5, 9]) {
      const transport = await server(t, (socket) => socket.once("data", () => socket.end(RESPONSE.subarray(0, length))))
      await assert.rejects(transport(COMMAND), {
        code: "TPM_UNREACHABLE",
        message: /closed early/,
      })
    }
  })

  test("that says nothing is given up", async (t) => {
    const transport = await server(t, (socket) => socket.on("error", () => {}).resume(), 50)
    await assert.rejects(transport(COMMAND), { code: "TPM_UNREACHABLE" })
  })

  test("that does not listen is named", async () => {
    const listener = createServer().listen(0, "127.0.0.1")
    await once(listener, "listening")
    const address = listener.address()
    assert(typeof address === "object" && address !== null)
    listener.close()
    await once(listener, "close")
    const message = new RegExp(`127.0.0.1:${address.port}`)
    await assert.rejects(simulatorTransport("127.0.0.1", address.port)(COMMAND), {
      code: "TPM_UNREACHABLE",
      message,
    })
  })
})
