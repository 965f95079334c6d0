import type { Store, StoredRecord } from "@event-manager/protocol"

/** A store without rules, whose contents a test exchanges as a host may. */
export class RawStore implements Store {
  stored: StoredRecord[] = []
  /** How many records the snapshot stands for, and its parts. */
  kept: { upTo: number; parts: Uint8Array[] } | undefined
  #put: Uint8Array[] = []

  /** All that is stored in another. */
  static async copy(from: Store): Promise<RawStore> {
    const copy = new RawStore()
    const snapshot = await from.snapshot()
    if (snapshot !== undefined) {
      const parts: Uint8Array[] = []
      for (let part = 0; part < snapshot.parts; part++) parts.push(await from.snapshotPart(part))
      copy.kept = { upTo: snapshot.upTo, parts }
    }
    const next = (): number => (copy.stored.at(-1)?.index ?? (copy.kept?.upTo ?? 0) - 1) + 1
    for (let page = await from.records(next()); page.length > 0; page = await from.records(next())) {
      copy.stored.push(...page)
    }
    return copy
  }

  fork(): RawStore {
    const copy = new RawStore()
    copy.stored = [...this.stored]
    copy.kept = this.kept && { ...this.kept, parts: [...this.kept.parts] }
    return copy
  }

  async append(index: number, record: Uint8Array): Promise<void> {
    this.stored.push({ index, record: record.slice() })
  }

  /** By place, whatever their numbers say. */
  async records(from: number): Promise<readonly StoredRecord[]> {
    return this.stored.slice(from - (this.kept?.upTo ?? 0))
  }

  async snapshot(): Promise<{ upTo: number; parts: number } | undefined> {
    return this.kept && { upTo: this.kept.upTo, parts: this.kept.parts.length }
  }

  async snapshotPart(part: number): Promise<Uint8Array> {
    return this.kept?.parts[part] ?? new Uint8Array(0)
  }

  async putSnapshotPart(_upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    this.#put[part] = bytes.slice()
  }

  async commitSnapshot(upTo: number, parts: number): Promise<void> {
    this.kept = { upTo, parts: this.#put.slice(0, parts) }
    this.stored = this.stored.filter(({ index }) => index >= upTo)
  }
}
