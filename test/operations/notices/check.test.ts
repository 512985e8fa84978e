import { expect } from 'chai'
import { checkNotices } from '../../../src/operations/index.ts'

const stateOf = (can: Partial<Parameters<typeof checkNotices>[0]>) =>
  checkNotices({ email: false, sms: false, portal: true, ...can }).map(({ state }) => state)

describe('check says how people are told of changes', () => {
  it('has no warning with mail', () => {
    expect(stateOf({ email: true })).to.deep.equal(['ok'])
    expect(stateOf({ email: true, portal: false })).to.deep.equal(['ok'])
  })

  it('warns where there are only texts, and fails where people change things and no one is told', () => {
    expect(stateOf({ sms: true })).to.deep.equal(['warning'])
    expect(stateOf({})).to.deep.equal(['failed'])
  })

  it('asks for nothing where there is no portal', () => {
    expect(stateOf({ portal: false })).to.deep.equal([])
  })
})
