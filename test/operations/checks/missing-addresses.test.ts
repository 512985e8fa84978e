import { expect } from 'chai'
import { checkMissingAddresses } from '../../../src/operations/index.ts'
import type { AuditEntry } from '../../../src/store/index.ts'

const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  ...{ node: 'n', seq: 1, hash: '', kind: 'sign-in', startedAtMs: 1, endedAtMs: 1 },
  ...{ signInId: '', attemptId: '', gateway: 'vpn', outcome: 'accept', reason: 'accepted' },
  ...{ timeline: [], erased: false, sourceAddress: '192.0.2.10' },
  ...change,
})
const denials = [
  { rule: 'far', gateways: ['vpn', 'wifi'] },
  { rule: 'home', gateways: ['vpn'] },
]
const of = (...devices: readonly (string | undefined)[]) =>
  devices.map((device) => entry(device === undefined ? {} : { device }))

describe('check: rules that deny by network, where a gateway does not say where people are', () => {
  it('says how many sign-ins told no address, or a MAC address, and which rules that is for', () => {
    const recent = of('203.0.113.7', undefined, '192.0.2.10', '001122aabbcc')
    const [row, ...more] = checkMissingAddresses(denials, recent)
    expect(row).to.include({ area: 'gateway', what: 'vpn', state: 'warning' })
    expect(row?.detail).to.equal(
      'rule far, home cannot refuse by network there: of 4 sign-ins since yesterday it sent no address of a person with 2, a MAC address with 1',
    )
    expect(row?.remedy).to.include('gateways.vpn.device_attribute')
    expect(more).to.deep.equal([])
  })

  for (const [what, recent] of [
    ['addresses are sent', of('203.0.113.7', '2001:db8::1')],
    // No one gets past the rule with it.
    ['text is sent that nobody can read', of('laptop-7', 'ip?')],
    ['nobody has signed in', []],
    ['another gateway sends none', [entry({ gateway: 'rdp' })]],
    ['the personal part was erased', [entry({ erased: true })]],
  ] as const) {
    it(`says nothing where ${what}`, () => {
      expect(checkMissingAddresses(denials, recent)).to.deep.equal([])
    })
  }

  it('says nothing without such a rule', () => {
    expect(checkMissingAddresses([], of(undefined))).to.deep.equal([])
  })
})
