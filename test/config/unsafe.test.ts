import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { findUnsafeSettings } from '../../src/config/index.ts'
import { load, type Surroundings, valid } from './load-text.ts'

const unsafe = (text: string, surroundings: Surroundings = {}) =>
  findUnsafeSettings(load(text, surroundings)).map(({ setting }) => setting)

const gateway = (fields: string) =>
  valid.replace('address: "192.0.2.10"', `address: 192.0.2.10, ${fields}`)

describe('unsafe settings', () => {
  it('are not found in a safe file', () => {
    expect(unsafe(valid)).to.deep.equal([])
  })

  const cases: [string, string][] = [
    [
      'directories.corp.insecure_plaintext',
      valid.replace('ldaps://dc1.corp.example.com', 'ldap://a\n    insecure_plaintext: true'),
    ],
    [
      'directories.corp.lockout_shield',
      valid.replace('    base_dn:', '    lockout_shield: off\n    base_dn:'),
    ],
    [
      'directories.corp.login_attributes',
      valid.replace('    base_dn:', '    login_attributes: [sAMAccountName, Mail]\n    base_dn:'),
    ],
    [
      'outage_rules.0.second_factor',
      `${valid}outage_rules: [{ gateway: vpn, user_key: "corp:x", second_factor: none }]\n`,
    ],
    ['rules.0.remember_address', `${valid}rules: [{ remember: 1h, remember_address: true }]\n`],
    ['gateways.vpn.message_authenticator', gateway('message_authenticator: optional')],
    ['gateways.vpn.message_authenticator', gateway('message_authenticator: learn')],
    [
      'gateways.vpn.prompt_without_password',
      gateway('first_factor: none, prompt_without_password: true'),
    ],
    ['gateways.other.secret', `${valid}  other: { address: 192.0.2.11, secret: "file:vpn" }\n`],
    ['delivery.h.url', `${valid}delivery: { h: { type: http, url: "http://sms.example.com" } }\n`],
    [
      'delivery.m.tls',
      `${valid}delivery: { m: { type: smtp, host: m, from: a, tls: insecure-plaintext } }\n`,
    ],
    [
      'rules.1.second_factor',
      `${valid}rules: [{ user: a, deny: true }, { gateway: vpn, second_factor: none }]\n`,
    ],
    [
      'webhooks.public_url',
      `${valid}webhooks: { listen: "0.0.0.0:80", public_url: "http://m.example.com" }\n`,
    ],
    [
      'webhooks.public_url',
      `${valid}webhooks: { listen: "0.0.0.0:80", public_url: ["https://m.example.com", "http://n.example.com"] }\n`,
    ],
  ]
  for (const [setting, text] of cases) {
    it(`name ${setting}`, () => expect(unsafe(text)).to.deep.equal([setting]))
  }

  it('name no rule that lets a password do for some, or from somewhere', () => {
    for (const condition of ['group: a', 'user: a', 'network: 10.0.0.0/8', 'enrolled: none']) {
      const text = `${valid}rules: [{ ${condition}, second_factor: none }]\n`
      expect(unsafe(text), condition).to.deep.equal([])
    }
  })

  it('name a secret under 16 characters', () => {
    const short = { '/etc/holdfast/vpn': 'fifteen letters' }
    expect(unsafe(valid, { files: short })).to.deep.equal(['gateways.vpn.secret'])
    expect(unsafe(valid, { files: { '/etc/holdfast/vpn': 'sixteen letters!' } })).to.deep.equal([])
  })

  it('name a secret file that every user can read', () => {
    expect(unsafe(valid, { mode: 0o100640 })).to.deep.equal([])
    expect(unsafe(valid, { mode: 0o100644 })).to.deep.equal([
      '/etc/holdfast/bind',
      '/etc/holdfast/vpn',
    ])
  })

  it('are one in the demo: that it is one', () => {
    const demo = readFileSync(join(import.meta.dirname, '../../config/demo.yaml'), 'utf8')
    expect(unsafe(demo)).to.deep.equal(['insecure_demo'])
  })

  it('name the weakest gateway that a NAS-Identifier can reach (RULES 13)', () => {
    const trusting = (name: string, fields: string) =>
      `  ${name}: { address: 10.0.0.0/8, secret: "file:vpn", nas_identifier: ${name}, trust_nas_identifier: true, ${fields} }\n`
    const gateways = [
      trusting('strict', 'require_groups: [staff]'),
      trusting('usual', 'flow: hold'),
      trusting('lenient', 'flow: code-only'),
    ]
    const text = valid.replace(/ {2}vpn: .*\n/, gateways.join(''))
    const found = findUnsafeSettings(load(text)).filter(({ setting }) => setting.includes('trust'))
    expect(found).to.deep.equal(
      ['strict', 'usual'].map((name) => ({
        setting: `gateways.${name}.trust_nas_identifier`,
        danger: 'who has its secret may choose the rules of lenient: no password is checked there',
      })),
    )
  })

  it('show no secret', () => {
    const texts = JSON.stringify(
      findUnsafeSettings(load(valid, { files: { '/etc/holdfast/vpn': 'hunter2' } })),
    )
    expect(texts).to.include('gateways.vpn.secret').and.not.include('hunter2')
  })
})
