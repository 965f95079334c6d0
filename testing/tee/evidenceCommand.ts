/* What an enclave on the test machine runs: passes the question on to the processor, and the answer back. */
import { connect } from "node:net"
import { buffer, text } from "node:stream/consumers"

const socket = connect({ path: process.argv[2] ?? "", allowHalfOpen: true })
socket.end(await text(process.stdin))
process.stdout.write(await buffer(socket))
