import { open } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { AnchorError } from "./anchor.ts"

/**
 * Carries one command to a TPM and brings what it answered, unread. Where it throws AnchorError, the TPM has carried
 * out the command or not.
 */
export type Transport = (command: Uint8Array) => Promise<Uint8Array>

/** The most that Linux hands over (TPM_BUFSIZE in drivers/char/tpm/tpm.h), far more than any response read here. */
const RESPONSE_BYTES_MAX = 4096
/** Part 1 section 18: a response's size is in its bytes 2 to 5 and counts the whole of it. */
const SIZE_OFFSET = 2
const SIZE_END = 6
const TIMEOUT_MS = 10_000

/**
 * A character device of Linux, `/dev/tpmrm0`: one write is a command, one read its response. It is opened for each
 * command, so that it is free for others in between. The driver bounds how long a command may take.
 */
export function deviceTransport(path: string): Transport {
  return async (command) => {
    try {
      await using device = await open(path, "r+")
      await device.write(command)
      const { buffer, bytesRead } = await device.read(new Uint8Array(RESPONSE_BYTES_MAX))
      return buffer.subarray(0, bytesRead)
    } catch (cause) {
      throw unreachable(path, "see that it exists and that this process may read and write it", cause)
    }
  }
}

/**
 * swtpm's command port: `swtpm socket --tpm2 --server type=tcp,port=PORT --flags not-need-init,startup-clear`. Commands
 * and responses pass bare, with nothing around them; the framing of Microsoft's and IBM's simulators is not spoken. swtpm
 * serves one connection at a time, so each command has its own. For tests: whoever runs swtpm can rewind it.
 */
export function simulatorTransport(host: string, port: number, timeoutMs: number = TIMEOUT_MS): Transport {
  return async (command) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) })
    try {
      socket.write(command)
      return await receive(socket)
    } catch (cause) {
      throw unreachable(`${host}:${port}`, "see that swtpm runs there, and that no other client keeps it busy", cause)
    } finally {
      socket.destroy()
    }
  }
}

async function receive(socket: Socket): Promise<Uint8Array> {
  let response = Buffer.alloc(0)
  const chunks: AsyncIterable<Buffer> = socket
  for await (const chunk of chunks) {
    response = Buffer.concat([response, chunk])
    if (response.length >= bytesExpected(response)) return response
  }
  throw new AnchorError("TPM_UNREACHABLE", "the connection closed early")
}

function bytesExpected(response: Buffer): number {
  return response.length < SIZE_END ? SIZE_END : Math.min(response.readUInt32BE(SIZE_OFFSET), RESPONSE_BYTES_MAX)
}

function unreachable(where: string, advice: string, cause: unknown): AnchorError {
  const reason = cause instanceof Error ? cause.message : "unknown"
  return new AnchorError("TPM_UNREACHABLE", `no answer from the TPM at ${where} (${reason}): ${advice}`, { cause })
}
