import type { App } from "../services.ts"

/** What clients use. A page in a browser may be from elsewhere: from a server that its group trusts. */
const clientRoutes: ReadonlySet<string | undefined> = new Set(["/attestation", "/mail", "/events"])

/**
 * Lets pages of any origin use these routes, as the Fetch standard has it (section 3.2). There are no cookies and nothing
 * else that a browser adds by itself, so that a page can do no more with them than whoever else reaches the host.
 */
export function addCrossOrigin(app: App): void {
  app.addHook("onRequest", async (request, reply) => {
    if (clientRoutes.has(request.routeOptions.url)) reply.header("access-control-allow-origin", "*")
  })
  // Octets are no form's content, so that browsers ask first.
  app.options("/mail", { schema: { hide: true } }, async (_request, reply) => {
    const allowed = {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "86400",
    }
    return reply.code(204).headers(allowed).send()
  })
}
