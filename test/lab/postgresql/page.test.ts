import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { parse } from 'yaml'
import type { CheckRow } from '../../../src/operations/index.ts'
import { readPages } from '../../docs/pages.ts'
import { shellBlocks } from '../../docs/steps.ts'
import { holdfast } from '../cli.ts'
import { lastingConfig } from '../service-config.ts'
import { needPostgresql, type Postgresql, programFolder, startPostgresql } from './server.ts'

const run = promisify(execFile)
const page = 'docs/how-to/postgresql.md'

// Runs what the page says to type.
describe(page, function () {
  this.timeout(600_000)
  let server: Postgresql
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
    await server.admin('drop role holdfast')
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await server?.stop()
  })

  const blocks = (language: string) =>
    readPages()
      .filter(({ path }) => path === page)
      .flatMap((each) => each.blocks)
      .flatMap((block) => (block.language === language ? [block.code] : []))
  const here = () => ({ port: 0, httpPort: 0, folder })
  const command = async (file: string, words: readonly string[]) => {
    const done = await holdfast([...words, '--config', join(folder, file)])
    expect(done.code, `${words.join(' ')}: ${done.stdout}${done.stderr}`).to.equal(0)
    return done.stdout
  }
  const storeRows = async (file: string) => {
    const { stdout } = await holdfast(['check', '--json', '--config', join(folder, file)])
    const rows = JSON.parse(stdout) as readonly CheckRow[]
    return new Map(
      rows.filter(({ area }) => area === 'store').map(({ what, state }) => [what, state]),
    )
  }
  const lines = (heading: string, program: string) =>
    shellBlocks(page, heading)
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith(`${program} `))
      .map((line) => line.split(' ').slice(1))

  it('makes the database, the configuration and the store', async () => {
    for (const statement of (blocks('sql')[0] ?? '').split(';').filter((text) => text.trim())) {
      await server.admin(statement)
    }
    mkdirSync(join(folder, 'credentials'), { mode: 0o700 })
    writeFileSync(join(folder, 'credentials', 'database'), 'a long random password\n', {
      mode: 0o600,
    })
    copyFileSync(server.caFile, join(folder, 'database-ca.pem'))
    const { store } = parse(blocks('yaml')[0] ?? '')
    expect(store.postgresql.hosts).to.deep.equal(['db1.example.com', 'db2.example.com'])
    store.postgresql.hosts = [`127.0.0.1:${server.port}`]
    const config = { ...lastingConfig(here()), store }
    writeFileSync(join(folder, 'postgresql.yaml'), JSON.stringify(config))
    for (const words of lines('Set it up', 'holdfast')) {
      await command('postgresql.yaml', [...words, '--yes'])
    }
    const rows = await storeRows('postgresql.yaml')
    expect(Object.fromEntries(rows)).to.include({ database: 'ok', replication: 'ok', writes: 'ok' })
  })

  it('moves an installation there', async () => {
    await server.admin('drop database holdfast')
    await server.admin('create database holdfast owner holdfast')
    writeFileSync(join(folder, 'holdfast.yaml'), JSON.stringify(lastingConfig(here())))
    await command('holdfast.yaml', ['store', 'create', '--yes'])
    const [copy] = lines('Move an existing installation', 'holdfast')
    const words = (copy ?? []).map((word) => word.replace('/etc/holdfast', folder))
    expect(words.slice(0, 3)).to.deep.equal(['store', 'copy', '--to'])
    expect(await command('holdfast.yaml', [...words, '--yes'])).to.contain('unbroken')
    expect((await storeRows('postgresql.yaml')).get('audit chain')).to.equal('ok')
    const old = await holdfast(['check', '--config', join(folder, 'holdfast.yaml')])
    expect(old.stdout.replaceAll(/\s+/g, ' ')).to.contain('it was copied at')
  })

  it('saves the database, and puts it back', async () => {
    const env = { PGHOST: server.socketFolder, PGPORT: String(server.port), PGUSER: 'postgres' }
    for (const program of ['pg_dump', 'pg_restore']) {
      const [words = []] = lines('Backup and restore', program)
      await run(join(programFolder(), program), words, {
        ...{ cwd: folder, env: { ...process.env, ...env } },
      })
    }
    const [words = []] = lines('Backup and restore', 'holdfast')
    expect(await command('postgresql.yaml', [...words, '--yes'])).to.contain('restored')
    const found = await command('postgresql.yaml', ['audit', 'search', '--json'])
    expect(found).to.contain('admin-store-restored')
    expect((await storeRows('postgresql.yaml')).get('audit chain')).to.equal('ok')
  })
})
