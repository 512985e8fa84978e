import { expect } from 'chai'
import { type PendingSetup, viewPending } from '../../../src/operations/enrolment/pending.ts'

describe('what a person has to do to prove a phone', () => {
  const names = { issuer: 'Example', account: 'alice' }
  const unproven = { setup: 'call', phone: '+31612345678' } as const
  const pending = { unproven, label: '', isAtBackup: false, triesLeft: 3, untilMs: 9 }
  const sent = { hash: 'x', untilMs: 9, triesLeft: 3 }
  const cases: readonly [string, PendingSetup, object][] = [
    ['a call that is to be answered', pending, {}],
    ['a call that reads a code', { ...pending, sent }, { isRead: true }],
    [
      'a second number whose call reads a code',
      { ...pending, unproven: { ...unproven, setup: 'backup', id: 'a' }, sent },
      { isRead: true },
    ],
  ]
  for (const [name, given, more] of cases) {
    it(`${name}: says whether a code is typed`, () => {
      const view = viewPending(given, names)
      expect(view).to.include({ setup: 'call', untilMs: 9, ...more })
      if (!('isRead' in more)) expect(view).not.to.have.property('isRead')
    })
  }
})
