import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as vectors from '../vectors/certificates.ts'
import type { FreeRadiusSite } from './freeradius.ts'

/** What FreeRADIUS 3.2.5 and later do by themselves (CVE-2024-3596); Debian 12 has an earlier one. */
const sign = `
update reply {
  &Message-Authenticator := 0x00
}
`

/**
 * An upstream server with alice (wonderland), and carol (singer), whom it asks for a token (4711). Its
 * Accepts say `name` in Class, and more than anyone wants to pass on.
 */
export function upstreamSite(folder: string, name: string): FreeRadiusSite {
  const users = join(folder, 'users')
  writeFileSync(
    users,
    `alice Cleartext-Password := "wonderland"
\tClass = "${name}", Filter-Id = "vpn-users", Session-Timeout = 3600, Reply-Message = "Hello"
`,
  )
  return {
    modules: `
pap {
}
chap {
}
mschap {
}
always ok {
  rcode = ok
}
always reject {
  rcode = reject
}
always handled {
  rcode = handled
}
files {
  filename = ${users}
}
`,
    authorize: `
Autz-Type Status-Server {
  ${sign}
  ok
}
if (&User-Name == "carol") {
  if (&State == 0x746f6b656e && &User-Password == "4711") {
    update control {
      &Auth-Type := Accept
    }
    update reply {
      &Class := "${name}"
    }
    ok
  }
  elsif (!&State && &User-Password == "singer") {
    update reply {
      &Reply-Message := "Token?"
      &State := 0x746f6b656e
    }
    update control {
      &Response-Packet-Type := Access-Challenge
    }
    ${sign}
    handled
  }
  else {
    reject
  }
}
files
chap
mschap
pap
`,
    authenticate: `
Auth-Type PAP {
  pap
}
Auth-Type CHAP {
  chap
}
Auth-Type MS-CHAP {
  mschap
}
`,
    postAuth: `
${sign}
Post-Auth-Type REJECT {
  ${sign}
}
`,
  }
}

/** An upstream server that speaks EAP itself: MD5, MS-CHAPv2, TTLS and PEAP, for alice (wonderland) and bob (builder). */
export function upstreamEapSite(folder: string): FreeRadiusSite {
  const users = join(folder, 'users')
  writeFileSync(
    users,
    `alice Cleartext-Password := "wonderland"
\tClass = "upstream"
bob Cleartext-Password := "builder"
\tClass = "upstream"
`,
  )
  for (const [name, text] of Object.entries({
    'server.pem': vectors.serverCertificate,
    'server.key': vectors.serverKey,
  })) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  return {
    modules: `
pap {
}
mschap {
}
files {
  filename = ${users}
}
eap {
  default_eap_type = md5
  md5 {
  }
  mschapv2 {
  }
  tls-config tls-common {
    private_key_file = ${join(folder, 'server.key')}
    certificate_file = ${join(folder, 'server.pem')}
    ca_file = ${join(folder, 'server.pem')}
    cipher_list = "DEFAULT"
    ecdh_curve = "prime256v1"
    tls_max_version = "1.2"
  }
  ttls {
    tls = tls-common
    default_eap_type = md5
    virtual_server = "default"
  }
  peap {
    tls = tls-common
    default_eap_type = mschapv2
    virtual_server = "default"
  }
}
`,
    authorize: `
Autz-Type Status-Server {
  ${sign}
}
eap {
  ok = return
}
files
mschap
pap
`,
    authenticate: `
eap
Auth-Type MS-CHAP {
  mschap
}
Auth-Type PAP {
  pap
}
`,
    postAuth: `
${sign}
Post-Auth-Type REJECT {
  ${sign}
}
`,
  }
}
