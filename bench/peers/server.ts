import { fork } from "node:child_process"
import { once } from "node:events"

/** Runs something against a peer's server in a process of its own, which says its URL when it is ready. */
export async function withServer<T>(program: string, args: string[], run: (url: string) => Promise<T>): Promise<T> {
  const server = fork(program, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  try {
    const messages: unknown[] = await once(server, "message")
    return await run(String(messages[0]))
  } finally {
    server.kill()
  }
}
