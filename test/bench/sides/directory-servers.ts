import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFreeRadius } from '../../lab/freeradius.ts'
import { startApp } from './app.ts'
import { type BenchDirectory, staffGroup } from './directories.ts'
import { benchSecret } from './gateway.ts'

/** The whole service with this directory. `withGroup`: the gateway requires a group. */
export function startDirectoryOurs(
  directory: BenchDirectory,
  store: string,
  master: Uint8Array,
  withGroup: boolean,
) {
  return startApp((folder) => {
    copyFileSync(store, join(folder, 'store.db'))
    writeFileSync(join(folder, 'key'), Buffer.from(master).toString('base64'), { mode: 0o600 })
    writeFileSync(join(folder, 'ca.pem'), directory.ca)
    return `
store: { sqlite: ${folder}/store.db }
sealing_key: file:${folder}/key
directories:
  corp:
    type: ldap
    kind: ${directory.kind}
    servers: ${directory.url}
    ca_file: ${folder}/ca.pem
    bind_dn: "${directory.bindDn}"
    bind_password: "${directory.bindPassword}"
    base_dn: "${directory.baseDn}"
    phone_attributes: []
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: append, patience: 20s${withGroup ? `, require_groups: [${staffGroup}]` : ''} }
`
  })
}

/** FreeRADIUS `ldap` with this directory: the password, and the group where asked for. */
export function startDirectoryPeer(directory: BenchDirectory, withGroup: boolean) {
  const { url, bindDn, bindPassword, baseDn, loginAttribute, kind } = directory
  const membership =
    kind === 'ad'
      ? '(member:1.2.840.113556.1.4.1941:=%{control:Ldap-UserDn})'
      : '(member=%{control:Ldap-UserDn})'
  const group = `
      if (!(LDAP-Group == "${staffGroup}")) {
        reject
      }`
  return startFreeRadius((folder) => {
    writeFileSync(join(folder, 'ca.pem'), directory.ca)
    return {
      modules: `
  always reject {
    rcode = reject
  }
  ldap {
    server = "${url}"
    identity = "${bindDn}"
    password = "${bindPassword}"
    base_dn = "${baseDn}"
    user {
      base_dn = "\${..base_dn}"
      filter = "(${loginAttribute}=%{User-Name})"
    }
    group {
      base_dn = "\${..base_dn}"
      filter = "(objectClass=*)"
      name_attribute = cn
      membership_filter = "${membership}"
      cacheable_name = no
      cacheable_dn = no
    }
    options {
      chase_referrals = no
      res_timeout = 10
      srv_timelimit = 3
      net_timeout = 3
    }
    tls {
      ca_file = ${folder}/ca.pem
      require_cert = "demand"
    }
    pool {
      start = 5
      min = 5
      max = 32
      spare = 5
      uses = 0
      lifetime = 0
      idle_timeout = 0
    }
  }`,
      authorize: `
    ldap
    if (ok || updated) {
      update control {
        Auth-Type := LDAP
      }${withGroup ? group : ''}
    }`,
      authenticate: `
    Auth-Type LDAP {
      ldap
    }`,
    }
  })
}
