import { EVENT_LOG_BYTES_MAX } from "@event-manager/protocol"
import { systemFiles, type Files } from "./files.ts"
import { PlatformError } from "./platform.ts"

/** What firmware sets aside for the log; some set aside far more than any log needs. */
const TABLE_BYTES_MAX = 4 * 1_048_576
const UNUSED = 0xff

/**
 * A TD's event log, which clients replay: the table CCEL (UEFI 2.10 section 38.4.1) without what is unused at its end.
 * Empty where it is longer than evidence carries. Rejects with PlatformError (EVENT_LOG).
 */
export async function readEventLog(path: string, files: Files = systemFiles): Promise<Uint8Array<ArrayBuffer>> {
  const table = await readTable(path, files)
  const log = table.subarray(0, table.findLastIndex((byte) => byte !== UNUSED) + 1)
  return log.length > EVENT_LOG_BYTES_MAX ? new Uint8Array(0) : log
}

async function readTable(path: string, files: Files): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await files.read(path, TABLE_BYTES_MAX)
  } catch (cause) {
    const advice = "it is at /sys/firmware/acpi/tables/data/CCEL where the firmware keeps one"
    throw new PlatformError("EVENT_LOG", `cannot read the event log ${path}: ${advice}`, { cause })
  }
}
