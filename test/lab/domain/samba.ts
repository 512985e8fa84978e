import { execFile, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificates } from '../certificates.ts'
import { stopOnExit } from '../child.ts'
import { holdPort, untilPort } from '../port.ts'
import { dnOf, labLdif, labPassword, membershipLdif, sambaBase } from './samba-people.ts'

const run = promisify(execFile)

/** A running domain controller of CORP (corp.example). */
export type Samba = {
  readonly ldapUrl: 'ldap://127.0.0.1:389'
  readonly ldapsUrl: 'ldaps://127.0.0.1:636'
  /** PEM text. The certificate is for 127.0.0.1 and dc1.corp.example, not for localhost. */
  readonly ca: string
  readonly baseDn: string
  readonly bindDn: string
  /** May change everything; same password. */
  readonly adminDn: string
  readonly password: string
  /** For `ntlm_auth --configfile`. */
  readonly configFile: string
  readonly folder: string
}

/**
 * The process that listens on it has the turn: of two controllers that start at once each would get some of the ports.
 */
const turnPort = 38_900

let started: Promise<Samba> | undefined

/**
 * Starts one Samba domain controller for the whole test run, with the people of samba-people.ts, and
 * gives the same one to everyone who asks. Its ports are fixed (389, 636, 88, 464, 445 on the loopback):
 * while another run has them, this one waits. It is stopped when the run ends. Needs root.
 * Three wrong passwords lock an account for a minute.
 */
export function startSamba(): Promise<Samba> {
  started ??= start()
  return started
}

async function start(): Promise<Samba> {
  await holdPort(turnPort, 120_000)
  await untilPort(389, 'free', 120_000)
  // A file server outlives its controller for a moment, and without its port ours ends all of it.
  await untilPort(445, 'free', 120_000)
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-samba-'))
  const remove = () => rmSync(parent, { recursive: true, force: true })
  try {
    return await startIn(join(parent, 'dc'), remove)
  } catch (error) {
    remove()
    throw error
  }
}

async function startIn(folder: string, remove: () => void): Promise<Samba> {
  await provision(folder)
  const tls = join(folder, 'private', 'tls')
  const certificates = await makeCertificates(tls, ['DNS:dc1.corp.example', 'IP:127.0.0.1'])
  await configure(folder, [
    // s3fs: a member of the domain asks through its pipes.
    'server services = s3fs, ldap, cldap, kdc, winbindd, rpc',
    `pid directory = ${folder}`,
    `ncalrpc dir = ${folder}/ncalrpc`,
    `ntp signd socket directory = ${folder}/ntp`,
    'ntlm auth = mschapv2-and-ntlmv2-only',
    // Below the ports that the kernel gives to sockets of other tests: one of those would end Samba's start.
    'rpc server dynamic port range = 10100-10199',
    // By default the password before the last one is good for another hour.
    'old password allowed period = 0',
    `log file = ${folder}/log.%m`,
    `tls cafile = ${certificates.caFile}`,
    `tls certfile = ${certificates.certificateFile}`,
    `tls keyfile = ${certificates.keyFile}`,
  ])
  await loadPeople(folder)
  await mkdir('/run/samba', { recursive: true })
  const configFile = join(folder, 'etc', 'smb.conf')
  const child = spawn('samba', ['-s', configFile, '-F', '--no-process-group', '-M', 'single'], {
    stdio: 'ignore',
  })
  stopOnExit(child, remove)
  await untilPort(636, 'open', 300_000)
  await untilPort(389, 'open', 300_000)
  return {
    ldapUrl: 'ldap://127.0.0.1:389',
    ldapsUrl: 'ldaps://127.0.0.1:636',
    ca: certificates.ca,
    baseDn: sambaBase,
    bindDn: dnOf('holdfast'),
    adminDn: dnOf('Administrator'),
    password: labPassword,
    configFile,
    folder,
  }
}

async function provision(folder: string): Promise<void> {
  await run('samba-tool', [
    ...['domain', 'provision', '--realm=CORP.EXAMPLE', '--domain=CORP', '--server-role=dc'],
    ...['--dns-backend=NONE', `--adminpass=${labPassword}`, '--use-rfc2307'],
    ...[`--targetdir=${folder}`, '--host-name=dc1', '--host-ip=127.0.0.1'],
    ...['--option=interfaces=lo', '--option=bind interfaces only=yes'],
  ])
}

/**
 * Where one section has two lines for one option, the later one is used, so ours go last, in a section of their own.
 */
async function configure(folder: string, lines: readonly string[]): Promise<void> {
  await appendFile(join(folder, 'etc', 'smb.conf'), `\n[global]\n\t${lines.join('\n\t')}\n`)
}

async function loadPeople(folder: string): Promise<void> {
  const minute = 60 * 10_000_000
  const policy = [
    `dn: ${sambaBase}`,
    'changetype: modify',
    ...['replace: lockoutThreshold', 'lockoutThreshold: 3', '-'],
    ...['replace: lockoutDuration', `lockoutDuration: -${minute}`, '-'],
    ...['replace: lockOutObservationWindow', `lockOutObservationWindow: -${minute}`, ''],
  ].join('\n')
  const wanted = {
    ldif: [policy, labLdif(), membershipLdif()],
    primaryGroups: { [dnOf('erin')]: dnOf('Primary-Only') },
  }
  const child = execFile('/usr/bin/python3', [join(import.meta.dirname, 'samba-load.py'), folder])
  child.stdin?.end(JSON.stringify(wanted))
  let errors = ''
  child.stderr?.on('data', (text) => {
    errors += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`cannot load the lab's people: ${errors}`)
}
