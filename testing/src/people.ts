/*
 * A few people, and what they ask of a whole enclave.
 */
import {
  descriptorHashed,
  name,
  NO_KEY_TERMS,
  type Delivery,
  type Digest,
  type EnclaveCrossing,
  type Reply,
  type Request,
  type Submission,
} from "@event-manager/protocol"
import { newIdentity, openWholeReply, paddedRequest, sealMail, TestClient, type Identity } from "./testClient.ts"
import { expectKind, first, id, primitives, type Creation } from "./world.ts"

export interface People {
  readonly alice: Identity
  readonly bob: Identity
}

export async function newPeople(): Promise<People> {
  return { alice: await newIdentity(), bob: await newIdentity() }
}

/** ALICE's and BOB's sessions with one life of an enclave. */
export class Pair {
  readonly alice: TestClient
  readonly bob: TestClient
  readonly #enclave: EnclaveCrossing
  readonly #terms = new Map<string, Digest>()
  #ids: number
  #sequence = 1_000

  private constructor(enclave: EnclaveCrossing, alice: TestClient, bob: TestClient, ids: number) {
    this.#enclave = enclave
    this.alice = alice
    this.bob = bob
    this.#ids = ids
  }

  /** `ids` is where request ids and revisions begin: later than in an earlier life. */
  static async connect(enclave: EnclaveCrossing, { alice, bob }: People, ids = 0): Promise<Pair> {
    return new Pair(enclave, await TestClient.connect(enclave, alice), await TestClient.connect(enclave, bob), ids)
  }

  async create(computation: string, creation: Creation = {}): Promise<void> {
    const { type = "avg", quorum = 2, release = first } = creation
    const participants = [this.alice.party, this.bob.party]
    const { keysMax, matches = "told" } = creation
    const terms = { type, quorum, release, participants, expiresAt: undefined, keysMax, matches }
    const about = { computation: name(computation), ...terms }
    const made = await this.alice.ask({ kind: "create", requestId: this.freshId(), ...about })
    this.#terms.set(computation, expectKind(made, "created").terms)
  }

  /** A submission, as it is asked for. */
  async submission(computation: string, submission: Submission): Promise<Request> {
    const about = await this.about(computation)
    return { kind: "submit", requestId: this.freshId(), ...about, submission, revision: this.#ids, signed: false }
  }

  async submit(by: TestClient, computation: string, submission: Submission): Promise<Reply> {
    const reply = await by.askWhole(await this.submission(computation, submission))
    expectKind(reply.response, "submitted")
    return reply
  }

  async result(by: TestClient, computation: string): Promise<Reply> {
    return by.askWhole({ kind: "result", ...(await this.about(computation)) })
  }

  async delete(computation: string): Promise<void> {
    const about = await this.about(computation)
    expectKind(await this.alice.ask({ kind: "delete", requestId: this.freshId(), ...about }), "deleted")
  }

  /** ALICE's creation again, under the request id that it had. */
  async retry(requestId: number, computation: string): Promise<Reply> {
    const participants = [this.alice.party, this.bob.party]
    const about = { computation: name(computation), type: "avg", quorum: 2, release: first, participants }
    return this.alice.askWhole({
      kind: "create",
      requestId: id(requestId),
      ...about,
      expiresAt: undefined,
      ...NO_KEY_TERMS,
    })
  }

  /** Mail that can be delivered when it suits the test, and how its reply is opened. */
  async mail(by: TestClient, request: Request): Promise<Mail> {
    const sequence = (this.#sequence += 1)
    const frame = await sealMail(by.session, sequence, paddedRequest(request))
    return {
      deliver: () => this.#enclave.deliver(frame),
      open: async ({ reply }) => openWholeReply(by.session, sequence, reply),
    }
  }

  async about(computation: string): Promise<{ computation: ReturnType<typeof name>; terms: Digest; known: undefined }> {
    const terms = this.#terms.get(computation) ?? (await this.#ask(computation))
    return { computation: name(computation), terms, known: undefined }
  }

  /** Of a computation that an earlier life made. */
  async #ask(computation: string): Promise<Digest> {
    const described = await this.alice.ask({ kind: "describe", computation: name(computation) })
    const terms = primitives.sha256(descriptorHashed(expectKind(described, "described").descriptor))
    this.#terms.set(computation, terms)
    return terms
  }

  freshId(): ReturnType<typeof id> {
    this.#ids += 1
    return id(this.#ids)
  }
}

export interface Mail {
  deliver(): Promise<Delivery>
  open(delivery: Delivery): Promise<Reply>
}
