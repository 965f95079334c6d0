import { mkdir, open, rmdir } from "node:fs/promises"

/** The few files that a platform's evidence is read from. All calls reject with an error that has the system's code. */
export interface Files {
  makeFolder(path: string): Promise<void>
  removeFolder(path: string): Promise<void>
  /** In one write: the kernel's attributes take what is written as a whole. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** At most `bytesMax` bytes, and one more where the file is longer. */
  read(path: string, bytesMax: number): Promise<Uint8Array<ArrayBuffer>>
}

export const systemFiles: Files = {
  makeFolder: async (path) => void (await mkdir(path)),
  removeFolder: rmdir,
  async write(path, bytes) {
    // Write-only, as a shell's ">" does it: configfs refuses to open for reading what only takes.
    await using file = await open(path, "w")
    await file.write(bytes)
  },
  async read(path, bytesMax) {
    await using file = await open(path)
    const bytes = new Uint8Array(bytesMax + 1)
    let length = 0
    // To the end: what the kernel makes up at each read has no size before.
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await file.read(bytes, length, bytes.length - length)).bytesRead
    }
    return bytes.slice(0, length)
  },
}
