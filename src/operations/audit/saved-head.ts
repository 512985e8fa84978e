import type { HeadDifference, Store } from '../../store/index.ts'
import { type Clock, messageOf, type Timer } from '../../support/index.ts'
import type { CheckRow } from '../checks/check-row.ts'
import { readHeadFile, writeHeadFile } from './head-file.ts'

const everyMs = 60_000

/** What the log says of it. `store`: the beginning of the installation's id. */
export type HeadEvent =
  | {
      readonly event: 'audit-head'
      readonly store: string
      readonly node: string
      readonly rows: number
      readonly hash: string
    }
  | { readonly event: 'audit-head-failed'; readonly detail: string }
  | { readonly event: 'audit-cut'; readonly file: string; readonly detail: string }

export type SavedHead = {
  /** Compares what the last run kept, before anything is written. Rejects with StoreError only. */
  start(): Promise<void>
  /** Saves the last head, and no more after it. */
  stop(): Promise<void>
  /** What `check` says of it. */
  row(): CheckRow
}

/**
 * Saves the end of the audit outside the store, so that rows which are cut off show (RULES 37): every minute in the
 * log, and in a file that is compared at the start and before it is written again. A file that does not fit stays as
 * it is, and `check` fails, until an administrator removes it.
 */
export function createSavedHead(options: {
  readonly audit: Store['audit']
  readonly installationId: string
  /** Absent: the log alone. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly log: (event: HeadEvent) => void
}): SavedHead {
  const { audit, installationId, file, clock, log } = options
  const store = installationId.slice(0, 8)
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  let isStarted = false
  let isStopped = false
  /** What is wrong with the file, or why it is not compared. */
  let cut: string | undefined
  let failure: string | undefined
  let compared: string | undefined

  async function compareFile(path: string): Promise<void> {
    const kept = await readHeadFile(path)
    if (kept === undefined) return
    if (kept !== 'unreadable' && kept.atMs < (await audit.lastRestoreMs())) return
    const fault = await faultOf(kept)
    if (fault === undefined) {
      if (kept !== 'unreadable') compared = `row ${kept.seq} of ${kept.node}`
      return
    }
    cut = fault
    log({ event: 'audit-cut', file: path, detail: fault })
    await audit.alert({ atMs: clock.nowMs(), kind: 'audit-cut', detail: { file: path, fault } })
  }

  async function faultOf(
    kept: Exclude<Awaited<ReturnType<typeof readHeadFile>>, undefined>,
  ): Promise<string | undefined> {
    if (kept === 'unreadable') return 'the file is damaged'
    if (!audit.isSignedHead(kept, kept.mac)) return 'another store has written the file'
    const [difference] = await audit.compareHeads([kept])
    return (
      difference && `${tellDifference(difference)} (kept at ${new Date(kept.atMs).toISOString()})`
    )
  }

  async function keep(): Promise<void> {
    const atMs = clock.nowMs()
    const head = await audit.head()
    log({ event: 'audit-head', store, node: head.node, rows: head.seq, hash: head.hash })
    if (file === undefined) return
    // An administrator who knows why has removed it.
    if (cut !== undefined && (await readHeadFile(file)) === undefined) cut = undefined
    if (cut !== undefined) return
    await compareFile(file)
    if (cut !== undefined) return
    await writeHeadFile(file, { ...head, atMs, mac: audit.signHead({ ...head, atMs }) })
  }

  /** One at a time. A failure is logged, and tried again in a minute. */
  function keepNow(): Promise<void> {
    running = running.then(keep).then(
      () => {
        failure = undefined
      },
      (error: unknown) => {
        failure = messageOf(error)
        log({ event: 'audit-head-failed', detail: failure })
      },
    )
    return running
  }

  async function everyMinute(): Promise<void> {
    await keepNow()
    if (!isStopped) timer = clock.after(everyMs, () => void everyMinute())
  }

  return {
    start() {
      isStarted = true
      return everyMinute()
    },
    async stop() {
      if (!isStarted) return
      isStopped = true
      timer?.cancel()
      await keepNow()
    },
    row() {
      const row = { area: 'store', what: 'audit head' }
      if (file === undefined) {
        return {
          ...row,
          state: 'not-examined',
          detail: 'not examined: no file keeps it, only the log does',
          remedy: 'Set audit.head_file, or run the service by its systemd unit.',
        }
      }
      if (cut !== undefined) {
        return {
          ...row,
          state: 'failed',
          detail: `${cut}; ${file}`,
          remedy: `Rows were cut off, or the store is an older copy or a new one (holdfast store create). Compare it with a backup and the system log. When you know why, remove ${file}; within a minute this row is ok.`,
        }
      }
      if (failure !== undefined) {
        return {
          ...row,
          state: 'warning',
          detail: `${file}: ${failure}`,
          remedy: 'Look at the folder and the disk.',
        }
      }
      const detail = compared === undefined ? `kept in ${file}` : `as kept in ${file}: ${compared}`
      return { ...row, state: 'ok', detail, remedy: '' }
    },
  }
}

/** `the audit ends at row 90 of vpn1, and row 120 was there`. */
function tellDifference({ kept, fault, lastSeq }: HeadDifference): string {
  return fault === 'row-missing'
    ? `the audit ends at row ${lastSeq} of ${kept.node}, and row ${kept.seq} was there before`
    : `row ${kept.seq} of ${kept.node} is another one than before`
}
