import { expect } from 'chai'
import { describeGateways } from '../../../src/compose/gateways.ts'
import { presets } from '../../../src/config/index.ts'
import { gatewayStatuses } from '../../../src/operations/gateways/statuses.ts'
import { load, valid } from '../../config/load-text.ts'

describe('gateways as an administrator sees them', () => {
  const config = load(`${valid}  fixed: { address: "192.0.2.11", secret: "file:vpn", patience: 25s }
  forti: { address: "192.0.2.12", secret: "file:vpn", preset: fortigate }
  both:
    address: 192.0.2.13
    secret: file:vpn
    preset: fortigate
    patience: 60s
    learn_patience: true
`)
  const statuses = new Map(
    gatewayStatuses(describeGateways(config), () => undefined).map((status) => [
      status.name,
      status,
    ]),
  )

  const expected = [
    ['vpn', true, 10_000, 'default'],
    ['fixed', false, 25_000, 'configuration'],
    ['forti', true, 5_000, 'preset'],
    ['both', true, 60_000, 'configuration'],
  ] as const
  for (const [name, learns, patienceMs, startFrom] of expected) {
    it(`${name}: begins at the value of the ${startFrom}${learns ? ' and learns' : ''}`, () => {
      const status = statuses.get(name)
      expect(status).to.include({ learns, startFrom })
      expect(status?.start.patienceMs).to.equal(patienceMs)
    })
  }

  it('have the advice of their preset, or what helps anywhere', () => {
    const advice = presets.fortigate.advice.map(({ text }) => text)
    expect(statuses.get('forti')?.advice).to.deep.equal(advice)
    expect(statuses.get('vpn')?.advice.join(' ')).to.include('time-out')
  })
})
