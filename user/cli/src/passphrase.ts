import { UserError } from "@event-manager/client"
import { readText, type AskPassphrase } from "@event-manager/client/node"

const PASSPHRASE_BYTES_MAX = 4_096

/** Where a passphrase comes from: a file, or else the terminal. */
export interface PassphraseSource {
  /** The passphrase of an identity that is encrypted. Throws UserError (PASSPHRASE_NEEDED). */
  readonly ask: AskPassphrase
  /** The file's, if a file was named: for making an identity. Throws UserError. */
  given(): string | undefined
}

export function passphraseFrom(file: string | undefined, subject: string): PassphraseSource {
  const given = (): string | undefined => (file === undefined ? undefined : readPassphrase(file))
  return { given, ask: async () => given() ?? prompt(`Passphrase of ${subject}`) }
}

/** Asks at the terminal, without showing what is typed. Throws UserError (PASSPHRASE_NEEDED) where nobody is there. */
export async function prompt(question: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const advice = "name a file that holds it with --passphrase-file"
    throw new UserError("PASSPHRASE_NEEDED", `a passphrase is needed, and there is no terminal to ask at; ${advice}`)
  }
  // Loaded here because it takes 40 ms, and only those who are asked need it.
  const { isCancel, password } = await import("@clack/prompts")
  const answer = await password({ message: question, output: process.stderr })
  if (isCancel(answer) || answer === "") throw new UserError("PASSPHRASE_NEEDED", "no passphrase was given")
  return answer
}

/** A file's first line. Throws UserError. */
export function readPassphrase(file: string): string {
  const [line = ""] = (readText(file, PASSPHRASE_BYTES_MAX) ?? "").split(/\r?\n/)
  if (line === "") throw new UserError("PASSPHRASE_NEEDED", `${file} holds no passphrase on its first line`)
  return line
}
