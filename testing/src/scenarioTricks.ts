/*
 * What a host may do to one request, or to each, short of keeping quiet.
 */
import { TransportError } from "@event-manager/client"
import { FRAME_BYTES_MAX, unopenedFrame, type Header } from "@event-manager/protocol"
import { flipped, kindOf, unreachable, type HostileHost, type OnMail } from "./hostileHost.ts"

export interface Trick {
  /** Whether the enclave gets the request. */
  readonly delivers: boolean
  readonly act: (host: HostileHost) => OnMail
}

/** Replaces the enclave's reply, which the enclave has given. */
function instead(make: (reply: Uint8Array, frame: Uint8Array, host: HostileHost) => Uint8Array): Trick {
  return { delivers: true, act: (host) => async (frame, honest) => make(await honest(), frame, host) }
}

function undelivered(act: OnMail): Trick {
  return { delivers: false, act: () => act }
}

function firstOf<F extends Uint8Array>(frames: readonly F[], kind: Header["kind"]): F | undefined {
  return frames.find((each) => kindOf(each) === kind)
}

const html = new TextEncoder().encode("<!doctype html><title>Welcome to nginx!</title>")
const busy = (): Promise<never> => Promise.reject(new TransportError("HOST_BUSY", "busy"))

export const tricks: Readonly<Record<string, Trick>> = {
  "drops the request": undelivered(() => Promise.reject(unreachable())),
  "loses the reply": {
    delivers: true,
    act: () => (_frame, honest) => honest().then(() => Promise.reject(unreachable())),
  },
  "is busy": undelivered(busy),
  "is busy once the enclave has it": { delivers: true, act: () => (_frame, honest) => honest().then(busy) },
  "cuts the reply short": instead((reply) => reply.subarray(0, reply.length - 1)),
  "cuts the reply to its header": instead((reply) => reply.subarray(0, 26)),
  "answers nothing": instead(() => new Uint8Array(0)),
  "lengthens the reply": instead((reply) => new Uint8Array([...reply, 0])),
  "lengthens the reply to the next frame size": instead(
    (reply) => new Uint8Array([...reply, ...new Uint8Array(6_144)]),
  ),
  "turns a bit of the header": instead((reply) => flipped(reply, 20)),
  "turns a bit of the kind": instead((reply) => flipped(reply, 1)),
  "turns a bit of the seal": instead((reply) => flipped(reply, 1_000)),
  "turns a bit of the tag": instead((reply) => flipped(reply, reply.length - 1)),
  "answers with a page": instead(() => html),
  "answers with random bytes of a frame's size": instead(() => crypto.getRandomValues(new Uint8Array(2_048))),
  "answers with zeros, a mebibyte": instead(() => new Uint8Array(FRAME_BYTES_MAX)),
  "answers with the request": instead((_reply, frame) => frame),
  "says unopened": instead(() => unopenedFrame()),
  "says unopened, undelivered": undelivered(async () => unopenedFrame()),
  "answers with the first reply of the session": instead(
    (reply, _frame, host) => firstOf(host.replies, "reply") ?? reply,
  ),
  "answers with the welcome": instead((reply, _frame, host) => firstOf(host.replies, "welcome") ?? reply),
  "delivers a request with a turned bit": undelivered((frame, honest) => honest(flipped(frame, 500))),
  "delivers the first request again": {
    delivers: false,
    act: (host) => (_frame, honest) => honest(firstOf(host.frames, "mail")),
  },
  "delivers the request twice, and answers with the second reply": {
    delivers: true,
    act: () => (_frame, honest) => honest().then(() => honest()),
  },
}
