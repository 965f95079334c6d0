import { httpTransport } from "@event-manager/client"
import { readConfig } from "@event-manager/client/node"
import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Context } from "../context.ts"
import { DEFAULT_CONFIG_FILE, DEFAULT_SERVER } from "../defaults.ts"
import { UsageError } from "../usageError.ts"
import { Api } from "./api.ts"
import { readPage } from "./pageFiles.ts"
import { PageMemory } from "./pageMemory.ts"
import { servePage } from "./server.ts"

/** The page, while it is served. */
export interface Ui {
  readonly link: string
  /** Opens the link in the user's browser. */
  open(): void
  /** Comes true with the first signal that asks this process to end. */
  readonly interrupted: Promise<void>
  close(): Promise<void>
}

/**
 * Serves the page in this folder for the context's identity. An invitation is opened in it, at the host that it names
 * where nothing else names one. Throws UserError, UsageError.
 */
export async function startUi(context: Context, folder: string, invitation: string | undefined): Promise<Ui> {
  const { name, identity, memory, options } = context
  const fragment = fragmentOf(invitation)
  const config = readConfig(options.configFile ?? DEFAULT_CONFIG_FILE)
  const invited = new URLSearchParams(fragment ?? "").get("host") ?? undefined
  const transport = httpTransport(options.server ?? config?.server ?? invited ?? DEFAULT_SERVER)
  const { address: server } = transport
  const pageMemory = PageMemory.open(`${name}.page.json`)
  const api = new Api({ name, identity, memory, pageMemory, folder: ".", server, configured: config?.constraint })
  const about = (): object => ({ kind: "own machine", name, server, constraint: api.constraint })
  const page = await servePage({ page: readPage(folder), api, transport, about })
  const link = fragment === undefined ? page.link : `${page.link}#${fragment}`
  return { link, open: () => openBrowser(link), interrupted: interruption(), close: async () => page.close() }
}

function fragmentOf(invitation: string | undefined): string | undefined {
  if (invitation === undefined) return undefined
  const fragment = invitation.slice(invitation.indexOf("#") + 1)
  if (fragment.startsWith("invitation=")) return fragment
  throw new UsageError("that is no invitation: give the whole link, in quotes for the shell")
}

async function interruption(): Promise<void> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")])
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
}

function openBrowser(link: string): void {
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"]
  const child = spawn(command, [...args, link], { stdio: "ignore", detached: true })
  // The link stands on the terminal, to be opened by hand.
  child.on("error", () => undefined)
  child.unref()
}
