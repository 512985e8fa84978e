import { expect } from 'chai'
import type { Entry } from 'ldapts'
import { DirectoryError } from '../../../src/directory/index.ts'
import { changePassword, changesPasswords } from '../../../src/directory/ldap/change-password.ts'
import type { LdapConnection } from '../../../src/directory/ldap/connections/connection.ts'
import { createFailover } from '../../../src/directory/ldap/connections/failover.ts'
import type { LdapServer } from '../../../src/directory/ldap/connections/server.ts'
import { type LdapOptions, readLdapOptions } from '../../../src/directory/ldap/options.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { ldapDefaults } from './ldap-defaults.ts'

const options: LdapOptions = {
  ...ldapDefaults,
  name: 'corp',
  kind: 'ad',
  servers: [{ url: 'ldaps://dc1.corp.example' }],
  bindDn: 'holdfast@corp.example',
  bindPassword: new Secret('account secret'),
  baseDn: 'DC=corp,DC=example',
  nestedGroups: 'none',
  phoneAttributes: [],
  defaultRegion: 'NL',
}
const nowMs = Date.UTC(2026, 0, 15)
const dn = 'CN=Renate Neumann,DC=corp,DC=example'
const user = {
  ...{ key: 'corp:1', directory: 'corp', name: 'renate', displayName: 'Renate Neumann' },
  ...{ groups: [], phones: [], dn },
}

type Script = {
  readonly code: number
  readonly text: string
  readonly domain?: Readonly<Record<string, string>>
  readonly pwdLastSet?: string
}

/** A controller that says one thing to the change, and has these entries. */
function controller({ code, text, domain, pwdLastSet }: Script) {
  const sent: { dn: string; attribute: string; old: string; next: string }[] = []
  const connection: LdapConnection = {
    url: 'ldaps://dc1.corp.example',
    async exchange(target, attribute, old, next) {
      const [before, after] = [old, next].map((bytes) => bytes.toString('utf16le'))
      sent.push({ dn: target, attribute, old: before ?? '', next: after ?? '' })
      return { code, text }
    },
    async search({ base }) {
      const person = pwdLastSet === undefined ? {} : { pwdLastSet }
      const entry: Entry = { dn: base, ...(base === dn ? person : domain) }
      return [entry]
    },
    bind: () => Promise.reject(new Error('nobody binds here')),
    certificate: () => undefined,
    pages: () => expect.fail(),
    isOpen: () => true,
    close() {},
  }
  return { connection, sent }
}

function change(connection: LdapConnection, chosen: string) {
  const passwords = { old: new Secret('Old "1"'), chosen: new Secret(chosen) }
  const settings = readLdapOptions(options)
  return changePassword(connection, settings, createManualClock(nowMs), { user, dn, ...passwords })
}

const refusal = '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0'
const domain = { minPwdLength: '10', pwdProperties: '1', minPwdAge: '-864000000000' }
/** 100 ns since 1601. */
const fileTime = (ms: number) => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n)

