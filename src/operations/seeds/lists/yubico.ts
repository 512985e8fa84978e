import {
  checkSeed,
  collectSeeds,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
  seedProblem,
} from '../record.ts'
import { decodeHex } from '../text-bytes.ts'
import type { CsvRow } from './csv-rows.ts'

/** The first cell of a line in the traditional format: what was written to the key. */
const events =
  /^(logging start|yubico otp|oath-hotp|static password.*|challenge-response.*|configuration (update|swap)|unknown programming mode)$/i

/** Columns of the traditional format. The second is a date, which has commas of its own in some languages. */
const traditionalWidth = 18

/**
 * Whether these are logs of the YubiKey personalisation tool: in the traditional format (`OATH-HOTP,date,slot,…`), or in
 * Yubico's own, whose lines are `serial,public id,private id or counter,key,access code,time`.
 */
export function isYubicoLog(rows: readonly CsvRow[]): boolean {
  const isTraditional = rows.some(({ cells: [event = ''] }) => events.test(event))
  return isTraditional || rows.every(isYubicoLine)
}

function isYubicoLine({ cells }: CsvRow): boolean {
  const [serial = '', , , key = '', , time = ''] = cells
  return /^\d*$/.test(serial) && /^[0-9a-f]*$/i.test(key) && /^\d{4}-\d\d-\d\dT\d\d:/.test(time)
}

/** Reads the OATH-HOTP lines of such a log; keys written for other uses are refused by name. */
export function readYubicoLog(rows: readonly CsvRow[], defaults: SeedDefaults): SeedFile {
  const results = rows.flatMap((row) => {
    if (isYubicoLine(row)) return [readYubicoLine(row, defaults)]
    const event = row.cells[0]?.toLowerCase() ?? ''
    if (/^(logging start|configuration )/.test(event)) return []
    return [readTraditional(row, event, defaults)]
  })
  return collectSeeds(results)
}

function readTraditional(
  row: CsvRow,
  event: string,
  defaults: SeedDefaults,
): SeedRecord | SeedProblem {
  const { line, cells } = row
  if (event !== 'oath-hotp') return { line, text: otherUse(event) }
  const moved = Math.max(0, cells.length - traditionalWidth)
  const [publicId = '', , key = '', , , , , , digits, counter] = cells.slice(3 + moved)
  return readKey({ line, serial: publicId, publicId, key, digits, counter }, defaults)
}

function readYubicoLine(row: CsvRow, defaults: SeedDefaults): SeedRecord | SeedProblem {
  const { line, cells } = row
  const [serial = '', publicId = '', counter = '', key = ''] = cells
  // The private id of a Yubico OTP has 12 digits, and its key 32.
  if (key.length !== 40 || counter === '') {
    return seedProblem(line, serial, otherUse(counter === '' ? 'static password' : 'yubico otp'))
  }
  return readKey({ line, serial, publicId, key, counter }, defaults)
}

function readKey(
  raw: {
    readonly line: number
    readonly serial: string
    readonly publicId: string
    readonly key: string
    readonly counter: string | undefined
    readonly digits?: string | undefined
  },
  defaults: SeedDefaults,
): SeedRecord | SeedProblem {
  const { line, serial, publicId } = raw
  const seed = decodeHex(raw.key)
  if (!seed) return seedProblem(line, serial, 'the key is not hex')
  const notes = [
    ...(publicId === ''
      ? []
      : [
          'the key types its identifier before each code, which has to be deleted; write its slot again without an OATH token identifier',
        ]),
    ...(raw.digits === undefined && defaults.digits === undefined
      ? [
          'its log does not say how many digits the codes have; 6 assumed, otherwise use --set digits=8',
        ]
      : []),
  ]
  return checkSeed({
    line,
    user: defaults.user,
    serial: serial || undefined,
    label: 'YubiKey',
    method: 'hotp',
    seed,
    algorithm: 'sha1',
    digits: raw.digits ?? defaults.digits,
    counter: raw.counter || defaults.counter,
    notes,
  })
}

function otherUse(event: string): string {
  const use = event.startsWith('yubico')
    ? 'Yubico OTP'
    : event.startsWith('challenge')
      ? 'challenge and response'
      : event.startsWith('static')
        ? 'a static password'
        : 'a use that is not known'
  return `the slot was written for ${use}, which is not supported; write it for OATH-HOTP`
}
