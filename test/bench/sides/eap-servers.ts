import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  createAuthority,
  createServerCertificate,
  type KeyKind,
  openAuthority,
} from '../../../src/certificates/index.ts'
import { startFreeRadius } from '../../lab/freeradius.ts'
import type { DeviceOwner } from '../load/eap-device.ts'
import { startApp } from './app.ts'
import { benchSecret } from './gateway.ts'

export const serverName = 'radius.bench.example'
export const owner: DeviceOwner = { name: 'alice', password: 'wonderland' }

export type EapServer = {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Certificates of one kind, in files: what both servers show, and what the device of `owner` has. */
export type EapFiles = {
  readonly caFile: string
  readonly serverCertFile: string
  readonly serverKeyFile: string
  readonly certFile: string
  readonly keyFile: string
  remove(): void
}

export async function makeEapFiles(kind: KeyKind): Promise<EapFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-wifi-'))
  const path = (name: string) => join(folder, name)
  const nowMs = Date.now()
  const authority = await createAuthority({ name: 'Bench', kind, nowMs })
  const names = [serverName]
  const server = await createServerCertificate(openAuthority(authority), {
    names,
    kind,
    days: 30,
    nowMs,
  })
  const texts = {
    'ca.pem': authority.certificate,
    'ca.key': authority.key,
    'server.pem': server.certificate,
    'server.key': server.key,
    extensions: 'extendedKeyUsage=clientAuth\n',
  }
  for (const [name, text] of Object.entries(texts)) writeFileSync(path(name), text, { mode: 0o600 })
  makeDevice(path, kind)
  return {
    caFile: path('ca.pem'),
    serverCertFile: path('server.pem'),
    serverKeyFile: path('server.key'),
    certFile: path('device.pem'),
    keyFile: path('device.key'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** A certificate with the name of the person, for EAP-TLS. */
function makeDevice(path: (name: string) => string, kind: KeyKind): void {
  const newKey = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  openssl(
    ...['req', '-newkey', ...newKey, '-nodes', '-subj', `/CN=${owner.name}`],
    ...['-keyout', path('device.key'), '-out', path('request.pem')],
  )
  openssl(
    ...['x509', '-req', '-in', path('request.pem'), '-days', '30', '-extfile', path('extensions')],
    ...['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-out', path('device.pem')],
  )
}

/**
 * The whole service as it is installed, with one audit row a sign-in, synced to the disk. `resumes`: whether
 * devices may. `checkout`: the folder of the Holdfast to run; default this one.
 */
export function startOurs(
  files: EapFiles,
  resumes: boolean,
  checkout?: string,
): Promise<EapServer> {
  return startApp(
    (folder) => `
store: { sqlite: ${folder}/store.db }
sealing_key: ${Buffer.alloc(32, 7).toString('base64')}
eap:
  cert_file: ${files.serverCertFile}
  key_file: ${files.serverKeyFile}
  devices: { ca_file: ${files.caFile}, names: common-name }
directories:
  people:
    type: local
    users:
      ${owner.name}: { password: ${owner.password} }
gateways:
  wifi:
    address: 127.0.0.1
    secret: ${benchSecret}
    eap: { methods: [ttls, peap, tls], packet_size: 1024, resume: ${resumes ? '1h' : '0s'} }
rules:
  - { gateway: wifi, second_factor: none }
`,
    checkout,
  )
}

/**
 * FreeRADIUS with the same certificates. Version 3.2.1 resumes only what it has written to a folder.
 * `records`: it keeps what ours keeps of a sign-in, a line in its log and a row in SQLite, synced to the disk.
 */
export function startPeer(files: EapFiles, resumes: boolean, records: boolean): Promise<EapServer> {
  return startFreeRadius((folder) => {
    if (records) makeTable(join(folder, 'audit.db'))
    writeFileSync(
      join(folder, 'users'),
      `${owner.name} Cleartext-Password := "${owner.password}"\n`,
    )
    return {
      modules: `
  files {
    filename = ${folder}/users
  }
  pap {
  }
  mschap {
    use_mppe = yes
  }
  eap {
    default_eap_type = ttls
    max_sessions = 16384
    tls-config tls-common {
      private_key_file = ${files.serverKeyFile}
      certificate_file = ${files.serverCertFile}
      ca_file = ${files.caFile}
      tls_min_version = "1.2"
      tls_max_version = "1.2"
      ecdh_curve = ""
      fragment_size = 1024
      cache {
        enable = ${resumes ? 'yes' : 'no'}
        name = "bench"
        lifetime = 1
        persist_dir = ${folder}
      }
    }
    tls {
      tls = tls-common
    }
    ttls {
      tls = tls-common
      virtual_server = default
    }
    peap {
      tls = tls-common
      default_eap_type = mschapv2
      virtual_server = default
    }
    mschapv2 {
    }
  }
  ${records ? sqlModule(folder) : ''}`,
      logsSignIns: records,
      // Inside of a tunnel there is none.
      postAuth: records ? 'if (&Message-Authenticator) {\n sql\n}' : '',
      // It keeps no session without a name to keep with it.
      authorize: `
    update reply {
      User-Name := "%{User-Name}"
    }
    eap {
      ok = return
    }
    files
    mschap
    pap`,
      authenticate: `
    Auth-Type PAP {
      pap
    }
    Auth-Type MS-CHAP {
      mschap
    }
    eap`,
    }
  })
}

/** The journal that is kindest to many small commits, as in ours. */
function makeTable(file: string): void {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal')
  database.exec(
    'create table sign_in (at text, user_name text, gateway text, device text, outcome text)',
  )
  database.close()
}

function sqlModule(folder: string): string {
  return `
  sql {
    driver = "rlm_sql_sqlite"
    dialect = "sqlite"
    sqlite {
      filename = "${folder}/audit.db"
      busy_timeout = 5000
    }
    pool {
      start = 5
      min = 1
      max = 32
      spare = 0
    }
    read_groups = no
    read_profiles = no
    post-auth {
      query = "INSERT INTO sign_in VALUES ('%S', '%{User-Name}', '%{NAS-Identifier}', '%{Calling-Station-Id}', '%{reply:Packet-Type}')"
    }
  }`
}
