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
    ['TimeoutAbortSec=5', 'a process that stands still is gone soon after the watchdog found it'],
    ['MemoryMax=2G', 'V8 and the bound of open sign-ins go by it'],
    ['LimitCORE=0', 'passwords stay out of core dumps (RULES 22)'],
    // Not /bin/kill: a very small Debian has no such program.
    [`ExecReload=/bin/sh -c "kill -HUP \${MAINPID}"`, 'reload keeps open sign-ins'],
  ]
  for (const [line, why] of needed) it(`says ${line}: ${why}`, () => expect(unit).to.include(line))

  it('leaves memory writable and executable, without which V8 does not start', () => {
    expect(unit.filter((line) => line.startsWith('MemoryDenyWriteExecute'))).to.deep.equal([])
  })

  it('hands over the whole folder of secrets, so that a new one needs no line of its own', () => {
    const loaded = unit.filter((line) => /^(Load|Set)Credential=/.test(line))
    expect(loaded).to.deep.equal(['LoadCredential=c:/etc/holdfast/credentials'])
  })

  it('does not start, and fails nothing, before there is a configuration', () => {
    expect(unit).to.include('ConditionPathExists=/etc/holdfast/holdfast.yaml')
  })
})
