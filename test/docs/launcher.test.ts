import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from './pages.ts'

describe('bin/holdfast, as the README links it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('runs from anywhere, with the Node beside it and whatever the PATH says', () => {
    const link = join(folder, 'holdfast')
    symlinkSync(join(root, 'bin/holdfast'), link)
    const text = execFileSync(link, ['version'], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    })
    expect(text).to.match(/^holdfast \d+\.\d+\.\d+ \(Node 24\./)
  })
})
