import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openConfiguredStore } from '../../src/compose/open-store.ts'
import { loadConfig } from '../../src/config/index.ts'
import { HoldfastError, systemClock } from '../../src/support/index.ts'

const key = Buffer.alloc(32, 7).toString('base64')

describe('the first start of a configuration (RULES 43)', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-first-'))
    mkdirSync(join(folder, 'keys'), { mode: 0o700 })
    writeFileSync(join(folder, 'keys', 'sealing-key'), key, { mode: 0o600 })
    writeFileSync(join(folder, 'secret'), 'testing123testing123', { mode: 0o600 })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const at = (...names: string[]) => join(folder, ...names)
  const idFile = () => at('keys', 'installation-id')

  function open(env: Record<string, string> = {}, more = '') {
    const yaml = `
sealing_key: file:keys/sealing-key
store: { sqlite: holdfast.db }
directories: { people: { type: local, users: {} } }
gateways: { vpn: { address: 127.0.0.1, secret: "file:secret" } }
${more}`
    writeFileSync(at('holdfast.yaml'), yaml, { mode: 0o600 })
    const config = loadConfig(at('holdfast.yaml'), { env })
    return openConfiguredStore(config, systemClock, (error) => {
      throw error
    })
  }

  async function codeOf(opening: ReturnType<typeof open>): Promise<string> {
    try {
      await (await opening).close()
      return 'opened'
    } catch (error) {
      return error instanceof HoldfastError ? error.code : String(error)
    }
  }

  it('makes the store, and writes down beside the key which one it is', async () => {
    const opened = await open()
    expect(opened.isNew).to.equal(true)
    expect(readFileSync(idFile(), 'utf8').trim()).to.equal(opened.store.installationId)
    await opened.close()
    const again = await open()
    expect(again.isNew).to.equal(false)
    await again.close()
  })

  it('is the only one that makes it: a lost store is refused', async () => {
    await (await open()).close()
    for (const end of ['', '-wal', '-shm']) rmSync(at(`holdfast.db${end}`), { force: true })
    expect(await codeOf(open())).to.equal('store-missing')
    expect(existsSync(at('holdfast.db'))).to.equal(false)
  })

  it('takes no other store for it', async () => {
    await (await open()).close()
    rmSync(at('holdfast.db'))
    const id = readFileSync(idFile())
    rmSync(idFile())
    await (await open()).close()
    writeFileSync(idFile(), id)
    expect(await codeOf(open())).to.equal('store-other')
  })

  it('makes none where the end of an audit is kept', async () => {
    writeFileSync(at('head.json'), '{}')
    const more = `audit: { head_file: head.json }`
    expect(await codeOf(open({}, more))).to.equal('store-missing')
    expect(existsSync(idFile())).to.equal(false)
  })

  it('makes none under systemd, which hands the key over and takes no id back', async () => {
    const env = { CREDENTIALS_DIRECTORY: at('keys') }
    expect(await codeOf(open(env))).to.equal('store-missing')
    expect(existsSync(idFile())).to.equal(false)
  })

  it('leaves no id behind when the store cannot be made', async () => {
    mkdirSync(at('holdfast.db-wal'))
    expect(await codeOf(open())).not.to.equal('opened')
    expect(existsSync(idFile())).to.equal(false)
    rmSync(at('holdfast.db-wal'), { recursive: true })
    rmSync(at('holdfast.db'), { force: true })
    expect(await codeOf(open())).to.equal('opened')
  })
})
