import { checkSeed, type SeedDefaults, type SeedProblem, type SeedRecord } from '../record.ts'
import { decodeBase64 } from '../text-bytes.ts'
import { readLabel } from './otpauth-label.ts'
import { decodeProtobuf, type ProtobufField } from './protobuf.ts'

const algorithms = ['sha1', 'sha1', 'sha256', 'sha512'] as const
const digits = ['6', '6', '8'] as const
const methods = ['totp', 'hotp', 'totp'] as const

/** How many QR codes one export may have; a file has fewer lines than that. */
const maximumBatch = 1000

/** The codes of one export that have been read. */
type Batch = { readonly size: number; readonly read: Set<number>; readonly line: number }

/**
 * Reads what Google Authenticator shows as QR codes to move to another phone:
 * `otpauth-migration://offline?data=` and a message of protocol buffers in base64. An export of many accounts comes in
 * several of them, each with its number; `missing` tells which are not there.
 */
export function createMigration(defaults: SeedDefaults) {
  const batches = new Map<string, Batch>()

  return {
    read(uri: string, line: number): readonly (SeedRecord | SeedProblem)[] {
      const wrong = (text: string): readonly SeedProblem[] => [{ line, text }]
      const [, data] =
        /^otpauth-migration:\/\/offline\/?\?(?:[^#]*&)?data=([^&#]*)/i.exec(uri) ?? []
      const bytes = data === undefined ? undefined : decodeData(data)
      const payload = bytes && decodeProtobuf(bytes)
      if (!payload) return wrong('this is not a whole link of Google Authenticator')
      const accounts = payload.filter(({ number }) => number === 1)
      if (accounts.length === 0) return wrong('there are no accounts in this link')
      const size = numberOf(payload, 3) || 1
      const index = numberOf(payload, 4)
      if (size > maximumBatch || index >= size)
        return wrong('the number of this link is impossible')
      const id = String(numberOf(payload, 5))
      const batch = batches.get(id) ?? { size, read: new Set(), line }
      batches.set(id, batch)
      batch.read.add(index)
      return accounts.map(({ value }) => readAccount(value, line, defaults))
    },

    /** A problem for each export of which links are missing. */
    missing(): readonly SeedProblem[] {
      return [...batches.values()].flatMap(({ size, read, line }) => {
        const missing = Array.from({ length: size }, (_, index) => index).filter(
          (index) => !read.has(index),
        )
        if (missing.length === 0) return []
        const numbers = missing.map((index) => index + 1).join(', ')
        return [
          {
            line,
            text: `the export has ${size} QR codes, of which ${numbers} ${missing.length === 1 ? 'is' : 'are'} not in this file`,
          },
        ]
      })
    },
  }
}

function readAccount(
  value: ProtobufField['value'],
  line: number,
  defaults: SeedDefaults,
): SeedRecord | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line, text })
  const fields = typeof value === 'bigint' ? undefined : decodeProtobuf(value)
  if (!fields) return wrong('an account in this link is damaged')
  const algorithm = algorithms[numberOf(fields, 4)]
  if (!algorithm)
    return wrong('an account in this link has a hash that is not supported, such as MD5')
  const length = digits[numberOf(fields, 5)]
  if (!length) return wrong('an account in this link has codes of a length that is not known')
  const method = methods[numberOf(fields, 6)]
  if (!method) return wrong('an account in this link is neither TOTP nor HOTP')
  const secret = fields.find(({ number }) => number === 1)?.value
  if (!(secret instanceof Uint8Array)) return wrong('an account in this link has no secret')
  const { issuer, account } = readLabel(textOf(fields, 2))
  return checkSeed({
    line,
    user: account ?? defaults.user,
    label: (textOf(fields, 3) || issuer) ?? undefined,
    method,
    seed: new Uint8Array(secret),
    algorithm,
    digits: length,
    counter: String(numberOf(fields, 7)),
  })
}

/** Base64 of either alphabet, in which a plus may have become a blank, and whose padding may be missing. */
function decodeData(data: string): Uint8Array | undefined {
  const text = data.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const packed = text
    .trim()
    .replaceAll(' ', '+')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/=+$/, '')
  return decodeBase64(packed.padEnd(Math.ceil(packed.length / 4) * 4, '='))
}

function numberOf(fields: readonly ProtobufField[], wanted: number): number {
  const value = fields.findLast(({ number }) => number === wanted)?.value
  return typeof value === 'bigint' ? Number(value) : 0
}

function textOf(fields: readonly ProtobufField[], wanted: number): string {
  const value = fields.findLast(({ number }) => number === wanted)?.value
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : ''
}
