import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { needFile, needProgram, needRoot } from '../need.ts'
import { administer, codeOf, seedOf } from '../service-config.ts'
import { gatewaySecret, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { filesOf, fillIn, merge, readPage, settingsOf } from './page.ts'

const person = 'hf-alice'
const directoryPassword = 'wonderland'
const localPassword = 'local-password'

describe('PAM by docs/reference/gateways/pam-radius.md', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let host: GatewayHost

  before(async function () {
    needRoot(this)
    needProgram('pamtester', this)
    needFile('/etc/pam_radius_auth.conf', 'libpam-radius-auth', this)
    host = await createGatewayHost()
    const hash = execFileSync('openssl', ['passwd', '-6', localPassword]).toString().trim()
    add('/etc/passwd', `${person}:x:64999:65534::/nonexistent:/bin/sh`)
    add('/etc/shadow', `${person}:${hash}:19000:0:99999:7:::`)
    const blocks = fillIn(readPage('pam-radius'), { SECRET: gatewaySecret })
    await host.follow(blocks)
    const files = filesOf(blocks)
    const [alone = '', behind = ''] = ['sshd', 'sudo'].map((each) =>
      files.get(`/etc/pam.d/${each}`),
    )
    // The same lines, for what the page says of other hosts: one with another address, and one whose server is silent.
    const server = files.get('/etc/pam_radius_auth.conf') ?? ''
    host.write('/etc/codes.conf', `${server.trim()} 192.0.2.11\n`)
    host.write('/etc/silent.conf', '192.0.2.20:9 a-secret-for-nothing 3\n')
    const from = (lines: string, conf: string) =>
      lines.replace(/(pam_radius_auth\.so.*)/, `$1 conf=/etc/${conf}.conf`)
    const sufficient = `${alone.replace('requisite', 'sufficient')}@include common-auth\n`
    const services = {
      'hf-codes': from(behind, 'codes'),
      'hf-silent': from(alone, 'silent'),
      'hf-silent-codes': from(behind, 'silent'),
      'hf-sufficient': sufficient,
      'hf-silent-sufficient': from(sufficient, 'silent'),
    }
    for (const [name, lines] of Object.entries(services)) host.write(`/etc/pam.d/${name}`, lines)
    await host.run('ip', ['addr', 'add', '192.0.2.11/32', 'dev', 'lo'])

    const { vpn = {} } = settingsOf(blocks).gateways as Readonly<Record<string, object>>
    const codes = { ...vpn, address: '192.0.2.11', flow: 'code-only' }
    await startHoldfastIn(
      host,
      { [person]: { password: directoryPassword } },
      merge(settingsOf(blocks), {
        gateways: { codes },
        // What is tried here in a minute would slow anyone down.
        lockout: { slow_after: 50, lock_after: 50 },
      }),
    )
    await administer(host, [
      [
        'authenticator.add',
        { name: person, authenticator: { method: 'totp', seed: seedOf(person) } },
      ],
    ])
  })
  after(() => host?.remove())

  const add = (path: string, line: string) => host.write(path, `${host.read(path)}${line}\n`)
  const code = (steps: number) => codeOf(seedOf(person), steps)

  /** What PAM says to a person who gives these answers, one a question. */
  const pam = (service: string, answers: readonly string[]) =>
    host.run('pamtester', [service, person, 'authenticate'], `${answers.join('\n')}\n`)
  const isIn = async (service: string, answers: readonly string[]) =>
    (await pam(service, answers)).code === 0

  it('lets in with the password of the directory and a code, which it asks for', async () => {
    const { stdout, stderr, code: exit } = await pam('sshd', [directoryPassword, code(0)])
    expect(exit, stderr).to.equal(0)
    expect(`${stdout}${stderr}`).to.match(/code/i)
  })

  it('keeps out who has the local password alone, and does not show why', async () => {
    for (const answers of [
      [localPassword],
      [localPassword, localPassword],
      [directoryPassword, '000000', localPassword],
    ]) {
      const { code: exit, stdout, stderr } = await pam('sshd', answers)
      expect(exit).to.not.equal(0)
      expect(`${stdout}${stderr}`).to.not.match(/Ref [0-9A-Z]{4}/)
    }
  })

  it('keeps everyone out while no server answers', async () => {
    expect(await isIn('hf-silent', [localPassword, localPassword])).to.equal(false)
    expect(await isIn('hf-silent-codes', [localPassword, '000000'])).to.equal(false)
  })

  it('is right that sufficient lets the local password in alone', async () => {
    expect(await isIn('hf-sufficient', [localPassword, localPassword])).to.equal(true)
    expect(await isIn('hf-silent-sufficient', [localPassword, localPassword])).to.equal(true)
  })

  it('asks for the code after the local password, and takes neither alone', async () => {
    expect(await isIn('hf-codes', [localPassword, '000000'])).to.equal(false)
    expect(await isIn('hf-codes', ['wrong', code(1)])).to.equal(false)
    expect(await isIn('hf-codes', [localPassword, localPassword])).to.equal(false)
    expect(await isIn('hf-codes', [localPassword, code(1)])).to.equal(true)
  })
})
