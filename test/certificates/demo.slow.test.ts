import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeDemoCertificate } from '../../src/compose/demo.ts'
import { loadConfig } from '../../src/config/index.ts'

const shipped = join(import.meta.dirname, '../../config/demo.yaml')
const dayMs = 86_400_000
const files = [
  'wifi-ca.pem',
  'wifi-device-carol-key.pem',
  'wifi-device-carol.pem',
  'wifi-device-frank-key.pem',
  'wifi-device-frank.pem',
  'wifi-key.pem',
  'wifi.pem',
]

describe('certificates of the demo', () => {
  let run: string
  let folder: string

  beforeEach(() => {
    run = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    folder = join(run, `holdfast-demo-${process.getuid?.()}`)
  })
  afterEach(() => rmSync(run, { recursive: true, force: true }))

  const start = (nowMs = Date.now()) =>
    makeDemoCertificate(loadConfig(shipped, { env: { XDG_RUNTIME_DIR: run } }), {
      nowMs: () => nowMs,
      after: () => ({ cancel: () => undefined }),
    })
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const readAll = () => files.map(read)

  it('are made by one authority, for a server and for devices, and read by no one else', async () => {
    await start()
    expect(readdirSync(folder).sort()).to.deep.equal(files)
    for (const name of files) {
      expect(statSync(join(folder, name)).mode & 0o777, name).to.equal(0o600)
    }
    const authority = new X509Certificate(read('wifi-ca.pem'))
    const [clientAuth, serverAuth] = ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']
    for (const [name, owner, purpose] of [
      ['wifi.pem', 'radius.demo.example', serverAuth],
      ['wifi-device-carol.pem', 'carol', clientAuth],
      ['wifi-device-frank.pem', 'frank', clientAuth],
    ] as const) {
      const certificate = new X509Certificate(read(name))
      expect(certificate.verify(authority.publicKey), name).to.equal(true)
      expect(certificate.subject).to.equal(`CN=${owner}`)
      expect(certificate.keyUsage).to.deep.equal([purpose])
    }
  })

  it('stay as they are between starts, and are made again once they have expired', async () => {
    await start()
    const first = readAll()
    await start(Date.now() + 824 * dayMs)
    expect(readAll()).to.deep.equal(first)
    await start(Date.now() + 826 * dayMs)
    const second = readAll()
    for (const [index, text] of second.entries()) expect(text).to.not.equal(first[index])
    // A clock that was wrong for one start must not keep devices out for years.
    await start(Date.now())
    expect(read('wifi.pem')).to.not.equal(second.at(-1))
  })

  for (const name of files) {
    for (const [what, damage] of [
      ['is gone', (file: string) => rmSync(file)],
      ['is half-written', (file: string) => truncateSync(file, 100)],
      ['is empty', (file: string) => truncateSync(file, 0)],
      ['is no file', (file: string) => writeFileSync(file, Buffer.alloc(5_000, 0xff))],
    ] as const) {
      it(`are all made again where ${name} ${what}`, async () => {
        await start()
        const first = readAll()
        damage(join(folder, name))
        await start()
        const second = readAll()
        for (const [index, text] of second.entries()) expect(text).to.not.equal(first[index])
        await start()
        expect(readAll()).to.deep.equal(second)
      })
    }
  }

  it('are made again where a key, or an authority, is that of another start', async () => {
    for (const name of ['wifi-ca.pem', 'wifi-key.pem', 'wifi-device-frank.pem']) {
      await start()
      const old = read(name)
      rmSync(folder, { recursive: true })
      await start()
      writeFileSync(join(folder, name), old)
      await start()
      expect(read(name), name).to.not.equal(old)
    }
  })

  it('never follow a link in their place', async () => {
    const target = join(run, 'precious')
    writeFileSync(target, 'precious')
    mkdirSync(folder)
    symlinkSync(target, join(folder, 'wifi-key.pem'))
    await start()
    expect(readFileSync(target, 'utf8')).to.equal('precious')
    expect(read('wifi-key.pem')).to.include('PRIVATE KEY')
  })

  it('are not made where everyone, or someone else, could put theirs', async function () {
    const refusal = () =>
      start().then(
        () => 'made',
        ({ message }: Error) => message,
      )
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    expect(await refusal()).to.include('can be written by its group or by all users')
    expect(existsSync(join(folder, 'wifi-ca.pem'))).to.equal(false)
    if (process.getuid?.() !== 0) return this.skip()
    chmodSync(folder, 0o755)
    chownSync(folder, 65_534, 65_534)
    expect(await refusal()).to.include('belongs to user 65534')
    expect(readdirSync(folder)).to.deep.equal([])
  })
})
