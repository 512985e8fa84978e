import { renameSync } from 'node:fs'
import { backup, type DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../support/index.ts'
import { StoreError } from '../errors.ts'
import type { FileIdentity, FileWatch } from './file-watch.ts'
import type {
  Batch,
  BatchResult,
  RequestResult,
  WireFailure,
  WireRow,
  WireStatement,
  WorkerAnswer,
  WorkerData,
  WorkerQuestion,
} from './messages.ts'
import { openFile } from './open-file.ts'

// The thread that waits for the disk, so that the one with the sockets does not (RULES 30).

const options = workerData as WorkerData
const keptStatements = 300

let database: DatabaseSync | undefined
let watch: FileWatch | undefined
let opened: FileIdentity | undefined = options.opened
const statements = new Map<string, Prepared>()
let copiesStarted: Promise<unknown> = Promise.resolve()

type Prepared = { readonly statement: StatementSync; readonly columns: readonly string[] }

/** The open database; a second opening must find the file of the first, and makes none. */
function openDatabase(): DatabaseSync {
  const { file } = options
  const found = openFile({ file, whenMissing: opened ? 'refuse' : options.whenMissing, opened })
  watch = found.watch
  if (opened === undefined) parentPort?.postMessage({ opened: watch.identity })
  opened = watch.identity
  return found.database
}

/** Before each transaction: what is committed to a file that has lost its name is lost at the next start (RULES 43). */
function lookAtFile(): void {
  const fault = watch?.find()
  if (fault !== undefined) throw new StoreError('store-gone', fault)
}

function closeDatabase(): void {
  statements.clear()
  const open = database
  database = undefined
  const isReplaced = watch?.isReplaced() ?? false
  open?.close()
  watch?.close()
  watch = undefined
  // SQLite leaves the log of a database that lost its name. It must never be applied to the file that has the name now.
  if (isReplaced) setLogAside()
}

function setLogAside(): void {
  try {
    renameSync(`${options.file}-wal`, `${options.file}-wal.before-${Date.now()}`)
  } catch {
    // It is gone as well.
  }
}

function prepare(open: DatabaseSync, sql: string): Prepared {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = open.prepare(sql)
  statement.setReturnArrays(true)
  const prepared = { statement, columns: statement.columns().map(({ name }) => name) }
  // What changes a table changes what `select *` gives, so nothing known before it is kept.
  if (/^\s*(?:create|alter|drop)\b/i.test(sql)) {
    statements.clear()
    return prepared
  }
  if (statements.size >= keptStatements) {
    for (const oldest of statements.keys()) {
      statements.delete(oldest)
      break
    }
  }
  statements.set(sql, prepared)
  return prepared
}

/** One transaction. A request that fails fails alone, unless SQLite gave the whole transaction up. */
function runBatch({ texts, requests }: Batch): BatchResult {
  database ??= openDatabase()
  lookAtFile()
  const open = database
  const prepared: (Prepared | undefined)[] = texts.map(() => undefined)

  function runStatement([text, ...parameters]: WireStatement): readonly WireRow[] {
    const known = prepared[text] ?? prepare(open, texts[text] ?? '')
    prepared[text] = known
    return known.statement.all(...parameters) as unknown as readonly WireRow[]
  }

  function runRequest(request: readonly WireStatement[]): RequestResult {
    const [only, ...more] = request
    try {
      // SQLite undoes a single statement that fails by itself; several need a savepoint.
      if (only !== undefined && more.length === 0) return [runStatement(only)]
      prepare(open, 'savepoint request').statement.run()
      const rows = request.map(runStatement)
      prepare(open, 'release request').statement.run()
      return rows
    } catch (error) {
      if (!open.isTransaction) throw error
      if (request.length !== 1) open.exec('rollback to request; release request')
      return { failure: describe(error) }
    }
  }

  open.exec('begin')
  try {
    const results = requests.map(runRequest)
    delayCommit()
    open.exec('commit')
    return { columns: prepared.map((known) => known?.columns ?? []), requests: results }
  } catch (error) {
    if (open.isTransaction) open.exec('rollback')
    throw error
  } finally {
    watch?.settle()
  }
}

/**
 * Copies while batches go on. Only the first step must find no batch at work: SQLite answers it with
 * SQLITE_LOCKED then, knows no number of pages yet, and Node takes zero pages left for a failed end.
 */
async function copy(open: DatabaseSync, file: string): Promise<void> {
  const { promise: started, resolve } = Promise.withResolvers<unknown>()
  copiesStarted = Promise.all([copiesStarted, started])
  try {
    await backup(open, file, { rate: 200, progress: resolve })
  } finally {
    resolve(undefined)
  }
}

/** Ends early when a test stores another value and notifies. */
function delayCommit(): void {
  const { commitDelayMs } = options
  if (commitDelayMs === undefined) return
  const delayMs = Atomics.load(commitDelayMs, 0)
  if (delayMs > 0) Atomics.wait(commitDelayMs, 0, delayMs, delayMs)
}

function describe(error: unknown): WireFailure {
  const message = messageOf(error)
  if (error instanceof StoreError) return { message: error.detail, code: error.code }
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? { message, sqliteCode: code } : { message }
}

/** Errors after which the handle is not to be trusted: the next batch opens the file again. */
function isHandleBroken(failure: WireFailure): boolean {
  const ioError = 10
  const damaged = 11
  const notADatabase = 26
  const primary = (failure.sqliteCode ?? 0) & 0xff
  return primary === ioError || primary === damaged || primary === notADatabase
}

async function answer({ id, task }: WorkerQuestion): Promise<WorkerAnswer> {
  try {
    switch (task.kind) {
      case 'batch':
        await copiesStarted
        return { id, result: runBatch(task) }
      case 'copy':
        database ??= openDatabase()
        await copy(database, task.file)
        return { id, result: undefined }
      case 'look':
        await copiesStarted
        if (database !== undefined) lookAtFile()
        return { id, result: undefined }
      case 'close':
        closeDatabase()
        return { id, result: undefined }
    }
  } catch (error) {
    const failure = describe(error)
    if (isHandleBroken(failure)) closeDatabase()
    return { id, failure }
  }
}

parentPort?.on('message', async (question: WorkerQuestion) => {
  parentPort?.postMessage(await answer(question))
})
