import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadCheckedConfig } from '../../src/compose/index.ts'
import { ConfigError, formatProblem } from '../../src/config/index.ts'

describe('files that a configuration names', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-named-files-'))
    writeFileSync(join(folder, 'key'), Buffer.alloc(32, 7).toString('base64'))
    writeFileSync(join(folder, 'secret'), 'abcdefghijklmnopqrstuvwxyz012345')
    mkdirSync(join(folder, 'folder'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const base = {
    sealing_key: 'file:key',
    directories: { people: { type: 'local' } },
    gateways: { vpn: { address: '192.0.2.1', secret: 'file:secret' } },
  }
  const ldap = {
    ...{ type: 'ldap', servers: 'ldaps://dc1.corp.example', bind_dn: 'x@corp.example' },
    ...{ bind_password: 'file:secret', base_dn: 'DC=corp,DC=example', phone_attributes: [] },
  }
  const mail = { type: 'smtp', host: 'mail.example', from: 'a@example.com' }

  function problemsOf(change: object): readonly string[] {
    const file = join(folder, 'holdfast.yaml')
    writeFileSync(file, JSON.stringify({ ...base, ...change }, undefined, 1))
    try {
      loadCheckedConfig(file, {})
      return []
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return error.problems.map(formatProblem)
    }
  }

  for (const [setting, change] of [
    ['directories.corp.ca_file', { directories: { corp: { ...ldap, ca_file: 'gone' } } }],
    ['delivery.mail.ca_file', { delivery: { mail: { ...mail, ca_file: 'gone' } } }],
    [
      'webhooks.cert_file',
      {
        webhooks: {
          ...{ listen: '127.0.0.1:8443', public_url: 'https://mfa.example.com' },
          ...{ cert_file: 'gone', key_file: 'secret' },
        },
      },
    ],
    [
      'webhooks.key_file',
      {
        webhooks: {
          ...{ listen: '127.0.0.1:8443', public_url: 'https://mfa.example.com' },
          ...{ cert_file: 'secret', key_file: 'gone' },
        },
      },
    ],
    ['eap.cert_file', { eap: { cert_file: 'gone', key_file: 'secret' } }],
    ['eap.key_file', { eap: { cert_file: 'secret', key_file: 'gone' } }],
    [
      'eap.devices.ca_file',
      { eap: { cert_file: 'secret', key_file: 'secret', devices: { ca_file: 'gone' } } },
    ],
    [
      'eap.devices.crl_file',
      {
        eap: {
          ...{ cert_file: 'secret', key_file: 'secret' },
          devices: { ca_file: 'secret', crl_file: 'gone' },
        },
      },
    ],
    ['dictionaries.0', { dictionaries: ['gone'] }],
    [
      'directories.people.users_file',
      { directories: { people: { type: 'local', users_file: 'gone' } } },
    ],
    ['mac_rules.0.mac_file', { mac_rules: [{ gateway: 'vpn', mac_file: 'gone' }] }],
    ['gateways.vpn.secret', { gateways: { vpn: { address: '192.0.2.1', secret: 'file:gone' } } }],
    ['sealing_key', { sealing_key: 'file:gone' }],
  ] as const) {
    it(`are named with line and setting where they are missing: ${setting}`, () => {
      const [problem = '', ...more] = problemsOf(change)
      expect(problem).to.match(/holdfast\.yaml:\d+:\d+: /)
      expect(problem)
        .to.include(` ${setting}: `)
        .and.include(`${join(folder, 'gone')} cannot be read`)
      expect(problem)
        .to.include('(ENOENT)')
        .and.not.match(/ENOENT:|syscall|open '/)
      expect(more).to.deep.equal([])
    })
  }

  it('are all told at once, and a folder is not a file', () => {
    const problems = problemsOf({
      directories: { corp: { ...ldap, ca_file: 'gone' } },
      dictionaries: ['folder'],
    })
    expect(problems).to.have.length(2)
    expect(problems.join('\n')).to.include('it is a folder (EISDIR)')
  })

  it('say what is wrong with the file itself', () => {
    const nowhere = join(folder, 'none', 'holdfast.yaml')
    expect(() => loadCheckedConfig(nowhere, {})).to.throw(
      `${nowhere} cannot be read: there is no such file (ENOENT)`,
    )
  })
})
