import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { hashPassword } from '../../src/directory/index.ts'
import { Secret } from '../../src/support/index.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { needRoot } from './need.ts'
import { commandsOf, parseBlocks } from './pages/page.ts'
import { freeUdpPort } from './service.ts'
import { administer, codeOf, enrolApps, seedOf } from './service-config.ts'
import { createMachine, type Machine } from './standby-machine.ts'
import { wideTotp } from './totp.ts'

const secret = 'a-secret-of-both-machines-0123456'
const page = readFileSync(
  new URL('../../docs/how-to/backup-and-restore.md', import.meta.url),
  'utf8',
)

/** What a section of the page says to type. */
function stepsOf(heading: string): readonly string[] {
  const [, section = ''] = page.split(`\n### ${heading}\n`)
  const [own = ''] = section.split(/\n##/)
  return commandsOf(parseBlocks(own))
}

describe('a standby, as the page has it', function () {
  this.timeout(600_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-standby-'))
  const first = createMachine(join(folder, 'first'))
  const second = createMachine(join(folder, 'second'))
  let gateway: TestGateway
  let recoveryCodes: readonly string[]

  const typed = async (machine: Machine, lines: string) => {
    const { code, stdout, stderr } = await machine.type(lines, second)
    expect(code, `${lines}${stdout}${stderr}${machine.output()}`).to.equal(0)
    return stdout
  }
  const signIn = async (code: string) =>
    (await gateway.signIn({ user: 'alice', password: `wonderland,${code}` }))?.kind

  before(async function () {
    needRoot(this)
    const port = await freeUdpPort()
    const etc = join(first.folder, 'etc/holdfast')
    mkdirSync(join(etc, 'credentials'), { recursive: true, mode: 0o700 })
    mkdirSync(join(first.folder, 'var/lib/holdfast'))
    writeFileSync(join(etc, 'credentials/vpn-secret'), secret, { mode: 0o600 })
    writeFileSync(
      join(etc, 'holdfast.yaml'),
      `listen: ["127.0.0.1:${port}"]
store: { sqlite: ../../var/lib/holdfast/holdfast.db }
sealing_key: credential:sealing-key
admin_socket: ../../admin.sock
methods: { totp: ${JSON.stringify(wideTotp)} }
directories: { people: { type: local, users_file: users.yaml } }
gateways: { vpn: { address: 127.0.0.1, secret: credential:vpn-secret, flow: append } }
`,
    )
    const hash = await hashPassword(new Secret('wonderland'))
    writeFileSync(join(etc, 'users.yaml'), `alice: { password_hash: ${JSON.stringify(hash)} }\n`)
    const key = randomBytes(32).toString('base64')
    writeFileSync(join(etc, 'credentials/sealing-key'), `${key}\n`, { mode: 0o600 })
    await typed(first, 'holdfast store create --yes')
    await typed(first, 'systemctl enable --now holdfast')
    gateway = await openGateway({ port, secret })
    await enrolApps(first, ['alice'])
    const [recovery] = await administer(first, [
      ['authenticator.add', { name: 'alice', authenticator: { method: 'recovery' } }],
    ])
    recoveryCodes = (recovery as { readonly codes: readonly string[] }).codes
  })
  after(async () => {
    gateway?.close()
    for (const machine of [first, second]) {
      await machine.type(`[ ! -e '${machine.folder}/run/pid' ] || systemctl disable --now holdfast`)
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it('takes over with what was there at its last backup', async () => {
    const before = codeOf(seedOf('alice'), -1)
    expect(await signIn(before)).to.equal('accept')

    const prepare = stepsOf('Prepare it')
    expect(prepare).to.have.length(2)
    for (const lines of prepare) await typed(first, lines)
    // The second backup takes the place of the first one.
    await typed(first, prepare[1] ?? '')
    const [spentAfter = ''] = recoveryCodes
    expect(await signIn(spentAfter)).to.equal('accept')

    const [stopFirst = '', startSecond = '', ...more] = stepsOf('Take over')
    expect(more).to.deep.equal([])
    await typed(first, stopFirst)
    expect(await typed(second, startSecond)).to.match(/service +running: no/)

    expect(await signIn(before)).to.equal('reject')
    expect(second.output()).to.contain('code-reused')
    const next = await signIn(codeOf(seedOf('alice')))
    expect(next, second.output()).to.equal('accept')
    // As the page says of what happened since the backup.
    expect(await signIn(spentAfter)).to.equal('accept')
    expect(await signIn(spentAfter)).to.equal('reject')
  })
})
