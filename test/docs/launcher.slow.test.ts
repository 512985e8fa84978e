import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { programName } from '../../src/cli/program-name.ts'
import { root } from './pages.ts'

describe('bin/holdfast, as an installation links it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'))
  const launcher = join(root, 'bin/holdfast')
  const link = join(folder, 'holdfast')
  before(() => symlinkSync(launcher, link))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('runs from anywhere, with the Node beside it and whatever the PATH says', () => {
    const text = execFileSync(link, ['version'], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    })
    expect(text).to.match(/^holdfast \d+\.\d+\.\d+ \(Node 24\./)
  })

  it('is what a demo says to paste, unless the PATH or npm has a shorter way', () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'holdfast'), 'another program')
    expect(programName({ PATH: `${other}:/usr/bin` })).to.include(launcher)
    expect(programName({})).to.include(launcher)
    expect(programName({ PATH: `${other}:${folder}:/bin` })).to.equal('holdfast')
    expect(programName({ npm_command: 'run-script', PATH: '/bin' })).to.equal('npx holdfast')
  })
})
