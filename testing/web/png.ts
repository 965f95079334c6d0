/*
 * Screenshots with a palette (PNG, third edition, sections 7 and 9 to 11): pages have few colours, and half a byte for each
 * picture element is a sixth of what browsers write.
 */
import { strict as assert } from "node:assert"
import { crc32, deflateSync, inflateSync } from "node:zlib"

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex")
const RGB = 2
const INDEXED = 3
const BITS = 4
const CHANNELS = 3
const COLOURS_MAX = 16
/** More than any two colours are apart. */
const FAR = 1e6

/** The same picture in 16 colours. Takes what Chromium writes: 8 bits, RGB. */
export function shrinkPng(png: Uint8Array): Uint8Array {
  const { width, height, data } = readPng(png)
  const pixels = unfilter(inflateSync(data), width * CHANNELS, height)
  const { palette, indices } = indexed(pixels)
  const lines = packed(indices, width, height)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([BITS, INDEXED], 8)
  const parts = { IHDR: header, PLTE: palette, IDAT: deflateSync(lines, { level: 9 }), IEND: Buffer.alloc(0) }
  return Buffer.concat([SIGNATURE, ...Object.entries(parts).map(([type, content]) => chunk(type, content))])
}

/** Section 7.2: two picture elements in a byte, the first in its upper half, after a byte that says that no filter is used. */
function packed(indices: Uint8Array, width: number, height: number): Uint8Array {
  const stride = 1 + Math.ceil(width / 2)
  const lines = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + 1 + (x >> 1)
      lines[at] = (lines[at] ?? 0) | ((indices[y * width + x] ?? 0) << (x % 2 === 0 ? BITS : 0))
    }
  }
  return lines
}

function chunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), content])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(content.length, 0)
  ends.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}

function readPng(png: Uint8Array): { width: number; height: number; data: Buffer } {
  const bytes = Buffer.from(png)
  assert.ok(bytes.subarray(0, 8).equals(SIGNATURE))
  assert.deepEqual([...bytes.subarray(24, 29)], [8, RGB, 0, 0, 0], "8 bits of RGB, not interlaced")
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), data: Buffer.concat(data) }
}

/** Section 9.2: each byte is told by how it differs from what its neighbours say. */
function unfilter(filtered: Uint8Array, stride: number, height: number): Uint8Array {
  const pixels = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < CHANNELS ? 0 : (pixels[at - CHANNELS] ?? 0)
      const up = y === 0 ? 0 : (pixels[at - stride] ?? 0)
      const corner = x < CHANNELS || y === 0 ? 0 : (pixels[at - stride - CHANNELS] ?? 0)
      pixels[at] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner)
    }
  }
  return pixels
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  return filter === 4 ? paeth(left, up, corner) : 0
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

/** The colours that stand best for all others, and for each picture element the number of its own. */
function indexed(pixels: Uint8Array): { palette: Uint8Array; indices: Uint8Array } {
  const counts = new Map<number, number>()
  const colours = new Uint32Array(pixels.length / CHANNELS)
  for (let i = 0; i < colours.length; i++) {
    const colour = ((pixels[3 * i] ?? 0) << 16) | ((pixels[3 * i + 1] ?? 0) << 8) | (pixels[3 * i + 2] ?? 0)
    colours[i] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const { kept, numbers } = chosen(counts)
  const palette = Uint8Array.from(kept.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  return { palette, indices: Uint8Array.from(colours, (colour) => numbers.get(colour) ?? 0) }
}

interface Likeness {
  readonly colour: number
  readonly count: number
  /** Which of those that were kept is the nearest, and how far off it is. */
  number: number
  distance: number
}

/** Keeps, time and again, the colour whose loss would be seen most: how often it is there, times how far off the nearest is. */
function chosen(counts: ReadonlyMap<number, number>): { kept: number[]; numbers: Map<number, number> } {
  const all: Likeness[] = [...counts].map(([colour, count]) => ({ colour, count, number: 0, distance: FAR }))
  const kept: number[] = []
  while (kept.length < COLOURS_MAX) {
    const next = all.reduce((one, other) => (other.count * other.distance > one.count * one.distance ? other : one))
    if (next.distance === 0) break
    for (const each of all) {
      const distance = distanceOf(each.colour, next.colour)
      if (distance < each.distance) Object.assign(each, { distance, number: kept.length })
    }
    kept.push(next.colour)
  }
  return { kept, numbers: new Map(all.map(({ colour, number }) => [colour, number])) }
}

function distanceOf(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0)
}
