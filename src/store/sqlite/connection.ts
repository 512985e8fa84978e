import { Worker } from 'node:worker_threads'
import type { CompiledQuery } from 'kysely'
import type { Clock, Timer } from '../../support/index.ts'
import type { Connection, ConnectionHealth, RowsOf } from '../connection.ts'
import { StoreError } from '../errors.ts'
import { toBatch, toRows } from './batch.ts'
import { toStoreError } from './failures.ts'
import type { FileIdentity } from './file-watch.ts'
import type {
  Batch,
  Row,
  WorkerAnswer,
  WorkerData,
  WorkerOptions,
  WorkerQuestion,
  WorkerTask,
} from './messages.ts'

/** What a command waits for a commit on a busy disk: no gateway gives up meanwhile, and half a restore helps no one. */
export const commandCommitTimeoutMs = 60_000

export type SqliteOptions = WorkerOptions & {
  readonly clock: Clock
  /** A commit above this counts as "store failed" (RULES 30). Default 2000. */
  readonly commitTimeoutMs?: number
  /** Requests that may wait for the worker. Default 50,000. */
  readonly maxWaiting?: number
}

type Request = {
  readonly queries: readonly CompiledQuery[]
  readonly timeoutMs: number
  resolve(rows: readonly (readonly Row[])[]): void
  reject(error: StoreError): void
}

type Answer = Exclude<WorkerAnswer, { readonly opened: FileIdentity }>
type Question = { settle(answer: Answer): void; fail(error: StoreError): void }

/**
 * SQLite in a worker thread. While the worker commits one batch, requests gather for the next; so
 * one full sync serves all that arrived together.
 */
