import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { needProgram, needRoot } from '../lab/need.ts'
import { openTerminalFor } from '../lab/terminal.ts'
import { totpNow } from '../lab/totp.ts'
import { buildPackages } from '../network/packages/built.ts'
import { type Directory, startDirectoryIn } from '../network/packages/directory.ts'
import { askAsGateway } from '../network/packages/installed.ts'
import { bootMachine, type Machine, rootEnvironment } from '../network/packages/machine.ts'

const page = 'docs/start/first-sign-in.md'
const [install = '', init = '', start = '', enrol = ''] = shellBlocks(
  page,
  'First sign-in with Active Directory',
)

describe('packages, as a newcomer installs them', function () {
  this.timeout(1_800_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-newcomer-'))
  let machine: Machine
  let directory: Directory

  before(async function () {
    needRoot(this)
    for (const program of ['debootstrap', 'systemd-nspawn', 'samba', 'radclient', 'script']) {
      needProgram(program, this)
    }
    await buildPackages(folder, ['--kind', 'deb', '--arch', 'amd64'])
    machine = await bootMachine()
    directory = await startDirectoryIn(machine, 'samba')
    for (const name of readdirSync(folder)) {
      copyFileSync(join(folder, name), join(machine.shared, name))
    }
  })
  after(async () => {
    directory?.stop()
    await machine?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A line of the page on a terminal, with what is typed when each of these is shown. */
  async function typed(line: string, answers: readonly (readonly [string, string])[] = []) {
    const terminal = openTerminalFor([...machine.enter, 'sh', '-c', line.trim()], {
      ...{ ...rootEnvironment, TERM: 'dumb' },
    })
    for (const [shown, answer] of answers) {
      await terminal.shows(shown)
      await terminal.shows(/: $/)
      terminal.type(answer)
    }
    expect(await terminal.ended(), terminal.seen()).to.equal(0)
    return terminal.seen()
  }

  it('lead from nothing but the .deb to a first sign-in with Active Directory, by the page', async () => {
    const beganMs = Date.now()
    const report = (step: string) =>
      console.log(`      ${Math.round((Date.now() - beganMs) / 1_000)} s: ${step}`)
    await typed(`cd /shared && ${install}`)
    report('installed')
    await typed(init, [
      ['Domain, or its controllers', '127.0.0.1'],
      ['Trust it?', 'yes'],
      ['Account that searches', directory.bindDn],
      ['Its password', directory.password],
      ['base DN', ''],
      ['Country of phone numbers', 'NL'],
      ['Someone to look for', 'alice'],
      ['Address of the gateway', '127.0.0.1'],
      ['Kind of gateway', ''],
      ['How long it waits', ''],
      ['Shared secret', ''],
      ['Write it?', 'yes'],
    ])
    report('configured')
    await typed(start)
    report('checked and started')
    const [, seed = ''] = /secret=([A-Z2-7]+)/.exec(await typed(enrol)) ?? []
    report('enrolled')
    const name = 'User-Name = alice'
    const asked = askAsGateway(machine, `${name}, User-Password = "${directory.password}"`)
    expect(asked).to.match(/Access-Challenge/)
    const [, state] = /State = (0x[0-9a-f]+)/.exec(asked) ?? []
    const answer = `${name}, User-Password = "${totpNow(seed)}", State = ${state}`
    expect(askAsGateway(machine, answer)).to.match(/Access-Accept/)
    report('signed in')
    const { output } = machine.try('holdfast check')
    expect(output).to.not.match(/FAIL/)
  })
})
