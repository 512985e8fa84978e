import { expect } from 'chai'
import type { DomainLockout } from '../../../../src/directory/ldap/lockout/policy.ts'
import {
  judgeWrongPasswords,
  readWrongPasswords,
  type WrongPasswords,
} from '../../../../src/directory/ldap/lockout/wrong-passwords.ts'

const nowMs = Date.UTC(2026, 10, 25, 12)
const minute = 60_000
const policy = { threshold: 5, windowMs: 10 * minute, durationMs: 15 * minute }
const strict = { ...policy, threshold: 2 }
const domain: DomainLockout = { policy, fineGrained: new Map(), clockAheadMs: 0 }
const none = { count: 0, lastMs: 0 }

function seen(count: number | undefined, more: Partial<WrongPasswords> = {}): WrongPasswords {
  return { count, lastMs: nowMs - minute, lockedSinceMs: 0, fineGrained: undefined, ...more }
}

/** `go`, or how many wrong ones of how many. */
function judge(lockout: DomainLockout, reading: WrongPasswords | undefined, own = none): string {
  const judged = judgeWrongPasswords(lockout, reading, own, nowMs)
  return judged.kind === 'go' ? 'go' : `${judged.wrong} of ${judged.threshold}`
}

describe('lockout shield: whether one more wrong password is safe (RULES 29)', () => {
  const cases: readonly (readonly [
    title: string,
    lockout: DomainLockout,
    reading: WrongPasswords | undefined,
    own: { count: number; lastMs: number },
    expected: string,
  ])[] = [
    ['none yet', domain, seen(0), none, 'go'],
    ['the last but one', domain, seen(3), none, 'go'],
    ['the last that counts', domain, seen(4), none, '4 of 5'],
    ['more than it can be', domain, seen(7), none, '7 of 5'],
    ['the window is over', domain, seen(4, { lastMs: nowMs - 11 * minute }), none, 'go'],
    [
      'the window ends now, to a second',
      domain,
      seen(4, { lastMs: nowMs - 10 * minute }),
      none,
      '4 of 5',
    ],
    [
      'our clock is ahead of the controller’s',
      { ...domain, clockAheadMs: -5 * minute },
      seen(4, { lastMs: nowMs - 11 * minute }),
      none,
      '4 of 5',
    ],
    [
      'our clock is behind',
      { ...domain, clockAheadMs: 5 * minute },
      seen(4, { lastMs: nowMs + 4 * minute }),
      none,
      '4 of 5',
    ],
    [
      'locked: the directory says so',
      domain,
      seen(5, { lockedSinceMs: nowMs - minute }),
      none,
      'go',
    ],
    [
      'locked until somebody ends it',
      { ...domain, policy: { ...policy, durationMs: undefined } },
      seen(5, { lockedSinceMs: 1 }),
      none,
      'go',
    ],
    [
      'a lock that is over does not open the next',
      domain,
      seen(4, { lockedSinceMs: nowMs - 20 * minute }),
      none,
      '4 of 5',
    ],
    [
      'no lockout in the domain',
      { ...domain, policy: { ...policy, threshold: 0 } },
      seen(400),
      none,
      'go',
    ],
    [
      'a threshold of one leaves one try, or nobody could sign in',
      { ...domain, policy: { ...policy, threshold: 1 } },
      seen(0),
      none,
      'go',
    ],
    [
      'a threshold of one: after a wrong one',
      { ...domain, policy: { ...policy, threshold: 1 } },
      seen(1),
      none,
      '1 of 1',
    ],
    [
      'count hidden: our own, and one more kept back',
      domain,
      seen(undefined),
      { count: 2, lastMs: nowMs },
      'go',
    ],
    [
      'count hidden: our own is at the limit',
      domain,
      seen(undefined),
      { count: 3, lastMs: nowMs },
      '3 of 5',
    ],
    [
      'count hidden: our own is old',
      domain,
      seen(undefined),
      { count: 3, lastMs: nowMs - 11 * minute },
      'go',
    ],
    ['nothing seen at all', domain, undefined, { count: 3, lastMs: nowMs }, '3 of 5'],
    [
      'count hidden, threshold of two: one try',
      { ...domain, policy: strict },
      undefined,
      none,
      'go',
    ],
    ['count known: our own does not matter', domain, seen(0), { count: 9, lastMs: nowMs }, 'go'],
    [
      'a fine-grained policy decides',
      { ...domain, fineGrained: new Map([['cn=pso', strict]]) },
      seen(1, { fineGrained: 'cn=pso' }),
      none,
      '1 of 2',
    ],
    [
      'a fine-grained policy may be milder',
      { ...domain, fineGrained: new Map([['cn=pso', { ...policy, threshold: 0 }]]) },
      seen(99, { fineGrained: 'cn=pso' }),
      none,
      'go',
    ],
    [
      'it is for others',
      { ...domain, fineGrained: new Map([['cn=pso', strict]]) },
      seen(1),
      none,
      'go',
    ],
    [
      'a fine-grained policy is hidden: as strict as they come',
      { ...domain, fineGrained: new Map([['cn=pso', undefined]]) },
      seen(1, { fineGrained: 'cn=pso' }),
      none,
      '1 of 3',
    ],
    [
      'nobody may see which there are',
      { ...domain, fineGrained: undefined },
      seen(1, { fineGrained: 'cn=pso' }),
      none,
      '1 of 3',
    ],
    ['the domain’s policy is hidden', { ...domain, policy: undefined }, seen(3), none, '3 of 5'],
    ['the domain’s policy is hidden, fewer', { ...domain, policy: undefined }, seen(2), none, 'go'],
    [
      'the domain’s policy is hidden, a lock of long ago',
      { ...domain, policy: undefined },
      seen(3, { lockedSinceMs: 1 }),
      none,
      '3 of 5',
    ],
  ]
  for (const [title, lockout, reading, own, expected] of cases) {
    it(`${title}: ${expected}`, () => expect(judge(lockout, reading, own)).to.equal(expected))
  }

  it('says when it ends, by our clock', () => {
    const judged = judgeWrongPasswords(
      { ...domain, clockAheadMs: 3 * minute },
      seen(4),
      none,
      nowMs,
    )
    expect(judged).to.include({ kind: 'stop', untilMs: nowMs + (10 - 1 - 3) * minute + 2_000 })
  })
})

describe('what a controller shows of wrong passwords', () => {
  const time = '134100000000000000'
  const cases: readonly (readonly [
    string,
    Record<string, string | string[]>,
    number | undefined,
  ])[] = [
    ['both', { badPwdCount: '2', badPasswordTime: time }, 2],
    ['none yet', { badPwdCount: '0', badPasswordTime: '0' }, 0],
    ['no count', { badPasswordTime: time }, undefined],
    ['an empty count', { badPwdCount: [], badPasswordTime: time }, undefined],
    ['a count without its moment', { badPwdCount: '2', badPasswordTime: [] }, undefined],
    ['garbage', { badPwdCount: '2x', badPasswordTime: time }, undefined],
    ['a negative number', { badPwdCount: '-1', badPasswordTime: time }, undefined],
  ]
  for (const [title, attributes, count] of cases) {
    it(`${title}: ${count ?? 'unknown, not 0'}`, () => {
      expect(readWrongPasswords({ dn: 'cn=a', ...attributes }).count).to.equal(count)
    })
  }
})