export function connectSqlite(options: SqliteOptions): Connection {
  const { clock, commitTimeoutMs = 2000, maxWaiting = 50_000 } = options
  const copies = new Set<Promise<void>>()
  const questions = new Map<number, Question>()
  let worker: Worker | undefined
  let nextId = 1
  let queue: Request[] = []
  let batchesOut = 0
  let waitingOutside = 0
  let isStalled = false
  let isFlushPlanned = false
  let closing: Promise<void> | undefined
  let failureCode: string | undefined
  let opened: FileIdentity | undefined
  let lastCommitMs = 0

  function startWorker(): Worker {
    const { file, whenMissing, commitDelayMs } = options
    const workerData: WorkerData = {
      file,
      ...(whenMissing && { whenMissing }),
      ...(commitDelayMs && { commitDelayMs }),
      ...(opened && { opened }),
    }
    const started = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    started.on('message', (answer: WorkerAnswer) => {
      if ('opened' in answer) {
        opened = answer.opened
        return
      }
      const question = questions.get(answer.id)
      questions.delete(answer.id)
      if (questions.size === 0) started.unref()
      question?.settle(answer)
    })
    started.on('error', (cause) => onWorkerGone(started, cause))
    started.on('exit', () => onWorkerGone(started, undefined))
    return started
  }

  // A worker that died (out of memory, say) took its batch along; the next question starts a new one.
  function onWorkerGone(gone: Worker, cause: unknown): void {
    if (worker !== gone) return
    worker = undefined
    const asked = [...questions.values()]
    questions.clear()
    for (const question of asked) {
      question.fail(new StoreError('store-failed', 'the worker thread ended', { cause }))
    }
  }

  function ask(task: WorkerTask, question: Question): void {
    const id = nextId
    nextId += 1
    try {
      worker ??= startWorker()
      worker.postMessage({ id, task } satisfies WorkerQuestion)
      // Keeps the process only while something is asked: a store no one closed does not hold it.
      if (questions.size === 0) worker.ref()
      questions.set(id, question)
    } catch (cause) {
      question.fail(new StoreError('store-failed', 'the worker could not be asked', { cause }))
    }
  }

  function askAlone(task: WorkerTask): Promise<void> {
    return new Promise((resolve, reject) => {
      ask(task, {
        settle: (answer) =>
          'failure' in answer ? reject(toStoreError(answer.failure)) : resolve(),
        fail: reject,
      })
    })
  }

  // Planned after the promise callbacks of the answers just given, so that what they ask next (the audit row after the
  // spent code) shares one commit.
  function planFlush(): void {
    if (isFlushPlanned || isStalled || batchesOut > 0 || queue.length === 0) return
    isFlushPlanned = true
    setImmediate(flush)
  }

  function flush(): void {
    isFlushPlanned = false
    if (queue.length === 0) return
    const batch = queue
    queue = []
    batchesOut += 1
    waitingOutside += batch.length
    const startedAtMs = clock.nowMs()
    const timeoutMs = batch.reduce((most, request) => Math.max(most, request.timeoutMs), 0)
    const timer: Timer = clock.after(timeoutMs, () => {
      isStalled = true
      const error = new StoreError('store-too-slow', `no commit within ${timeoutMs} ms`)
      rejectBatch(batch, error)
      rejectBatch(queue.splice(0), error)
    })
    const finish = () => {
      timer.cancel()
      isStalled = false
      batchesOut -= 1
      waitingOutside -= batch.length
      lastCommitMs = clock.nowMs() - startedAtMs
    }
    const task = toBatch(batch.map((request) => request.queries))
    ask(task, {
      settle(answer) {
        finish()
        // What gathered meanwhile goes first, so that the worker commits while this thread works.
        if (queue.length > 0) flush()
        settleBatch(batch, task, answer)
        planFlush()
      },
      fail(error) {
        finish()
        rejectBatch(batch, error)
        planFlush()
      },
    })
  }

  function settleBatch(batch: readonly Request[], asked: Batch, answer: Answer): void {
    if ('failure' in answer) {
      rejectBatch(batch, toStoreError(answer.failure))
      return
    }
    failureCode = undefined
    const { requests, columns } = answer.result ?? { requests: [], columns: [] }
    requests.forEach((result, index) => {
      if ('failure' in result) batch[index]?.reject(toStoreError(result.failure))
      else batch[index]?.resolve(toRows(result, asked.requests[index] ?? [], columns))
    })
  }

  function rejectBatch(batch: readonly Request[], error: StoreError): void {
    failureCode = error.code
    for (const request of batch) request.reject(error)
  }

  function submit(
    queries: readonly CompiledQuery[],
    timeoutMs = commitTimeoutMs,
  ): Promise<readonly (readonly Row[])[]> {
    const refusal = refuse()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      queue.push({ queries, timeoutMs, resolve, reject })
      planFlush()
    })
  }

  function refuse(): StoreError | undefined {
    if (closing !== undefined) return new StoreError('store-closed', 'no request is taken')
    if (isStalled) return new StoreError('store-too-slow', 'an earlier commit still hangs')
    if (queue.length >= maxWaiting) return new StoreError('store-busy', `${queue.length} wait`)
    return undefined
  }

  async function shutDown(): Promise<void> {
    await Promise.allSettled(copies)
    flush()
    if (worker === undefined) return
    // The worker answers in order, so this comes after everything that was handed over. A disk that
    // hangs must not keep the process: what was not committed was not acknowledged.
    let timer: Timer | undefined
    const gaveUp = new Promise<void>((resolve) => {
      timer = clock.after(commitTimeoutMs, resolve)
    })
    await Promise.race([askAlone({ kind: 'close' }).catch(() => undefined), gaveUp])
    timer?.cancel()
    const ending = worker
    worker = undefined
    await ending.terminate()
  }

  return {
    async run<Row>(query: CompiledQuery<Row>) {
      const [rows] = await submit([query])
      return rows as Row[]
    },
    async atomically<const Queries extends readonly CompiledQuery[]>(
      queries: Queries,
      options: { readonly timeoutMs?: number } = {},
    ) {
      return (await submit(queries, options.timeoutMs)) as RowsOf<Queries>
    },
    epoch: () => 0,
    noteSpent: () => undefined,
    noteAudit: () => undefined,
    async copyTo(file) {
      if (closing !== undefined) throw new StoreError('store-closed', 'no copy is made')
      const copy = askAlone({ kind: 'copy', file })
      copies.add(copy)
      await copy.finally(() => copies.delete(copy))
    },
    async look() {
      if (closing !== undefined) return undefined
      try {
        await askAlone({ kind: 'look' })
        if (failureCode === 'store-gone') failureCode = undefined
        return undefined
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        failureCode = error.code
        return error.message
      }
    },
    health(): ConnectionHealth {
      const health = {
        ok: failureCode === undefined,
        waiting: queue.length + waitingOutside,
        lastCommitMs,
      }
      return failureCode === undefined ? health : { ...health, code: failureCode }
    },
    close() {
      closing ??= shutDown()
      return closing
    },
  }
}
