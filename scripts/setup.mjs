// Prepares a machine for `npm start` and `npm test`. Plain JavaScript, so that any Node from 18 on can run it.
// Installs the packages of the lock file when they are missing or old, and builds people's pages when their sources
// have changed; with --lab also the Debian packages that the tests talk to, where that is possible.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPages } from './build-pages.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules', '.package-lock.json')

/** Program on the PATH, or a file of a library, and the Debian packages that bring it. */
const labPrograms = {
  samba: ['samba', 'samba-ad-dc', 'samba-ad-provision', 'winbind'],
  ldapsearch: ['ldap-utils'],
  slapd: ['slapd'],
  radclient: ['freeradius-utils'],
  freeradius: ['freeradius', 'freeradius-ldap'],
  '/usr/lib/freeradius/rlm_sql_postgresql.so': ['freeradius-postgresql'],
  oathtool: ['oathtool'],
  eapol_test: ['eapoltest'],
  hostapd: ['hostapd'],
  wpa_supplicant: ['wpasupplicant'],
  ip: ['iproute2'],
  nft: ['nftables'],
  openssl: ['openssl'],
  git: ['git'],
  python3: ['python3'],
  pamtester: ['pamtester'],
  '/etc/pam_radius_auth.conf': ['libpam-radius-auth'],
  'charon-cmd': ['strongswan', 'strongswan-swanctl', 'charon-cmd', 'libcharon-extra-plugins'],
  '/usr/lib/ipsec/plugins/libstrongswan-openssl.so': ['libstrongswan-standard-plugins'],
  radsecproxy: ['radsecproxy'],
  openvpn: ['openvpn'],
  '/usr/lib/openvpn/radiusplugin.so': ['openvpn-auth-radius'],
  ocserv: ['ocserv'],
  openconnect: ['openconnect'],
  chromium: ['chromium'],
  'systemd-notify': ['systemd'],
  'rsvg-convert': ['librsvg2-bin'],
  zbarimg: ['zbar-tools'],
  nginx: ['nginx-light'],
  caddy: ['caddy'],
  haproxy: ['haproxy'],
  apache2: ['apache2'],
  '/usr/lib/postgresql': ['postgresql'],
  pgbouncer: ['pgbouncer'],
  socat: ['socat'],
  '/usr/share/doc/libfaketime': ['libfaketime'],
  debootstrap: ['debootstrap'],
  'systemd-nspawn': ['systemd-container'],
  lintian: ['lintian'],
  readelf: ['binutils'],
  xz: ['xz-utils'],
  'aarch64-linux-gnu-strip': ['binutils-aarch64-linux-gnu'],
  '/usr/aarch64-linux-gnu/lib/libstdc++.so.6': ['libc6-arm64-cross', 'libstdc++6-arm64-cross'],
  'qemu-aarch64-static': ['qemu-user-static'],
  podman: ['podman'],
  runc: ['runc'],
}

function run(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  })
  if (error !== undefined || status !== 0) {
    console.error(`setup: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
    process.exit(1)
  }
}

function isThere(what) {
  return what.startsWith('/') ? existsSync(what) : onPath(what)
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

function installPackages() {
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.log('setup: installing packages (npm ci)')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

function missingForLab() {
  return Object.keys(labPrograms).filter((what) => !isThere(what))
}

function prepareLab() {
  const missing = missingForLab()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.log(`setup: not installed, so some tests are skipped: ${missing.join(', ')}`)
    return
  }
  // apt-get gives up where another one runs; the tests of another checkout may have started it.
  run('flock', ['/var/lib/apt', process.execPath, fileURLToPath(import.meta.url), '--apt'])
}

function installLab() {
  const missing = missingForLab()
  if (missing.length === 0) return
  const packages = missing.flatMap((program) => labPrograms[program])
  console.log(`setup: installing Debian packages: ${packages.join(' ')}`)
  keepServicesStopped()
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], quiet)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
}

/** The tests start these programs themselves; their services would take ports, and serve the network. */
function keepServicesStopped() {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  process.once('exit', () => rmSync(policy, { force: true }))
}

/** npm 9, as in Debian 12, installs the package with Node and leaves out the link to it. */
function linkNode() {
  const packages = join(root, 'node_modules')
  const link = join(packages, '.bin', 'node')
  const program = join('..', `node-linux-${process.arch}`, 'bin', 'node')
  if (lstatSync(link, { throwIfNoEntry: false }) || !existsSync(join(packages, '.bin', program)))
    return
  symlinkSync(program, link)
}

function preparePages() {
  try {
    buildPages()
  } catch (error) {
    console.error(`setup: ${error.message}`)
    process.exit(1)
  }
}

if (process.argv.includes('--apt')) installLab()
else {
  installPackages()
  linkNode()
  preparePages()
  if (process.argv.includes('--lab')) prepareLab()
}
