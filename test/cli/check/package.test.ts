import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkPackage, type InstalledPlaces } from '../../../src/cli/check/package.ts'

describe('check, on the package that the program came in', () => {
  let folder: string
  let places: InstalledPlaces
  const uid = process.getuid?.() ?? 0
  const put = (name: string, text: string, mode = 0o644) => {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), mode)
  }
  const pack = (kind: string) => {
    const build = { kind, version: '0.2.0', architecture: 'amd64', builtAt: '2026-12-01T00:00:00Z' }
    put('program/build.json', JSON.stringify(build))
  }
  const stateOf = async (what: string) =>
    (await checkPackage(places)).find((row) => row.what === what)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'))
    for (const name of ['program', '0.2.0', 'units', 'credentials']) mkdirSync(join(folder, name))
    chmodSync(join(folder, 'credentials'), 0o700)
    const [program, units, credentials] = ['program', 'units', 'credentials'].map((name) =>
      join(folder, name),
    )
    places = { program, units, credentials, uid } as InstalledPlaces
    pack('deb')
    const listed = ['main.ts', 'node'].map((name) => {
      put(`program/${name}`, name)
      linkSync(join(folder, 'program', name), join(folder, '0.2.0', name))
      return `${createHash('sha256').update(name).digest('hex')}  ${name}\n`
    })
    put('program/files.sha256', listed.join(''))
    put('credentials/sealing-key', 'x', 0o600)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('says that all is as packed', async () => {
    expect(await stateOf('files')).to.include({
      state: 'ok',
      detail: '2 files of deb 0.2.0, as packed',
    })
    expect(await stateOf('unit')).to.include({ state: 'ok' })
  })

  it('has no rows for a program that runs from its repository', async () => {
    rmSync(join(folder, 'program/build.json'))
    expect(await checkPackage(places)).to.deep.equal([])
  })

  it('names files that were changed, opened to others, or removed', async () => {
    put('program/main.ts', 'something else')
    chmodSync(join(folder, 'program/node'), 0o666)
    expect(await stateOf('files')).to.include({
      state: 'failed',
      detail: 'not as they were packed: main.ts has changed, node can be written by others',
    })
    rmSync(join(folder, 'program/node'))
    expect((await stateOf('files'))?.detail).to.include('node is missing')
  })

  it('names files that were changed where the service runs from, which are links until then', async () => {
    rmSync(join(folder, '0.2.0/main.ts'))
    put('0.2.0/main.ts', 'something else')
    expect(await stateOf('files')).to.include({
      state: 'failed',
      detail: 'not as they were packed: 0.2.0/main.ts has changed',
    })
    put('0.2.0/main.ts', 'main.ts')
    expect(await stateOf('files'), 'a copy').to.include({ state: 'ok' })
    rmSync(join(folder, '0.2.0/node'))
    expect((await stateOf('files'))?.detail).to.match(/: 0\.2\.0\/node is missing$/)
    // The archive has one folder.
    pack('tarball')
    expect(await stateOf('files')).to.include({ state: 'ok' })
  })

  it('names files of another user', async () => {
    // What root makes belongs to root; what another user makes looks foreign to the next one.
    if (uid === 0) chownSync(join(folder, 'program/main.ts'), 65_532, 0)
    else places = { ...places, uid: uid + 1 }
    const row = await stateOf('files')
    expect(row).to.include({ state: 'failed' })
    expect(row?.detail).to.include(`main.ts belongs to user ${uid === 0 ? 65_532 : uid}`)
  })

  it('warns of a unit that hides that of the package, and names drop-ins', async () => {
    mkdirSync(join(folder, 'units/holdfast.service.d'))
    put('units/holdfast.service.d/override.conf', '[Service]\n')
    expect((await stateOf('unit'))?.detail).to.match(/your drop-ins: .*override\.conf$/)
    put('units/holdfast.service', '[Service]\n')
    expect(await stateOf('unit')).to.include({ state: 'warning' })
    // From the archive, this is where the unit belongs.
    pack('tarball')
    expect(await stateOf('unit')).to.include({ state: 'ok' })
  })

  it('warns of a unit that is masked, and says how to end that', async () => {
    symlinkSync('/dev/null', join(folder, 'units/holdfast.service'))
    const row = await stateOf('unit')
    expect(row).to.include({ state: 'warning' })
    expect(row?.detail).to.match(/is masked/)
    expect(row?.remedy).to.include('systemctl unmask holdfast')
  })

  it('names secrets that others can read, as root', async () => {
    if (uid !== 0) {
      expect(await stateOf('secrets')).to.include({ state: 'not-examined' })
      return
    }
    expect(await stateOf('secrets')).to.include({ state: 'ok', detail: '1 file, for root alone' })
    put('credentials/vpn-secret', 'x', 0o640)
    expect(await stateOf('secrets')).to.include({ state: 'failed' })
    chmodSync(join(folder, 'credentials/vpn-secret'), 0o600)
    chownSync(join(folder, 'credentials/vpn-secret'), 65_532, 0)
    expect((await stateOf('secrets'))?.detail).to.match(/vpn-secret belongs to user 65532$/)
    rmSync(join(folder, 'credentials'), { recursive: true })
    expect((await stateOf('secrets'))?.detail).to.match(/is missing/)
  })
})
