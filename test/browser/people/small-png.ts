// Chromium writes PNG files quickly, not small. Pages have few colours: 256 of them are enough for a picture in the docs.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

type Picture = { readonly width: number; readonly height: number; readonly colours: Uint32Array }

/** The same picture with the 256 commonest of its colours, each other one as the nearest of them. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, colours } = decode(png)
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byCount = [...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour)
  const palette = choose(byCount)
  const indexOf = new Map(byCount.map((colour) => [colour, nearest(palette, colour)]))
  const rows = Buffer.alloc((width + 1) * height)
  for (let at = 0; at < colours.length; at++) {
    const row = Math.floor(at / width)
    rows[row * (width + 1) + 1 + (at % width)] = indexOf.get(colours[at] ?? 0) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits each, by palette.
  header.set([8, 3, 0, 0, 0], 8)
  const table = Buffer.from(palette.flatMap((colour) => channels(colour)))
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The commonest colours of each region of the colours first, so that a small icon keeps its own. */
function choose(byCount: readonly number[]): readonly number[] {
  const regions = new Set<number>()
  const firsts = byCount.filter((colour) => {
    const region = colour & 0xe0e0e0
    return !regions.has(region) && regions.add(region)
  })
  return [...new Set([...firsts.slice(0, 160), ...byCount])].slice(0, 256)
}

const channels = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255] as const

function nearest(palette: readonly number[], colour: number): number {
  const [red, green, blue] = channels(colour)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [index, each] of palette.entries()) {
    const [r, g, b] = channels(each)
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

/** Of what Chromium writes: eight bits a channel, RGB or RGBA, not interlaced. */
function decode(png: Buffer): Picture {
  let width = 0
  let height = 0
  let bytes = 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') {
      width = data.readUInt32BE(0)
      height = data.readUInt32BE(4)
      bytes = data[9] === 6 ? 4 : 3
    }
    if (type === 'IDAT') parts.push(data)
    at += length + 12
  }
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * bytes
  let above = Buffer.alloc(stride)
  const colours = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const row = Buffer.from(raw.subarray(start + 1, start + 1 + stride))
    unfilter(raw[start] ?? 0, row, above, bytes)
    for (let x = 0; x < width; x++) {
      const at = x * bytes
      colours[y * width + x] =
        ((row[at] ?? 0) << 16) | ((row[at + 1] ?? 0) << 8) | (row[at + 2] ?? 0)
    }
    above = row
  }
  return { width, height, colours }
}

/** Filters of RFC 2083, section 6. */
function unfilter(filter: number, row: Buffer, above: Buffer, bytes: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at >= bytes ? (row[at - bytes] ?? 0) : 0
    const up = above[at] ?? 0
    const corner = at >= bytes ? (above[at - bytes] ?? 0) : 0
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
    row[at] = ((row[at] ?? 0) + guess) & 255
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const distances = [left, up, corner].map((each) => Math.abs(guess - each))
  const [a = 0, b = 0, c = 0] = distances
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}
