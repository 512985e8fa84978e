import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { stopOnExit } from '../child.ts'
import { holdfast } from '../cli.ts'
import { openGateway } from '../gateway.ts'
import { needProgram, needRoot } from '../need.ts'
import { freeUdpPort } from '../service.ts'
import { totpNow } from '../totp.ts'
import { startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

const root = join(import.meta.dirname, '../../..')
/** Whom DynamicUser would make up. */
const serviceUser = 61_234

describe('a first installation, as docs/start/first-sign-in.md has it', function () {
  this.timeout(600_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-installation-'))
  const at = (...names: readonly string[]) => join(folder, ...names)
  const config = at('etc/holdfast.yaml')
  const store = at('state/holdfast.db')
  let service: ChildProcess | undefined
  let port: number

  /** A command of root, outside of the unit. */
  const command = async (...words: readonly string[]) => {
    const result = await holdfast([...words, '--config', config], { XDG_RUNTIME_DIR: folder })
    expect(result.code, result.stdout + result.stderr).to.equal(0)
    return result.stdout
  }

  /** What systemd does: another user, credentials handed over, folders that belong to that user. */
  async function startUnit(): Promise<void> {
    const credentials = at('handed-over')
    rmSync(credentials, { recursive: true, force: true })
    for (const name of [credentials, at('state'), at('run')]) {
      mkdirSync(name, { recursive: true })
      chownSync(name, serviceUser, serviceUser)
      chmodSync(name, 0o700)
    }
    // systemd gives all of a StateDirectory to the user, so what init has made as well.
    for (const name of readdirSync(at('state')))
      chownSync(at('state', name), serviceUser, serviceUser)
    for (const name of readdirSync(at('etc/credentials'))) {
      copyFileSync(at('etc/credentials', name), join(credentials, name))
      chownSync(join(credentials, name), serviceUser, serviceUser)
      chmodSync(join(credentials, name), 0o400)
    }
    const child = spawn('node', ['src/main.ts', 'serve', '--config', config], {
      cwd: root,
      uid: serviceUser,
      gid: serviceUser,
      env: { PATH: process.env.PATH ?? '', CREDENTIALS_DIRECTORY: credentials },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    service = child
    stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
    let output = ''
    await new Promise<void>((resolve, reject) => {
      const take = (text: unknown) => {
        output += String(text)
        if (output.includes('ready after')) resolve()
      }
      child.stdout.on('data', take)
      child.stderr.on('data', take)
      child.once('exit', () => reject(new Error(`the service ended: ${output}`)))
    })
  }

  async function stopUnit(): Promise<void> {
    const ended = new Promise((resolve) => service?.once('exit', resolve))
    service?.kill('SIGTERM')
    expect(await ended).to.equal(0)
  }

  before(async function () {
    needRoot(this)
    for (const program of ['samba', 'oathtool']) needProgram(program, this)
    chmodSync(folder, 0o755)
    const samba = await startSamba()
    writeFileSync(at('bind-password'), samba.password, { mode: 0o600 })
    writeFileSync(at('ca.pem'), samba.ca, { mode: 0o644 })
    port = await freeUdpPort()
    const { code, stderr } = await holdfast([
      ...['init', '--folder', at('etc'), '--controller', samba.ldapsUrl],
      ...['--base-dn', samba.baseDn, '--bind-dn', samba.bindDn],
      ...['--bind-password-file', at('bind-password'), '--region', 'NL'],
      ...['--gateway', '127.0.0.1', '--store', store],
      // What this machine needs beside what the page says: the lab's authority, and a free port.
      ...['--ca-file', at('ca.pem'), '--listen', `127.0.0.1:${port}`],
    ])
    expect(code, stderr).to.equal(0)
    const text = readFileSync(config, 'utf8')
    writeFileSync(config, `${text}admin_socket: ${at('run/admin.sock')}\n`)
  })
  after(() => {
    service?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it('is checked before the first start, with the credentials that the unit will get', async () => {
    const rows = await command('check')
    expect(rows).to.match(/service +running: no/)
    expect(rows).to.match(/ok +directory +\S+ ldaps:\/\/127\.0\.0\.1:636 bind account/)
    expect(rows).to.not.include('FAIL')
  })

  it('runs as a user of its own, enrols, and lets in', async () => {
    await startUnit()
    const enrolled = await command('authenticator', 'add', 'alice', '--no-qr', '--json')
    const seed = /secret=([A-Z2-7]+)/.exec(enrolled)?.[1] ?? ''
    const secret = readFileSync(at('etc/credentials/vpn-secret'), 'utf8').trim()
    const gateway = await openGateway({ port, secret })
    const password = `${labPassword},${totpNow(seed)}`
    expect((await gateway.signIn({ user: 'alice', password }))?.kind).to.equal('accept')
    gateway.close()
    expect(await command('audit', 'search')).to.match(/alice +vpn +accept/)
    expect(await command('check')).to.not.include('FAIL')
  })

  it('is restored by root while it is stopped, and starts again on what it got back', async () => {
    await command('backup', at('backup.db'))
    await command('user', 'block', 'alice')
    await stopUnit()
    await command('restore', at('backup.db'), '--yes')
    expect(statSync(store)).to.include({ uid: serviceUser, gid: serviceUser })
    await startUnit()
    expect(await command('authenticator', 'list', 'alice')).to.match(/totp/)
    expect(await command('user', 'show', 'alice')).to.not.match(/blocked/)
    await stopUnit()
  })
})
