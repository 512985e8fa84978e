import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { tar } from '../../scripts/package/files.ts'
import { settle } from '../../scripts/package/tree.ts'

describe('what goes into a package', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-tree-'))
  after(() => rmSync(scratch, { recursive: true, force: true }))

  function pack(name: string, umask: number): string {
    const before = process.umask(umask)
    try {
      const folder = join(scratch, name)
      mkdirSync(join(folder, 'etc/secrets'), { recursive: true })
      mkdirSync(join(folder, 'bin'))
      writeFileSync(join(folder, 'bin/node'), 'program')
      writeFileSync(join(folder, 'readme'), 'text')
      symlinkSync('node', join(folder, 'bin/link'))
      settle(folder, 1_790_000_000, { programs: ['bin/node'], modes: { 'etc/secrets': 0o700 } })
      const archive = join(scratch, `${name}.tar`)
      tar(folder, archive, '.')
      return createHash('sha256').update(readFileSync(archive)).digest('hex')
    } finally {
      process.umask(before)
    }
  }

  it('is the same bytes, whatever the umask', () => {
    expect(pack('open', 0o022)).to.equal(pack('closed', 0o077))
  })

  it('has the modes it should have, also of files that had others', () => {
    pack('modes', 0o077)
    const folder = join(scratch, 'modes')
    chmodSync(join(folder, 'readme'), 0o777)
    settle(folder, 1_790_000_000, { programs: ['bin/node'], modes: { 'etc/secrets': 0o700 } })
    const modes = ['', 'readme', 'bin/node', 'etc', 'etc/secrets'].map(
      (name) => statSync(join(folder, name)).mode & 0o7777,
    )
    expect(modes).to.deep.equal([0o755, 0o644, 0o755, 0o755, 0o700])
    expect(statSync(join(folder, 'readme')).mtimeMs).to.equal(1_790_000_000_000)
  })
})
