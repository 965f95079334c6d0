import { EVENT_LOG_BYTES_MAX } from "@event-manager/protocol"
import { systemFiles, type Files } from "./files.ts"
import { PlatformError } from "./platform.ts"

/** What firmware sets aside for the log; some set aside far more than any log needs. */
const TABLE_BYTES_MAX = 4 * 1_048_576
const UNUSED = 0xff
/** The last event's data may end in the same byte, as an identifier of all ones does: so much of them is let stand. */
const UNUSED_BYTES_KEPT = 64

/**
 * A TD's event log, which clients replay: the table CCEL (UEFI 2.10 section 38.4.1) without most of what is unused at its
 * end. Empty where it is longer than evidence carries. Rejects with PlatformError (EVENT_LOG).
 */
export async function readEventLog(path: string, files: Files = systemFiles): Promise<Uint8Array<ArrayBuffer>> {
  const table = await readTable(path, files)
  const length = table.findLastIndex((byte) => byte !== UNUSED) + 1
  if (length === 0 || length > EVENT_LOG_BYTES_MAX) return new Uint8Array(0)
  return table.subarray(0, Math.min(length + UNUSED_BYTES_KEPT, EVENT_LOG_BYTES_MAX))
}

async function readTable(path: string, files: Files): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await files.read(path, TABLE_BYTES_MAX)
  } catch (cause) {
    const advice = "it is at /sys/firmware/acpi/tables/data/CCEL where the firmware keeps one"
    throw new PlatformError("EVENT_LOG", `cannot read the event log ${path}: ${advice}`, { cause })
  }
}
