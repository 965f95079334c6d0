/** Where an enclave listens for its host: a socket of the file system, or an address and a port. */
export type SocketAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }

const SYNTAX = /^(?:unix:(?<path>.+)|tcp:(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:[\]\s]+)):(?<port>\d{1,5}))$/
const PORT_MAX = 65_535
/** How addresses are written, for messages. */
export const SOCKET_SYNTAX = "unix:PATH or tcp:ADDRESS:PORT, as in unix:/run/enclave.sock or tcp:[::1]:9998"

/** Reads `unix:/run/enclave.sock`, `tcp:127.0.0.1:9998` or `tcp:[::1]:9998`; undefined where it is none of these. */
export function readSocketAddress(text: string): SocketAddress | undefined {
  const { path, ipv6, host = ipv6, port } = SYNTAX.exec(text)?.groups ?? {}
  if (path !== undefined) return { kind: "unix", path }
  if (host === undefined || Number(port) > PORT_MAX) return undefined
  return { kind: "tcp", host, port: Number(port) }
}

/** The address as it is written. */
export function writeSocketAddress(address: SocketAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`
  const host = address.host.includes(":") ? `[${address.host}]` : address.host
  return `tcp:${host}:${address.port}`
}
