import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FreeRadiusSite } from './freeradius.ts'

/** What FreeRADIUS 3.2.5 and later do by themselves (CVE-2024-3596); Debian 12 has an earlier one. */
const sign = `
update reply {
  &Message-Authenticator := 0x00
}
`

/**
 * An upstream server with alice (wonderland), and carol (singer), whom it asks for a token (4711). Its
 * Accepts say `name` in Class, and more than anybody wants to pass on.
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
