import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '../..')
const unitFile = join(root, 'systemd/holdfast.service')

describe('systemd unit', () => {
  before(function () {
    if (spawnSync('systemd-analyze', ['--version']).status === 0) return
    if (process.env.CI) throw new Error('systemd-analyze must be there under CI')
    console.log('skipped: systemd-analyze not found')
    this.skip()
  })

  it('rates below 2.0 for exposure', () => {
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', unitFile],
      { encoding: 'utf8' },
    )
    const [, exposure] = /exposure level for holdfast\.service: ([\d.]+)/.exec(stdout) ?? []
    expect(Number(exposure), stderr).to.be.lessThan(2)
  })

  it('has nothing that systemd complains about', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-unit-'))
    // The program has to be where the unit says, which is here and not in /opt.
    it('has nothing that the systemd of a user complains about', () => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-unit-'))
      const here = join(folder, 'holdfast.service')
      const text = readFileSync(join(root, 'systemd/user/holdfast.service'), 'utf8')
      writeFileSync(here, text.replaceAll('%h/holdfast', root))
      const env = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder }
      const words = ['verify', '--user', '--man=no', here]
      const run = spawnSync('systemd-analyze', words, { encoding: 'utf8', env })
      rmSync(folder, { recursive: true })
      const ours = run.stderr.split('\n').filter((line) => line.includes('holdfast.service'))
      expect(ours).to.deep.equal([])
    })

    const unit = readFileSync(unitFile, 'utf8').replaceAll('/opt/holdfast', root)
    const here = join(folder, 'holdfast.service')
    writeFileSync(here, unit)
    const run = spawnSync('systemd-analyze', ['verify', '--man=no', here], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    // Other units of this machine may have complaints of their own.
    const ours = run.stderr.split('\n').filter((line) => line.includes('holdfast'))
    expect(ours).to.deep.equal([])
    expect(run.status).to.equal(0)
  })

  const unit = readFileSync(unitFile, 'utf8').split('\n')
  const needed: [string, string][] = [
    ['Type=notify', 'systemd learns when it is ready'],
    ['NotifyAccess=all', 'systemd-notify is a child'],
    ['DynamicUser=yes', 'no user to make'],
    ['MemorySwapMax=0', 'passwords stay off the swap partition'],
    ['MemoryMax=2G', 'V8 and the bound of open sign-ins go by it'],
    ['LimitCORE=0', 'passwords stay out of core dumps (RULES 22)'],
    // Not /bin/kill: a very small Debian has no such program.
    [`ExecReload=/bin/sh -c "kill -HUP \${MAINPID}"`, 'reload keeps open sign-ins'],
  ]
  for (const [line, why] of needed) it(`says ${line}: ${why}`, () => expect(unit).to.include(line))

  it('leaves memory writable and executable, without which V8 does not start', () => {
    expect(unit.filter((line) => line.startsWith('MemoryDenyWriteExecute'))).to.deep.equal([])
  })

  it('names a credential for each that config/holdfast.yaml names', () => {
    const config = readFileSync(join(root, 'config/holdfast.yaml'), 'utf8')
    const named = [...config.matchAll(/credential:([\w-]+)/g)].map(([, name]) => name)
    const loaded = unit.flatMap((line) => /^LoadCredential=([\w-]+):/.exec(line)?.[1] ?? [])
    expect(named).to.have.length.greaterThan(0)
    expect(loaded).to.include.members([...named, 'sealing-key'])
  })
})
