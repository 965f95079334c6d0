/** Sends back what it gets. */
import Fastify from "fastify"

const server = Fastify()
server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body))
server.post("/mail", async (request, reply) => reply.type("application/octet-stream").send(request.body))
process.send?.(await server.listen({ host: "127.0.0.1", port: 0 }))
