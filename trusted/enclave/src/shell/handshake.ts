import {
  decode,
  DecodeError,
  encode,
  EXPORT_CONTEXT,
  frameSizes,
  helloCodec,
  helloInfo,
  helloSigned,
  SALT_BYTES,
  SECRET_BYTES,
  SESSION_ID_BYTES,
  sessionKeyLabels,
  unpad,
  welcomeCodec,
  type HeaderOf,
  type Opened,
  type PartyKey,
} from "@event-manager/protocol"
import { nodeHpkeSuite } from "@event-manager/protocol/node"
import { hkdfSync } from "node:crypto"
import { isSignedBy } from "./ed25519.ts"
import type { Life } from "./life.ts"
import type { Platform } from "./platform/platform.ts"
import { sealFrame, ZERO_NONCE } from "./seal.ts"
import type { Sessions } from "./sessions.ts"

/** Answers a hello with a welcome, and adds the session. Throws where the hello is not one to this life. */
export async function shakeHands(
  life: Life,
  platform: Platform,
  sessions: Sessions,
  header: HeaderOf<"hello">,
  opened: Opened,
): Promise<Uint8Array> {
  const info = helloInfo(life.statementHash)
  const context = await nodeHpkeSuite.SetupRecipient(life.mailKey.privateKey, header.encapsulated, {
    info,
  })
  const hello = decode(helloCodec, unpad(await context.Open(opened.sealed, opened.headerBytes)))
  const signed = helloSigned(life.statementHash, header.encapsulated)
  if (!isSignedBy(hello.party, signed, hello.signature)) throw new DecodeError("SIGNATURE", "not signed by its party")
  const secret = await context.Export(EXPORT_CONTEXT, SECRET_BYTES)
  return welcome(platform, sessions, hello.party, secret)
}

function welcome(platform: Platform, sessions: Sessions, party: PartyKey, secret: Uint8Array): Uint8Array {
  const salt = platform.entropy(SALT_BYTES)
  const session = platform.entropy(SESSION_ID_BYTES)
  const keyFor = (label: Uint8Array): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", secret, salt, label, SECRET_BYTES))
  const { toEnclave, toClient } = sessionKeyLabels
  sessions.add(session, { party, toEnclave: keyFor(toEnclave), toClient: keyFor(toClient) })
  const key = keyFor(sessionKeyLabels.welcome)
  return sealFrame(key, ZERO_NONCE, { kind: "welcome", salt }, encode(welcomeCodec, { session }), frameSizes[0])
}
