import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadConfig } from '../../../src/config/index.ts'
import { holdfast } from '../cli.ts'
import { needProgram, needRoot } from '../need.ts'
import { freeUdpPort } from '../service.ts'
import { openTerminal, type Terminal } from '../terminal.ts'
import { type Samba, startSamba } from './samba.ts'

describe('init, against a domain controller', function () {
  this.timeout(600_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-init-'))
  const at = (...names: readonly string[]) => join(folder, ...names)
  let samba: Samba
  let port: number

  /** Answers each question as it comes, and expects what is said to it. */
  async function answer(terminal: Terminal, steps: readonly (readonly [string, string])[]) {
    for (const [shown, typed] of steps) {
      await terminal.shows(shown)
      // What is typed before the question is shown by the terminal itself.
      await terminal.shows(/: $/)
      terminal.type(typed)
    }
  }

  const words = (options: Readonly<Record<string, string>>) => [
    'init',
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  ]
  const all = (target: string) => ({
    ...{ folder: target, controller: '127.0.0.1', 'base-dn': samba.baseDn, region: 'NL' },
    ...{ 'bind-dn': samba.bindDn, 'bind-password-file': at('password'), gateway: '192.0.2.10' },
  })

  before(async function () {
    needRoot(this)
    for (const program of ['samba', 'script']) needProgram(program, this)
    samba = await startSamba()
    port = await freeUdpPort()
    writeFileSync(at('password'), `${samba.password}\n`, { mode: 0o600 })
    writeFileSync(at('wrong'), 'not-it\n', { mode: 0o600 })
    writeFileSync(at('ca.pem'), samba.ca)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('asks again after each wrong answer, proposes what the server says, and writes at the end', async () => {
    const target = at('asked')
    const terminal = openTerminal(
      ['init', '--folder', target, '--store', at('state/h.db'), '--listen', `127.0.0.1:${port}`],
      { TERM: 'dumb', LANG: 'C' },
    )
    await answer(terminal, [
      ['Domain, or its controllers', ''],
      ['An answer is needed.', 'http://dc1'],
      ['is not the name of a server', '127.0.0.1'],
      ['Trust it?', 'perhaps'],
      ['perhaps cannot be read', 'no'],
      ['is not trusted', '127.0.0.1'],
      ['Trust it?', at('ca.pem')],
      ['Account that searches', 'holdfast'],
      ['lacks its domain', samba.bindDn],
      ['Its password', 'hunter2hunter2'],
      ['The server refuses this name or password', ''],
      ['Its password', ''],
      ['An answer is needed.', samba.password],
      [`base DN) [${samba.baseDn}]`, 'OU=nowhere,DC=corp,DC=example'],
      ['there is no such entry', ''],
      ['Country of phone numbers', 'UK'],
      ['The United Kingdom is GB', 'nl'],
      ['Someone to look for', 'nobody-of-the-lab'],
      ['There is no "nobody-of-the-lab"', 'alice'],
      ['Found Alice Jansen', '0.0.0.0/0'],
      ['anyone could try secrets', '10.0.0.0/8, 10.1.2.3'],
      ['10.1.2.3 lies inside 10.0.0.0/8', '192.0.2.10'],
      ['Kind of gateway', 'fortinet'],
      ['"fortinet" is not known', 'fortigate'],
      ['How long it waits', '9m'],
      ['waits 300s at most', '60s'],
      ['Shared secret', 'short'],
      ['guessed from one captured packet', 'a-secret-of-the-gateway'],
    ])
    await terminal.shows('Write it?')
    expect(existsSync(target)).to.equal(false)
    terminal.type('yes')
    expect(await terminal.ended(), terminal.seen()).to.equal(0)
    for (const secret of ['hunter2', samba.password, 'a-secret-of-the-gateway']) {
      expect(terminal.seen()).to.not.include(secret)
    }
    // A dumb terminal shows escape sequences as rubbish.
    expect(terminal.seen()).to.not.include('\x1b')
    const config = loadConfig(join(target, 'holdfast.yaml'), { env: {} })
    expect(config.directories.ad).to.deep.include({
      servers: ['ldaps://127.0.0.1'],
      baseDn: samba.baseDn,
      caFile: join(target, 'ca.pem'),
    })
    expect(config.gateways.vpn).to.include({ preset: 'fortigate', patienceMs: 60_000 })
    expect(config.gateways.vpn?.secret.reveal()).to.equal('a-secret-of-the-gateway')
    const rows = await holdfast(['check', '--config', join(target, 'holdfast.yaml')])
    expect(rows.stdout).to.match(/ok +directory +\S+ ldaps:\/\/127\.0\.0\.1 bind account/)
  })

  it('leaves nothing behind when the person gives up, at the keyboard or at the last question', async () => {
    const target = at('given-up')
    const { region: _asked, ...unasked } = { ...all(target), 'ca-file': at('ca.pem') }
    const terminal = openTerminal(words(unasked))
    await terminal.shows('Country of phone numbers')
    terminal.control('c')
    expect(await terminal.ended()).to.equal(130)
    expect(existsSync(target)).to.equal(false)

    const other = openTerminal(words(unasked), { LANG: 'nl_NL.UTF-8' })
    await answer(other, [
      ['[NL]', ''],
      ['Someone to look for', ''],
      ['Kind of gateway', ''],
      ['How long it waits', ''],
      ['Shared secret', ''],
      ['Write it?', 'no'],
    ])
    expect(await other.ended()).to.equal(1)
    expect(other.seen()).to.include('Nothing was written.')
    expect(existsSync(target)).to.equal(false)
  })

  describe('from options alone', () => {
    const refusals: readonly (readonly [string, () => Readonly<Record<string, string>>, RegExp])[] =
      [
        [
          'a certificate that nothing speaks for',
          () => ({}),
          /--ca-file FILE.*--trust [0-9A-F:]{95}/,
        ],
        ['another fingerprint', () => ({ trust: '00:11' }), /has the fingerprint of --trust/],
        [
          'a name that is not in the certificate',
          () => ({ 'ca-file': at('ca.pem'), controller: 'localhost' }),
          /localhost is for dc1\.corp\.example, 127\.0\.0\.1/,
        ],
        [
          'a wrong password',
          () => ({ 'ca-file': at('ca.pem'), 'bind-password-file': at('wrong') }),
          /--bind-password-file: The server refuses/,
        ],
        [
          'someone who is not there',
          () => ({ 'ca-file': at('ca.pem'), 'test-user': 'nobody-of-the-lab' }),
          /--test-user: There is no "nobody-of-the-lab"/,
        ],
      ]
    for (const [what, changed, said] of refusals) {
      it(`refuses ${what}, and writes nothing`, async () => {
        const { code, stderr } = await holdfast(words({ ...all(at('refused')), ...changed() }))
        expect(stderr).to.match(said)
        expect(code).to.equal(2)
        expect(existsSync(at('refused'))).to.equal(false)
      })
    }

    it('trusts the certificate whose fingerprint is given, by StartTLS as well', async () => {
      const target = at('trusted')
      const shown = await holdfast(words(all(target)))
      const [, fingerprint = ''] = /--trust ([0-9A-F:]+)/.exec(shown.stderr) ?? []
      const trusting = { controller: 'ldap://127.0.0.1', trust: fingerprint.toLowerCase() }
      const { code, stderr } = await holdfast(words({ ...all(target), ...trusting }))
      expect(code, stderr).to.equal(0)
      const pem = readFileSync(join(target, 'ca.pem'), 'utf8')
      expect(new X509Certificate(pem).fingerprint256).to.equal(fingerprint)
      const config = join(target, 'holdfast.yaml')
      expect(loadConfig(config, { env: {} }).directories.ad).to.include({ startTls: true })
      const rows = await holdfast(['check', '--config', config])
      expect(rows.stdout).to.match(/ok +directory +\S+ ldap:\/\/127\.0\.0\.1 bind account/)
    })
  })
})