describe('changing a password in Active Directory', () => {
  it('takes the old value away and adds the new one, in quotes and UTF-16', async () => {
    const { connection, sent } = controller({ code: 0, text: '' })
    expect(await change(connection, 'Grüße')).to.deep.equal({ kind: 'changed' })
    expect(sent).to.deep.equal([{ dn, attribute: 'unicodePwd', old: '"Old "1""', next: '"Grüße"' }])
  })

  for (const [what, chosen, script, expected] of [
    ['too few characters', 'Short-1', {}, { kind: 'too-short', atLeast: 10 }],
    ['two kinds of characters', 'long-and-simple', {}, { kind: 'too-simple' }],
    ['the login name', 'My-RENATE-2026', {}, { kind: 'too-simple' }],
    ['a part of the display name', 'My-neumann-2026', {}, { kind: 'too-simple' }],
    ['nothing to be seen', 'Fine-Enough-2026', {}, { kind: 'refused' }],
    ['three kinds, one of them from elsewhere', '密码密码密码-123', {}, { kind: 'refused' }],
    [
      'no demand for kinds',
      'long-and-simple',
      { domain: { ...domain, pwdProperties: '0' } },
      { kind: 'refused' },
    ],
    [
      'a change yesterday, less an hour',
      'Short-1',
      { pwdLastSet: fileTime(nowMs - 23 * 3_600_000) },
      { kind: 'too-soon' },
    ],
    [
      'a change yesterday',
      'Fine-Enough-2026',
      { pwdLastSet: fileTime(nowMs - 25 * 3_600_000) },
      { kind: 'refused' },
    ],
    [
      'a change that was ordered',
      'Short-1',
      { pwdLastSet: '0' },
      { kind: 'too-short', atLeast: 10 },
    ],
    ['a policy that is hidden', 'x', { domain: {} }, { kind: 'refused' }],
    [
      'a policy that is garbage',
      'x',
      { domain: { minPwdLength: 'ten', pwdProperties: '', minPwdAge: '1e9' }, pwdLastSet: '-' },
      { kind: 'refused' },
    ],
  ] as const) {
    it(`finds the reason of a refusal: ${what}`, async () => {
      const { connection } = controller({ code: 53, text: refusal, domain, ...script })
      expect(await change(connection, chosen)).to.deep.equal(expected)
    })
  }

  for (const [code, text, kind] of [
    [19, '00000056: AtrErr: DSID-03191083, #1: problem 1005', 'old-wrong'],
    [19, '00000775: Password change not permitted, account locked out!', 'locked'],
    [50, '00000005: SecErr: DSID-031A11ED, problem 4003 (INSUFF_ACCESS_RIGHTS)', 'not-permitted'],
    [53, '0000001F: SvcErr: DSID-031A126C, problem 5003', 'not-permitted'],
    [19, '', 'not-permitted'],
    [80, `\u0007${'x'.repeat(5_000)}`, 'not-permitted'],
    [19, 'no 0000052D: at the front', 'not-permitted'],
  ] as const) {
    it(`reads result ${code}, ${JSON.stringify(text.slice(0, 20))}, as ${kind}`, async () => {
      const result = await change(controller({ code, text }).connection, 'Fine-Enough-2026')
      expect(result.kind).to.equal(kind)
      expect(JSON.stringify(result).length).to.be.lessThan(300)
    })
  }

  it('repeats neither password where the server quotes them', async () => {
    const text = 'quality check: "Fine-Enough-2026" resembles "Old "1""'
    const result = await change(controller({ code: 80, text }).connection, 'Fine-Enough-2026')
    expect(result).to.deep.equal({
      kind: 'not-permitted',
      detail: 'LDAP result 80: quality check: "[secret]" resembles "[secret]"',
    })
  })

  it('says refused where the policy cannot be asked for', async () => {
    const { connection } = controller({ code: 19, text: refusal })
    connection.search = () => Promise.reject(new DirectoryError('no-answer', 'connection lost'))
    expect(await change(connection, 'x')).to.deep.equal({ kind: 'refused' })
  })

  it('is done in Active Directory only, with TLS to every server, unless switched off', () => {
    const plain = { servers: [{ url: 'ldap://dc1.corp.example' }], insecurePlaintext: true }
    const mixed = { ...plain, servers: [...options.servers, ...plain.servers] }
    const startTls = { servers: [{ url: 'ldap://dc1.corp.example' }], startTls: true }
    const can = (change: Partial<LdapOptions>) =>
      changesPasswords(readLdapOptions({ ...options, ...change }))
    expect([{}, startTls].map(can)).to.deep.equal([true, true])
    const not = [plain, mixed, { passwordChange: false }, { kind: 'openldap' as const }]
    expect(not.map(can)).to.deep.equal([false, false, false, false])
  })
})

describe('a change at one of several servers', () => {
  function server(
    url: string,
    fails: 'server-down' | 'no-answer' | 'read-only' | undefined,
    asked: string[],
  ) {
    const stub: Partial<LdapServer> = {
      url,
      down: () => undefined,
      async change() {
        asked.push(url)
        if (fails !== undefined) throw new DirectoryError(fails, 'connection lost')
        return 'done' as never
      },
    }
    return stub as LdapServer
  }

  it('goes to the next where nothing was asked, and never twice where it may be done', async () => {
    const asked: string[] = []
    const work = () => Promise.resolve()
    const next = createFailover([server('a', 'server-down', asked), server('b', undefined, asked)])
    expect(await next.change(work)).to.equal('done')
    const lost = createFailover([server('c', 'no-answer', asked), server('d', undefined, asked)])
    const error: unknown = await lost.change(work).catch((reason) => reason)
    expect(error).to.include({ code: 'no-answer' })
    expect(asked).to.deep.equal(['a', 'b', 'c'])
  })

  it('goes past a read-only controller, which refers to another', async () => {
    const { connection } = controller({ code: 10, text: '0000202B: RefErr: DSID-03100835' })
    const refused: unknown = await change(connection, 'New-Passw0rd').catch((reason) => reason)
    expect(refused).to.include({ code: 'read-only' })
    const asked: string[] = []
    const work = () => Promise.resolve()
    const both = createFailover([server('a', 'read-only', asked), server('b', undefined, asked)])
    expect(await both.change(work)).to.equal('done')
    const alone = createFailover([server('a', 'read-only', asked)])
    expect(await alone.change(work).catch((reason) => reason)).to.include({ code: 'read-only' })
    const down = createFailover([
      server('a', 'read-only', asked),
      server('c', 'server-down', asked),
    ])
    expect(await down.change(work).catch((reason) => reason)).to.include({ code: 'server-down' })
  })
})
