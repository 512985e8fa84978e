import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Attribute, Change, Client } from 'ldapts'
import type { LdapOptions } from '../../src/directory/index.ts'
import { createLdapDirectory, type LdapDirectory } from '../../src/directory/ldap-directory.ts'
import type { PasswordChange } from '../../src/signin/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { needProgram, needRoot } from './need.ts'
import { type RadclientReply, radclient } from './radclient.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, seedOf } from './service-config.ts'

const never = new AbortController().signal
const seed = seedOf('renate')

describe('a password that Active Directory wants changed', function () {
  this.timeout(60_000)
  this.slow(5_000)
  let samba: Samba

  before(async function () {
    needRoot(this)
    for (const program of ['samba', 'radclient']) needProgram(program, this)
    samba = await startSamba()
  })

  /** From now on the person must change it. */
  async function expire(user: string): Promise<void> {
    const admin = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: samba.ca } })
    await admin.bind(samba.adminDn, samba.password)
    const modification = new Attribute({ type: 'pwdLastSet', values: ['0'] })
    await admin.modify(dnOf(user), new Change({ operation: 'replace', modification }))
    await admin.unbind()
  }

  describe('over RADIUS', () => {
    let service: Service
    before(async () => {
      service = await startService(({ port, httpPort, folder }) => {
        writeFileSync(join(folder, 'ca.pem'), samba.ca)
        return JSON.stringify({
          insecure_demo: true,
          listen: [`127.0.0.1:${port}`],
          http: { listen: `127.0.0.1:${httpPort}` },
          store: 'temporary',
          admin_socket: join(folder, 'admin.sock'),
          directories: {
            corp: {
              type: 'ldap',
              servers: samba.ldapsUrl,
              ca_file: join(folder, 'ca.pem'),
              bind_dn: samba.bindDn,
              bind_password: samba.password,
              base_dn: samba.baseDn,
              phone_attributes: [],
            },
          },
          gateways: { vpn: { address: '127.0.0.1', secret: 'testing123', patience: '15s' } },
        })
      })
      await enrolApps(service, ['renate'])
    })
    after(() => service?.stop())

    /** Types one after the other; each answers the question before. */
    async function type(...typed: readonly string[]): Promise<readonly RadclientReply[]> {
      const replies: RadclientReply[] = []
      for (const each of typed) {
        const { State } = replies.at(-1)?.attributes ?? {}
        const attributes = { 'User-Name': 'renate', 'User-Password': each }
        const more = State === undefined ? {} : { State }
        replies.push(await radclient({ ...attributes, ...more }, { port: service.port }))
      }
      return replies
    }

    const textsOf = (replies: readonly RadclientReply[]) =>
      replies.map(({ attributes }) => attributes['Reply-Message'] ?? '')

    it('is changed behind the code; then the new one counts and the old one does not', async () => {
      const replies = await type(labPassword, codeOf(seed), 'First-Passw0rd', 'First-Passw0rd')
      expect(textsOf(replies).slice(0, 3).join('\n')).to.match(
        /^Enter the code.*\nYour password has expired.*\nEnter the new password once more/,
      )
      expect(replies[1]?.attributes).to.include({ Prompt: 'No-Echo' })
      expect(replies.at(-1)?.kind).to.equal('Access-Accept')
      expect((await type('First-Passw0rd')).at(-1)?.kind).to.equal('Access-Challenge')
      expect((await type(labPassword)).at(-1)?.kind).to.equal('Access-Reject')
    })

    it('may be refused, in words, until one does', async () => {
      await expire('renate')
      // The code of a moment ago is spent; the one to come is good as well.
      const replies = await type(
        'First-Passw0rd',
        codeOf(seed, 1),
        ...['Ab1', 'Ab1'],
        ...['abcdefghijklm', 'abcdefghijklm'],
        ...[labPassword, labPassword],
        ...['Other-Grüße-2', 'Other-Grüße-2'],
      )
      const texts = textsOf(replies)
      expect(texts[3]).to.match(/too short: it needs 7 characters/)
      expect(texts[5]).to.match(/too simple/)
      expect(texts[7]).to.match(/you have used it before/)
      expect(replies.at(-1)?.kind).to.equal('Access-Accept')
      expect((await type('First-Passw0rd')).at(-1)?.kind).to.equal('Access-Reject')
      expect((await type('Other-Grüße-2')).at(-1)?.kind).to.equal('Access-Challenge')
    })
  })

  describe('as the directory sees it, with an account that may do nothing', () => {
    const directories: LdapDirectory[] = []
    afterEach(async () => {
      for (const directory of directories.splice(0)) await directory.close()
    })

    function open(change: Partial<LdapOptions> = {}): LdapDirectory {
      const directory = createLdapDirectory(
        {
          name: 'corp',
          kind: 'ad',
          servers: [{ url: samba.ldapsUrl }],
          ca: samba.ca,
          bindDn: samba.bindDn,
          bindPassword: new Secret(samba.password),
          baseDn: samba.baseDn,
          nestedGroups: 'none',
          phoneAttributes: [],
          defaultRegion: 'NL',
          ...change,
        },
        { clock: systemClock },
      )
      directories.push(directory)
      return directory
    }

    async function change(
      directory: LdapDirectory,
      user: string,
      old: string,
      chosen: string,
    ): Promise<PasswordChange> {
      const found = await directory.resolve(user, never)
      if (found.kind !== 'user' || directory.changePassword === undefined) throw new Error(user)
      const passwords = { old: new Secret(old), chosen: new Secret(chosen) }
      return directory.changePassword(found.user, passwords)
    }

    it('says why, of a password that was changed a moment ago too', async () => {
      const directory = open()
      const tooSoon = await change(directory, 'recent', labPassword, 'Recent-Passw0rd')
      expect(tooSoon).to.deep.equal({ kind: 'too-soon' })
      await expire('recent')
      const wrong = await change(directory, 'recent', 'Wrong-Passw0rd', 'Recent-Passw0rd')
      expect(wrong).to.deep.equal({ kind: 'old-wrong' })
      const withName = await change(directory, 'recent', labPassword, 'recent7')
      expect(withName).to.deep.equal({ kind: 'too-simple' })
    })

    it('goes over StartTLS, and nowhere without TLS or where it is switched off', async () => {
      await expire('recent')
      const startTls = open({ servers: [{ url: samba.ldapUrl }], startTls: true })
      const passwords = [labPassword, 'Start-Tls-Passw0rd'] as const
      expect(await change(startTls, 'recent', ...passwords)).to.deep.equal({ kind: 'changed' })
      const plain = open({ servers: [{ url: samba.ldapUrl }], insecurePlaintext: true })
      expect(plain.changePassword).to.equal(undefined)
      expect(open({ passwordChange: false }).changePassword).to.equal(undefined)
    })

    it('is not permitted to somebody who is not there, and never says right', async () => {
      const directory = open()
      const found = await directory.resolve('recent', never)
      if (found.kind !== 'user') throw new Error('recent is gone')
      const ghost = { ...found.user, dn: dnOf('ghost') }
      const passwords = { old: new Secret(labPassword), chosen: new Secret('Ghost-Passw0rd') }
      const result = await directory.changePassword?.(ghost, passwords)
      expect(result).to.include({ kind: 'not-permitted' })
    })
  })
})
