import { expect } from 'chai'
import { formatShield } from '../../../src/cli/text/shield.ts'
import { formatUntil } from '../../../src/cli/text/times.ts'
import { directoryRefusal, formatUser } from '../../../src/cli/text/user.ts'
import type { UserDetails } from '../../../src/operations/index.ts'

const nowMs = new Date(2026, 10, 30, 0, 12).getTime()
const untilMs = new Date(2026, 10, 30, 0, 41, 7).getTime()
const shield = { kind: 'shielded', wrong: 5, threshold: 6, untilMs } as const
const shielded = "shielded by the directory's lockout until 00:42 (5 wrong passwords)"
const plain = (_style: string, text: string) => text

const known: UserDetails['person'] = {
  ...{ key: 'corp:1', directory: 'corp', name: 'alice', displayName: 'Alice' },
  ...{ groups: [], phones: ['+31612345678'], email: 'alice@corp.example' },
}
const free: UserDetails['state'] = {
  ...{ userKey: 'corp:1', wrongCodes: 0, wrongPasswords: 0, slowedUntilMs: 0, lockedUntilMs: 0 },
}

function textOf(change: Partial<UserDetails>): string {
  const user = {
    person: known,
    state: free,
    authenticators: [],
    remembered: 0,
    directoryStatus: {},
  }
  return formatUser({ ...user, ...change }, nowMs, plain)
}

describe('what user show says of the directory', () => {
  it('is that the shield refuses passwords, and until when', () => {
    const text = textOf({ directoryStatus: { shield } })
    expect(text).to.match(/State +not locked here\n/)
    expect(text).to.include(shielded)
    expect(text).to.not.match(/State +free/)
  })

  for (const [account, words] of [
    ['locked', /has locked the account/],
    ['disabled', /is disabled in the directory/],
    ['expired', /has expired in the directory/],
  ] as const) {
    it(`is that the account is ${account} there`, () => {
      const facts = { kind: 'facts', groups: [], unusablePhones: [], account } as const
      expect(textOf({ directoryStatus: { facts } })).to.match(words)
      expect(textOf({ directoryStatus: { facts } })).to.match(/State +not locked here/)
      expect(directoryRefusal({ facts }, nowMs)).to.match(words)
    })
  }

  it('is nothing bad where the account is in order', () => {
    const facts = {
      kind: 'facts',
      groups: ['staff'],
      unusablePhones: [],
      account: 'right',
    } as const
    expect(textOf({ directoryStatus: { facts } })).to.match(
      /State +free\nDirectory +the account may sign in/,
    )
  })

  it('is that it could not be asked, and then nothing of it looks empty', () => {
    const person = { key: 'corp:1', name: 'alice', unasked: ['corp: connect ECONNREFUSED'] }
    const text = textOf({ person })
    expect(text).to.match(/Directory +could not be asked: corp: connect ECONNREFUSED/)
    for (const name of ['Display name', 'Phones in the directory', 'Mail', 'Groups']) {
      expect(text, name).to.match(new RegExp(`${name} +not known\\n`))
    }
    const since = textOf({ directoryStatus: { unasked: 'corp: no answer' } })
    expect(since).to.match(/Directory +could not be asked: corp: no answer/)
    expect(since).to.match(/Groups +not known/)
  })

  it('is that no user there has that name any more', () => {
    expect(textOf({ person: { key: 'corp:1', name: 'alice' } })).to.match(
      /Directory +no directory knows this name any more/,
    )
  })

  it('is all groups, and numbers that cannot be used with why', () => {
    const unusablePhones = [{ written: 'ask\u001b[2J me', why: 'cannot be a phone number' }]
    const facts = { kind: 'facts', groups: ['staff', 'cn=staff,dc=corp'], unusablePhones } as const
    const text = textOf({ directoryStatus: { facts } })
    expect(text).to.match(/Groups +staff\n/)
    expect(text).to.match(/Phones in the directory +\+31612345678; cannot use "ask.*me": cannot be/)
    expect(text).to.not.include('\u001b')
  })
})

describe('until when', () => {
  it('is never too early, and has the date where it is another day', () => {
    expect(formatUntil(untilMs, nowMs)).to.equal('00:42')
    expect(formatUntil(new Date(2026, 10, 30, 0, 42).getTime(), nowMs)).to.equal('00:42')
    expect(formatUntil(untilMs, nowMs - 3_600_000)).to.equal('2026-11-30 00:42')
    expect(formatShield(shield, nowMs)).to.equal(shielded)
    expect(formatShield({ untilMs, wrong: 1 }, nowMs)).to.include('(1 wrong password)')
  })
})
