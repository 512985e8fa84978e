import { expect } from 'chai'
import { dictionaryOf } from '../../src/compose/dictionary.ts'
import { readRequestAttribute } from '../../src/compose/sign-in-rules.ts'
import { checkAttributes } from '../../src/config/index.ts'
import { problemsOf, valid } from '../config/load-text.ts'

const checks = [
  checkAttributes((files) => {
    const dictionary = dictionaryOf(files)
    return (name, value) => readRequestAttribute(dictionary(), name, value)
  }),
]
const problems = (attribute: string) =>
  problemsOf(`${valid}rules:\n  - deny: true\n    attribute:\n      ${attribute}\n`, { checks })

describe('attributes that rules compare with', () => {
  const fine = [
    'NAS-Port-Type: Wireless-802.11',
    'NAS-Port-Type: [19, Ethernet]',
    'Aruba-Essid-Name: corp',
    'Cisco-AVPair: "shell:priv-lvl=15"',
    'Tunnel-Private-Group-Id: 120',
    'NAS-IP-Address: 192.0.2.1',
  ]
  for (const attribute of fine) {
    it(`may be ${attribute}`, () => {
      expect(problems(attribute)).to.deep.equal([])
    })
  }

  const wrong: readonly [attribute: string, why: string][] = [
    ['NAS-Port-Typ: 19', 'no dictionary knows the attribute NAS-Port-Typ'],
    ['NAS-Port-Type: Wireless', 'NAS-Port-Type: the value is not of type integer'],
    ['NAS-Port-Type: [19, 4294967296]', 'NAS-Port-Type: the value is not of type integer'],
    ['NAS-IP-Address: corp', 'NAS-IP-Address: the value is not of type ipaddr'],
    ['User-Password: x', 'User-Password is encrypted, so nothing can be compared with it'],
    [
      `CHAP-Password: "0x${'00'.repeat(17)}"`,
      'CHAP-Password holds a password, so nothing can be compared with it',
    ],
    [`Filter-Id: ${'x'.repeat(254)}`, 'Filter-Id has 254 bytes, 253 is the most'],
    ['WiMAX-Capability: x', 'WiMAX-Capability: the value is not of type tlv'],
  ]
  for (const [attribute, why] of wrong) {
    it(`are refused with their place: ${attribute.slice(0, 40)}`, () => {
      const name = attribute.split(':')[0]
      expect(problems(attribute)).to.deep.equal([`h.yaml:14:7: rules.0.attribute.${name}: ${why}`])
    })
  }

  it('are read with the dictionaries of the administrator, whose mistakes have their place', () => {
    const text = `${valid}dictionaries: [/nowhere]\nrules:\n  - { deny: true, attribute: { X: 1 } }\n`
    const [found = '', ...more] = problemsOf(text, { checks })
    expect(found).to.match(/^h\.yaml:\d+:\d+: /)
    expect(found).to.include('nowhere')
    expect(more).to.deep.equal([])
  })
})
