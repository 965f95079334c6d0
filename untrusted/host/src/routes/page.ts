import type { App, Services } from "../services.ts"

/** What the page learns from this: that the host itself has served it. */
const HOME = JSON.stringify({ kind: "host" })

const schema = { hide: true }

/** The page, where the operator wants it served. */
export function addPage(app: App, { page }: Services): void {
  if (page === undefined) return
  const { files, headers } = page
  for (const [path, { type, bytes }] of files) {
    app.get(path === "index.html" ? "/" : `/${path}`, { schema }, async (_request, reply) =>
      reply.headers(headers).type(type).send(bytes),
    )
  }
  app.get("/home.json", { schema }, async (_request, reply) =>
    reply.headers(headers).type("application/json").send(HOME),
  )
}
