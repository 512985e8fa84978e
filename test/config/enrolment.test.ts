import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

const networks = (...list: readonly string[]) =>
  `${valid}enrolment: { networks: ${JSON.stringify(list)} }\n`

describe('enrolment in the configuration', () => {
  it('trusts nothing but the helpdesk where nothing is said', () => {
    expect(load(valid).enrolment).to.deep.equal({
      campaigns: [],
      networks: [],
      directoryPhones: 'not-trusted',
    })
  })

  it('takes networks of a company', () => {
    const own = ['10.0.0.0/8', '192.0.2.0/24', '2001:db8::/32', '203.0.113.7']
    expect(load(networks(...own)).enrolment.networks).to.deep.equal(own)
  })

  for (const network of ['0.0.0.0/0', '128.0.0.0/1', '::/0', '2000::/3']) {
    it(`refuses ${network}: a password alone would be enough there`, () => {
      expect(problemsOf(networks(network)).join('\n')).to.include('covers too much of the internet')
    })
  }
})
