import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  type CheckRow,
  type LoggedComparison,
  type LoggedHead,
  mostLoggedHeads,
  notExamined,
} from '../../operations/index.ts'
import { parseJson } from '../../ops/socket/protocol.ts'
import { messageOf } from '../../support/index.ts'
import type { CliIo } from '../io.ts'

const area = 'store'
const what = 'audit in the journal'
/** With one line a minute, this many are a week. */
const mostLines = 10_000
const timeoutMs = 60_000
const maxBytes = 64 * 1024 * 1024

/** As log-events.ts writes it. */
const headText = /audit of store ([0-9a-f]+): (\d+) rows? of (.+), hash ([0-9a-f]{64})/

/**
 * Compares the audit with the heads that the log of the service has: the journal belongs to root, so an attacker who
 * can write the store, and the file beside it, cannot change those (RULES 37).
 */
export async function checkJournal(
  compare: (heads: readonly LoggedHead[]) => Promise<LoggedComparison>,
  io: CliIo,
): Promise<CheckRow> {
  if (io.uid !== 0) return notCompared('only root can read the journal of the service')
  let heads: readonly LoggedHead[]
  try {
    heads = readHeads(await readJournal(io))
  } catch (error) {
    return notCompared(`journalctl failed: ${firstLine(error)}`)
  }
  let compared = 0
  for (let at = 0; at < heads.length; at += mostLoggedHeads) {
    const found = await compare(heads.slice(at, at + mostLoggedHeads))
    compared += found.compared
    const [difference] = found.differences
    if (difference === undefined) continue
    const { kept, lastSeq } = difference
    return {
      ...{ area, what, state: 'failed' },
      detail: `the journal has row ${kept.seq} of ${kept.node} with hash ${kept.hash}, which is not in the audit (it ends at row ${lastSeq})`,
      remedy:
        'Rows were cut off, or the store is an older copy. Compare with a backup, and find out who could write the file.',
    }
  }
  if (compared === 0)
    return notCompared('the journal of holdfast.service says nothing of this store')
  const detail = `as in the journal: ${compared} heads compared`
  return { area, what, state: 'ok', detail, remedy: '' }
}

function notCompared(why: string): CheckRow {
  return { ...notExamined(area, what, ''), detail: `not compared: ${why}` }
}

async function readJournal(io: CliIo): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'journalctl',
    [
      ...['--unit', 'holdfast.service', '--output', 'cat', '--quiet', '--no-pager'],
      ...['--reverse', '--lines', String(mostLines), '--grep', 'audit of store'],
    ],
    { env: { ...io.env }, timeout: timeoutMs, maxBuffer: maxBytes, signal: io.signal },
  ).catch((error: unknown) => {
    // It ends with 1 where nothing fits.
    if (isQuietFailure(error)) return { stdout: '' }
    throw error
  })
  return stdout
}

function isQuietFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 1 &&
    'stderr' in error &&
    error.stderr === ''
  )
}

/** Each head once, with the last time it was written. Lines are the newest first. */
function readHeads(journal: string): readonly LoggedHead[] {
  const heads = new Map<string, LoggedHead>()
  for (const line of journal.split('\n')) {
    const head = readHead(line)
    if (head === undefined) continue
    const key = `${head.store} ${head.node} ${head.seq} ${head.hash}`
    if (!heads.has(key)) heads.set(key, head)
  }
  return [...heads.values()]
}

/** A line in the form for a terminal or for a program. */
function readHead(line: string): LoggedHead | undefined {
  const event = Object(parseJson(line))
  const text = typeof event.message === 'string' ? event.message : line
  const time = typeof event.time === 'string' ? event.time : line.split(' ', 1)[0]
  const [, store, seq, node, hash] = headText.exec(text) ?? []
  const atMs = Date.parse(time ?? '')
  if (store === undefined || node === undefined || hash === undefined || Number.isNaN(atMs)) {
    return undefined
  }
  return { store, node, seq: Number(seq), hash, atMs }
}

function firstLine(error: unknown): string {
  const text = messageOf(error)
  return text.split('\n', 1)[0] ?? text
}
