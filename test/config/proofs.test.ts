import { expect } from 'chai'
import { findIdleSettings } from '../../src/config/index.ts'
import { load } from './load-text.ts'

const ldap = (more: string) =>
  `{ type: ldap, servers: "ldaps://dc1.corp.example", bind_dn: x@corp.example, bind_password: "file:bind", base_dn: "DC=corp,DC=example", phone_attributes: []${more} }`
const local = (user: string) => `{ type: local, users: { alice: { ${user} } } }`
const hash = 'password_hash: "scrypt$16384$8$1$c2FsdA==$aGFzaA=="'
const sealed = 'sealed_password: "sealed$AAAA"'
const sealedHash = 'sealed_nt_hash: "sealed$AAAA"'

const directories = {
  domain: ldap(''),
  joined: ldap(', winbind: {}'),
  openldap: ldap(', kind: openldap'),
  hashed: local(hash),
  'nt-hashed': local(sealedHash),
  clear: local(sealed),
  empty: '{ type: local }',
}

function found(directory: keyof typeof directories, eap: string) {
  const text = `directories: { corp: ${directories[directory]} }
gateways: { wifi: { address: 192.0.2.10, secret: "file:vpn", eap: { ${eap} } } }
eap: { cert_file: a.pem, key_file: b.pem, devices: { ca_file: c.pem } }
`
  return findIdleSettings(load(text)).filter(({ setting }) => setting === 'gateways.wifi.eap')
}

describe('EAP methods that no user of a directory can sign in by', () => {
  for (const [directory, eap, why] of [
    ['domain', '', /corp cannot sign in by PEAP with MS-CHAPv2.*: corp has no winbind/],
    ['domain', 'methods: peap', /has no winbind/],
    ['domain', 'methods: ttls, inner: [ms-chap-v2, eap-ms-chap-v2]', /TTLS .*has no winbind/],
    ['domain', 'methods: ms-chap-v2', /EAP-MSCHAPv2: corp has no winbind/],
    ['domain', 'methods: md5', /EAP-MD5: LDAP cannot check it/],
    ['joined', 'methods: md5', /EAP-MD5: LDAP cannot check it/],
    ['joined', 'methods: ttls, inner: chap', /TTLS .*LDAP cannot check it|TTLS .*winbind/],
    ['openldap', '', /PEAP .*LDAP cannot check it/],
    ['hashed', '', /PEAP .*hashes/],
    ['hashed', 'methods: md5', /EAP-MD5.*hashes/],
    ['nt-hashed', 'methods: md5', /EAP-MD5.*hashes/],
  ] as const) {
    it(`are told of ${directory} with eap: {${eap}}`, () => {
      const [row, ...more] = found(directory, eap)
      expect(row?.why).to.match(why)
      expect(row?.remedy).to.match(/winbind|sealed_password|ttls/)
      expect(more).to.deep.equal([])
    })
  }

  for (const [directory, eap] of [
    ['domain', 'methods: ttls'],
    ['domain', 'methods: peap, inner: eap-gtc'],
    ['domain', 'methods: [tls, gtc]'],
    ['joined', ''],
    ['joined', 'methods: ms-chap-v2'],
    ['nt-hashed', ''],
    ['clear', 'methods: [peap, md5, ms-chap-v2]'],
    ['empty', ''],
  ] as const) {
    it(`are none of ${directory} with eap: {${eap}}`, () => {
      expect(found(directory, eap)).to.deep.equal([])
    })
  }

  it('are not judged where another server checks, or nothing does', () => {
    const passed = `directories: { corp: ${directories.domain} }
gateways: { wifi: { address: 192.0.2.10, secret: "file:vpn", first_factor: none, eap: { methods: peap } } }
eap: { cert_file: a.pem, key_file: b.pem }
`
    expect(findIdleSettings(load(passed))).to.deep.equal([])
  })
})

describe('providers and methods that are never used', () => {
  const http = '{ type: http, url: "https://sms.example/send?to={to}&text={text}" }'
  const idle = (methods: string, gateway = '') =>
    findIdleSettings(
      load(`directories: { corp: ${directories.empty} }
gateways: { vpn: { address: 192.0.2.10, secret: "file:vpn"${gateway} } }
delivery: { texter: ${http}, spare: ${http} }
methods: { ${methods} }
`),
    ).map(({ setting, why }) => `${setting} ${why}`)

  it('are told of a provider that no method names', () => {
    expect(idle('sms: { via: texter }')).to.deep.equal([
      'delivery.spare carries nothing: no method names it',
    ])
    expect(idle('')).to.have.length(2)
  })

  it('are not told of the first entry for mail, which carries notices without a method', () => {
    const smtp = '{ type: smtp, host: mail.example, from: mfa@example.com }'
    const settings = findIdleSettings(
      load(`directories: { corp: ${directories.empty} }
gateways: { vpn: { address: 192.0.2.10, secret: "file:vpn" } }
delivery: { mail: ${smtp}, other: ${smtp} }
`),
    )
    expect(settings.map(({ setting }) => setting)).to.deep.equal(['delivery.other'])
    expect(settings[0]?.remedy).to.include('methods.email.via: other')
  })

  it('are told of a method that every gateway leaves out', () => {
    expect(idle('sms: { via: texter }', ', methods: [totp]')[1]).to.match(/^methods\.sms is never/)
  })
})
