import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

const local = (users: string) =>
  `insecure_demo: true
directories: { people: { type: local, users: ${users} } }
gateways:
  vpn: { address: "192.0.2.10", secret: "file:vpn" }
`

describe('managers in the configuration (PEOPLE R4)', () => {
  it('are users of the same directory', () => {
    const text = local('{ alice: { password: a, manager: bob }, bob: { password: b } }')
    expect(problemsOf(text).join('\n')).to.not.include('manager')
    const wrong = local('{ alice: { password: a, manager: bobb }, bob: { password: b } }')
    expect(problemsOf(wrong).join('\n')).to.match(
      /people\.users\.alice\.manager: names nothing that is under users of people/,
    )
  })

  it('are not told unless an attribute is named', () => {
    expect(load(valid).directories).to.be.an('object')
    expect(JSON.stringify(load(valid).directories)).to.not.include('managerAttribute')
  })
})
