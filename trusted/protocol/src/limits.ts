import { invariant } from "./errors.ts"

/** Every maximum of the system, in one place. */
export const limits = {
  /** Letters of a name: a computation's, or a person's. */
  nameBytesMax: 64,
  participantsMax: 1_024,
  /** A matching key, in bytes of UTF-8. */
  keyBytesMax: 256,
  /** The message beside a matching key, in bytes of UTF-8. */
  messageBytesMax: 1_024,
  decimalWholeDigitsMax: 30,
  decimalFractionDigitsMax: 12,
  /** Live computations in one enclave, and of one convenor. */
  computationsMax: 10_000,
  computationsPerConvenorMax: 1_000,
  /** Participants of all live computations of one enclave together. */
  placesMax: 500_000,
  /** Submissions that one `key` computation keeps. */
  keySubmissionsMax: 50_000_000,
  /** Of those, of one key. */
  submissionsOfKeyMax: 1_000_000,
  /** What is counted for a kept key beside its text, in bytes: its place in the index, and in some inboxes. */
  keyOverheadBytes: 128,
  /** Key and message text that one enclave keeps, overhead included, in bytes. */
  keyTextBytesMax: 8 * 1_024 * 1_024 * 1_024,
  /** Deliveries of a matched submission to a participant that one enclave keeps. */
  matchesMax: 200_000_000,
  /** The latest accepted requests of one party whose replies are kept for a retry. */
  repliesPerPartyMax: 64,
  /** Parties without a live computation whose replies are still kept. */
  idlePartiesMax: 10_000,
  /** Sessions that one enclave keeps; the longest unused one makes room. */
  sessionsMax: 65_536,
  /** How far behind the highest sequence of a session an unseen one may arrive. */
  sequenceWindow: 1_024,
  /** Descriptors in one reply to `list`. */
  listedMax: 16,
  /** How far ahead a computation's expiry may lie, in seconds: ten years. */
  expirySecondsMax: 10 * 366 * 86_400,
} as const

invariant(limits.computationsPerConvenorMax <= limits.computationsMax, "one convenor fits the enclave")
invariant(
  limits.keyTextBytesMax >= limits.keyBytesMax + limits.messageBytesMax + limits.keyOverheadBytes,
  "one submission fits the enclave",
)
invariant(
  limits.keyTextBytesMax >= limits.keySubmissionsMax * (limits.keyOverheadBytes + 17),
  "one computation may be full of keys as long as a vehicle's",
)
invariant(
  limits.keySubmissionsMax < 2 ** 31,
  "submissions are numbered in 32 bits, those of a full computation twice over",
)
invariant(limits.submissionsOfKeyMax < 2 ** 21, "the submissions of one key are counted in 21 bits")
invariant(limits.participantsMax < 2 ** 11, "those who submitted one key are counted in 11 bits")
invariant(limits.placesMax >= limits.participantsMax, "the largest computation fits the enclave")
invariant(limits.matchesMax >= limits.participantsMax, "one match fits the enclave")
invariant(limits.sequenceWindow % 32 === 0, "the window is whole words")
