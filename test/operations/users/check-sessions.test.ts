import { expect } from 'chai'
import { checkSessions } from '../../../src/operations/index.ts'

it('check says how many portal sessions are open', () => {
  const details = [0, 1, 12].map((open) => checkSessions(open).detail)
  expect(details).to.deep.equal(['none is open', '1 session open', '12 sessions open'])
})
