import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { contractStore, migrateStore, type Store, StoreError } from '../../../src/store/index.ts'
import { contractions } from '../../../src/store/migrations/contraction.ts'
import { migrations } from '../../../src/store/migrations/migrations.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { systemClock } from '../../../src/support/index.ts'
import { stopOnExit } from '../child.ts'
import { needPostgresql, type Postgresql, startPostgresql } from './server.ts'
import { openDatabase } from './stores.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const script = fileURLToPath(new URL('./release-child.ts', import.meta.url))

/**
 * The last commit whose tables are older. After it, `node.steps` was added, and its first contraction takes away the rows
 * without it.
 */
const olderCommit = '22b32845d164f3feeefa0e55106183a4f8a0929d'
const olderVersion = (contractions[0]?.least ?? 0) - 1

/** Puts the older release into a folder: from the history, or, in a copy of the sources without one, this one without its last steps. */
async function unpackOlder(folder: string): Promise<string> {
  mkdirSync(join(folder, 'src'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  try {
    const archive = join(folder, 'older.tar')
    await run('git', ['-C', root, 'archive', '-o', archive, olderCommit, 'src'])
    await run('tar', ['-xf', archive, '-C', folder])
    return 'git'
  } catch {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
    const change = (file: string, from: RegExp, to: string) => {
      const path = join(folder, 'src/store', file)
      const text = readFileSync(path, 'utf8')
      expect(text).to.match(from)
      writeFileSync(path, text.replace(from, to))
    }
    change('migrations/migrations.ts', /^ {2}nodeSteps,\n(?: {2}\w+,\n)*/m, '')
    change(
      'migrations/contraction.ts',
      /(contractions: readonly Contraction\[\] = )\[[\s\S]*?\n\]/,
      '$1[]',
    )
    change('postgresql/membership.ts', /, steps: migrations\.length/, '')
    change('postgresql/transaction.ts', /last_write = \$2/, 'beat = beat + 0 * $2::int')
    return 'steps'
  }
}

describe('two releases on one database (O19)', function () {
  this.timeout(300_000)
  let server: Postgresql
  let folder: string
  let place: PostgresqlPlace
  const children: Older[] = []
  const open: Store[] = []

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
    folder = mkdtempSync(join(tmpdir(), 'holdfast-older-'))
    await unpackOlder(folder)
  })
  beforeEach(async () => {
    place = await server.createDatabase()
  })
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close()
    for (const child of children.splice(0)) await child.end()
  })
  after(async () => {
    await server?.stop()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  async function startOlder(): Promise<Older> {
    const older = await openOlder(folder, place)
    children.push(older)
    return older
  }
  async function openNewer(): Promise<Store> {
    const store = await openDatabase(place, {
      ...{ node: 'newer', sharing: 'several', serves: { version: 'newer' } },
    })
    open.push(store)
    return store
  }

  it('the older one goes on while the tables grow, and a code works once at both', async () => {
    const older = await startOlder()
    expect(older.said).to.equal('ready')
    const id = await older.ask('add corp:alice')
    expect(await migrateStore({ postgresql: place }, systemClock)).to.deep.equal({
      before: olderVersion,
      now: migrations.length,
    })
    expect(await older.ask(`spend ${id} 5`)).to.equal('spent')
    const newer = await openNewer()
    const evidence = { requestAuthenticator: new Uint8Array(16).fill(2) }
    expect(await newer.authenticators.spendTotp(id, 5, 0, evidence)).to.equal('reused')
    expect(await newer.authenticators.spendTotp(id, 6, 0, evidence)).to.equal('spent')
    expect(await older.ask(`spend ${id} 6`)).to.equal('reused')
    expect(await older.ask('record after')).to.equal('recorded')
    expect((await newer.audit.verifyAuditChain()).ok).to.equal(true)
    expect(await older.ask('verify')).to.equal('true')
  })

  it('the older one also starts on tables that have only grown', async () => {
    await (await startOlder()).end()
    await openNewer()
    const older = await startOlder()
    expect(older.said).to.equal('ready')
    expect(await older.ask('record again')).to.equal('recorded')
  })

  it('nothing is taken away while an older one lives; afterwards it is, and the older one is refused', async () => {
    const older = await startOlder()
    const newer = await openNewer()
    const error: unknown = await contractStore({ postgresql: place }, systemClock).catch(
      (cause: unknown) => cause,
    )
    expect(error).to.be.instanceOf(StoreError).and.include({ code: 'store-older-nodes' })
    expect((error as StoreError).detail).to.contain('older (older) runs')
    expect(await older.ask('record still')).to.equal('recorded')
    await older.end()
    expect(await contractStore({ postgresql: place }, systemClock)).to.deep.equal({
      steps: 1,
      least: migrations.length,
    })
    expect((await contractStore({ postgresql: place }, systemClock)).steps).to.equal(0)
    expect((await startOlder()).said).to.equal('store-newer')
    expect((await newer.probe()).ok).to.equal(true)
    await openNewer()
  })
})

type Older = { readonly said: string; ask(line: string): Promise<string>; end(): Promise<void> }

/** Starts the older release in a process of its own. */
async function openOlder(folder: string, { password, ...place }: PostgresqlPlace): Promise<Older> {
  const given = JSON.stringify({ ...place, password: password?.reveal() })
  const child: ChildProcess = spawn(process.execPath, [script, folder, given], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  stopOnExit(child, () => undefined)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[
    Symbol.asyncIterator
  ]()
  const read = async () => String((await lines.next()).value)
  return {
    said: await read(),
    ask(line) {
      child.stdin?.write(`${line}\n`)
      return read()
    },
    async end() {
      child.stdin?.end()
      await gone
    },
  }
}
