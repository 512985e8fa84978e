import { expect } from 'chai'
import { dictionaryOf } from '../../src/compose/dictionary.ts'
import { createGatewayEntries } from '../../src/compose/gateways.ts'
import {
  createOutageRules,
  createPolicyRules,
  createReplyRules,
  readConditions,
} from '../../src/compose/sign-in-rules.ts'
import { decide, type Facts } from '../../src/signin/index.ts'
import { load, problemsOf, valid } from '../config/load-text.ts'

const dictionary = dictionaryOf([])

/** A name in each place of the file where something typed, or said by a directory, is compared with it. */
const text = `${valid}
  kitchen:
    address: 192.0.2.11
    nas_identifier: "Küche*"
    secret: file:vpn
    group: Türen
    require_groups: ["CN=Küche,OU=Gäste,DC=corp", Köche]
    deny_groups: ["VPN Gäste"]
rules:
  - { name: Müller, user: müller, group: ["VPN Gäste", "cn=gäste,dc=corp"], gateway: kitchen, deny: true }
  - { gateway_group: Türen, attribute: { Called-Station-Id: "Büro" }, second_factor: none }
  - { user: MÜLLER, remember: 1d }
reply_rules:
  - { user: müller, group: Köche, reply: { Filter-Id: x } }
outage_rules:
  - { user_key: "corp:Müller", group: Köche, remembered: 1d }
`.replace(
  'directories:',
  'directories:\n  people: { type: local, users: { müller: { password_hash: "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", groups: [Köche] } } }',
)

function readAll(yaml: string) {
  const config = load(yaml)
  return {
    directories: Object.keys(config.directories),
    gateways: createGatewayEntries(config, dictionary, new Set()).map(
      ({ rules, nasIdentifier }) => ({ ...rules, nasIdentifier }),
    ),
    policy: createPolicyRules(config, dictionary),
    replies: createReplyRules(config, dictionary).map(({ parts: _, ...rule }) => rule),
    outage: createOutageRules(config),
  }
}

describe('names of the configuration', () => {
  it('mean the same in whatever Unicode form an editor wrote them', () => {
    expect(readAll(text.normalize('NFD'))).to.deep.equal(readAll(text.normalize('NFC')))
  })

  it('are folded as what is typed is, where directories and people are asked for them', () => {
    const { gateways, policy, outage } = readAll(text.normalize('NFD'))
    const kitchen = gateways.find(({ name }) => name === 'kitchen')
    expect(kitchen?.denyGroups).to.deep.equal(['vpn g\u00e4ste'])
    expect(kitchen?.requireGroups).to.deep.equal([
      'cn=k\u00fcche,ou=g\u00e4ste,dc=corp',
      'k\u00f6che',
    ])
    expect(policy[0]?.users).to.deep.equal(['m\u00fcller'])
    expect(outage[0]?.userKeys).to.deep.equal(['corp:m\u00fcller'])
  })

  it('mean the same in other width, spaces, escapes and case, and with characters that no one sees', () => {
    const other = text
      .replaceAll('"VPN Gäste"', '"vpn\\u00a0G\\u00e4s\\u200bte"')
      .replace('user: müller', 'user: "\uff4d\u00dcller"')
      .replace('user: MÜLLER', 'user: " m\u00fcll\\u00ader "')
      .replace('"CN=Küche,OU=Gäste,DC=corp"', '"cn=K\\\\c3\\\\bcche , ou = g\u00e4ste,dc=CORP"')
    expect(other).not.to.equal(text)
    expect(readAll(other)).to.deep.equal(readAll(text))
  })

  it('are one person in two forms, which is an error and no silent choice', () => {
    const twice = text.replace('müller: {', '"mu\u0308ller": { password_hash: x }, müller: {')
    expect(problemsOf(twice).join()).to.include('Map keys must be unique')
  })

  it('show the place of a mistake in whatever form its key is', () => {
    const wrong = text.normalize('NFD').replace(/scrypt/, 'Scrypt')
    const line = wrong.split('\n').findIndex((each) => each.includes('Scrypt')) + 1
    const column = (wrong.split('\n')[line - 1]?.indexOf('password_hash') ?? 0) + 1
    expect(problemsOf(wrong)[0]).to.include(`h.yaml:${line}:${column}: `)
  })

  it('keep people apart whose names differ', () => {
    const { users, groups } = readConditions({ user: ['Muller', 'Müller'], group: ['Gaste'] })
    expect(users).to.deep.equal(['muller', 'm\u00fcller'])
    expect(groups).to.deep.equal(['gaste'])
  })
})

describe('text of a request that a rule compares', () => {
  const rule = createPolicyRules(
    load(`${valid}rules:\n  - { attribute: { Called-Station-Id: "Bu\u0308ro" }, deny: true }\n`),
    dictionary,
  )
  const facts = (value: Uint8Array): Facts => ({
    gateway: 'vpn',
    gatewayGroup: 'vpn',
    groups: new Set(),
    user: 'alice',
    address: undefined,
    reportedAddress: undefined,
    nowMs: 0,
    enrolled: new Set(),
    attributes: [{ vendor: 0, type: 30, value }],
    credential: 'pap',
    eapMethod: undefined,
    hasRandomMac: false,
    reportedRandomMac: false,
    missingGroups: new Set(),
  })
  const forms: readonly (readonly [string, Uint8Array, boolean])[] = [
    ['composed', Buffer.from('B\u00fcro'), true],
    ['taken apart', Buffer.from('Bu\u0308ro'), true],
    ['with a NUL at its end', Buffer.from('B\u00fcro\0'), true],
    ['in Latin-1', Buffer.from('B\u00fcro', 'latin1'), true],
    ['in another case', Buffer.from('b\u00fcro'), false],
    ['without its dots', Buffer.from('Buro'), false],
  ]
  for (const [how, value, isThere] of forms) {
    it(`${isThere ? 'is' : 'is not'} the same ${how}`, () => {
      expect(decide(rule, facts(value)).kind).to.equal(isThere ? 'rule' : 'gateway')
    })
  }
})
