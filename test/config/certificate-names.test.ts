import { expect } from 'chai'
import { ConfigError, findIdleSettings } from '../../src/config/index.ts'
import { load } from './load-text.ts'

const ldap = (more: string) =>
  `{ type: ldap, servers: "ldaps://dc1.corp.example", bind_dn: x@corp.example, bind_password: "file:bind", base_dn: "DC=corp,DC=example", phone_attributes: []${more} }`
const hash = 'password_hash: "scrypt$16384$8$1$c2FsdA==$aGFzaA=="'
const local = (more: string) =>
  `{ type: local, users: { bob: { ${hash} }, alice: { ${hash}${more} } } }`

const directories = {
  domain: ldap(''),
  computers: ldap(', machines: true'),
  openldap: ldap(', kind: openldap, machines: true'),
  plain: local(''),
  upn: local(', upn: alice@corp.example'),
  email: local(', email: alice@corp.example'),
  empty: '{ type: local }',
}

function found(directory: keyof typeof directories, names: string, methods = 'tls') {
  const text = `directories: { corp: ${directories[directory]} }
gateways: { wifi: { address: 192.0.2.10, secret: "file:vpn", eap: { methods: [${methods}] } } }
eap: { cert_file: a.pem, key_file: b.pem, devices: { ca_file: c.pem, names: [${names}] } }
`
  return findIdleSettings(load(text)).filter(({ setting }) => setting === 'eap.devices.names')
}

describe('names in certificates that no account of a directory has', () => {
  for (const [directory, names, remedy] of [
    ['plain', 'upn, dns', /upn or email/],
    ['plain', 'email', /upn or email/],
    ['upn', 'dns', /common-name/],
    ['empty', 'common-name', /upn or email/],
    ['domain', 'dns', /machines: true/],
    ['openldap', 'dns', /Add upn or email/],
  ] as const) {
    it(`are told of ${directory} with [${names}]`, () => {
      const [row, ...more] = found(directory, names)
      expect(row?.why).to.equal(
        `no certificate can name an account of directory corp at gateway wifi: names is ${names}`,
      )
      expect(row?.remedy).to.match(remedy)
      expect(more).to.deep.equal([])
    })
  }

  for (const [directory, names, methods] of [
    ['domain', 'upn, dns', 'tls'],
    ['domain', 'email', 'tls'],
    ['computers', 'dns', 'tls'],
    ['openldap', 'upn', 'tls'],
    ['upn', 'upn', 'tls'],
    ['upn', 'email', 'tls'],
    ['email', 'upn, dns', 'tls'],
    ['plain', 'common-name', 'tls'],
    // No certificate is ever looked at.
    ['plain', 'upn', 'ttls'],
  ] as const) {
    it(`are not told of ${directory} with [${names}] and ${methods}`, () => {
      expect(found(directory, names, methods)).to.deep.equal([])
    })
  }
})

describe('the upn of people in the configuration', () => {
  const people = (alice: string, bob: string) => `directories:
  people:
    type: local
    users:
      alice: { ${hash}, upn: ${JSON.stringify(alice)} }
      bob: { ${hash}, upn: ${JSON.stringify(bob)} }
gateways: { vpn: { address: 192.0.2.10, secret: "file:vpn" } }
`

  it('belongs to one person', () => {
    for (const same of ['alice@corp.example', 'Alice@CORP.example']) {
      expect(() => load(people('alice@corp.example', same)))
        .to.throw(ConfigError)
        .with.property('message')
        .that.matches(/people\.users\.bob\.upn.*upn of alice already/)
    }
    load(people('alice@corp.example', 'bob@corp.example'))
  })

  it('has a name, an @ and a domain', () => {
    for (const wrong of [
      'alice',
      '@corp.example',
      'alice@',
      'a@b@c',
      'a b@corp.example',
      'C\\a@b',
    ]) {
      expect(() => load(people(wrong, 'bob@corp.example')), wrong).to.throw(
        ConfigError,
        /alice@corp\.example/,
      )
    }
  })
})
