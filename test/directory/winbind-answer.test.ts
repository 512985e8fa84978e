import { expect } from 'chai'
import { readWinbindAnswer } from '../../src/directory/winbind/answer.ts'

function read(error: string) {
  return readWinbindAnswer(
    new Map([
      ['authenticated', 'No'],
      ['authentication-error', error],
    ]),
  )
}

describe('an answer of ntlm_auth', () => {
  // Texts as Samba 4.17 writes them.
  for (const [kind, text, name, number] of [
    [
      'wrong',
      'When trying to update a password, this return status indicates that the value provided as the current password is not correct.',
      'NT_STATUS_WRONG_PASSWORD',
      '0xC000006A',
    ],
    [
      'wrong',
      'The attempted logon is invalid. This is either due to a bad username or authentication information.',
      'NT_STATUS_LOGON_FAILURE',
      '0xC000006D',
    ],
    ['wrong', 'The specified account does not exist.', 'NT_STATUS_NO_SUCH_USER', '0xC0000064'],
    [
      'locked',
      'The user account has been automatically locked because too many invalid logon attempts or password change attempts have been requested.',
      'NT_STATUS_ACCOUNT_LOCKED_OUT',
      '0xC0000234',
    ],
    [
      'disabled',
      'The referenced account is currently disabled and cannot be logged on to.',
      'NT_STATUS_ACCOUNT_DISABLED',
      '0xC0000072',
    ],
    ['expired', 'The user account has expired.', 'NT_STATUS_ACCOUNT_EXPIRED', '0xC0000193'],
    [
      'must-change',
      'The user account password has expired.',
      'NT_STATUS_PASSWORD_EXPIRED',
      '0xC0000071',
    ],
    [
      'must-change',
      'The user password must be changed before logging on the first time.',
      'NT_STATUS_PASSWORD_MUST_CHANGE',
      '0xC0000224',
    ],
    [
      'restricted',
      'Indicates a referenced user name and authentication information are valid, but some user account restriction has prevented successful authentication (such as time-of-day restrictions).',
      'NT_STATUS_ACCOUNT_RESTRICTION',
      '0xC000006E',
    ],
    [
      'restricted',
      'The user account has time restrictions and cannot be logged onto at this time.',
      'NT_STATUS_INVALID_LOGON_HOURS',
      '0xC000006F',
    ],
    [
      'restricted',
      'The user account is restricted so that it cannot be used to log on from the source workstation.',
      'NT_STATUS_INVALID_WORKSTATION',
      '0xC0000070',
    ],
    [
      'down',
      'No logon servers are currently available to service the logon request.',
      'NT_STATUS_NO_LOGON_SERVERS',
      '0xC000005E',
    ],
    [
      'down',
      'A domain controller for this domain was not found.',
      'NT_STATUS_DOMAIN_CONTROLLER_NOT_FOUND',
      '0xC0000233',
    ],
    [
      'down',
      'The logon request failed because the trust relationship between this workstation and the primary domain failed.',
      'NT_STATUS_TRUSTED_RELATIONSHIP_FAILURE',
      '0xC000018D',
    ],
  ] as const) {
    for (const said of [text, name, `${name} (${number})`, number]) {
      it(`means ${kind}: ${said.slice(0, 60)}`, () => {
        expect(read(said).kind).to.equal(kind)
      })
    }
  }

  it('is trouble of this machine where winbindd does not answer', () => {
    expect(read('Reading winbind reply failed!')).to.deep.equal({
      kind: 'down',
      detail: 'ntlm_auth: Reading winbind reply failed!',
    })
  })

  it('says nothing about the password, and does not mean an outage, where it is not known', () => {
    for (const said of ['The authentication failed because NTLM was blocked.', 'x'.repeat(5_000)]) {
      const verdict = read(said)
      expect(verdict.kind).to.equal('not-checkable')
      expect(verdict).to.have.property('detail').that.has.length.below(250)
    }
    expect(readWinbindAnswer(new Map([['error', 'No username supplied!']]))).to.deep.equal({
      kind: 'not-checkable',
      detail: 'ntlm_auth: No username supplied!',
    })
    expect(readWinbindAnswer(new Map())).to.have.property('kind', 'not-checkable')
  })

  it('does not accept with a session key that is malformed', () => {
    for (const key of ['', '00', 'g'.repeat(32), '0'.repeat(33)]) {
      const answer = new Map([
        ['authenticated', 'Yes'],
        ['user-session-key', key],
      ])
      expect(readWinbindAnswer(answer)).to.have.property('kind', 'down')
    }
  })
})
