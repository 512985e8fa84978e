import { expect } from 'chai'
import type { LdapDirectory } from '../../../src/directory/index.ts'
import type { PasswordChange } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { type RadclientReply, radclient } from '../radclient.ts'
import { type Service, startService } from '../service.ts'
import { bareConfig, codeOf, enrolApps, seedOf } from '../service-config.ts'
import { corpDirectory, needSamba, replaceValue } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'

const seed = seedOf('renate')

describe('a password that Active Directory wants changed', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let samba: Samba

  before(async function () {
    needSamba(this, 'radclient')
    samba = await startSamba()
  })

  /** From now on the person must change it. */
  const expire = (user: string) => replaceValue(samba, dnOf(user), 'pwdLastSet', '0')

  describe('over RADIUS', () => {
    let service: Service
    before(async () => {
      service = await startService((place) =>
        JSON.stringify({
          ...bareConfig(place),
          directories: { corp: corpDirectory(samba, place.folder, { phone_attributes: [] }) },
          gateways: { vpn: { address: '127.0.0.1', secret: 'testing123', patience: '15s' } },
        }),
      )
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

    it('is changed after the code; then the new one counts and the old one does not', async () => {
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
    afterEach(closeDirectories)

    async function change(
      directory: LdapDirectory,
      user: string,
      old: string,
      chosen: string,
    ): Promise<PasswordChange> {
      const found = await findUser(directory, user)
      if (directory.changePassword === undefined) throw new Error(user)
      const passwords = { old: new Secret(old), chosen: new Secret(chosen) }
      return directory.changePassword(found, passwords)
    }

    it('says why, of a password that was changed a moment ago too', async () => {
      const directory = openDirectory(samba)
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
      const startTls = openDirectory(samba, { servers: [{ url: samba.ldapUrl }], startTls: true })
      const passwords = [labPassword, 'Start-Tls-Passw0rd'] as const
      expect(await change(startTls, 'recent', ...passwords)).to.deep.equal({ kind: 'changed' })
      const plain = openDirectory(samba, {
        servers: [{ url: samba.ldapUrl }],
        insecurePlaintext: true,
      })
      expect(plain.changePassword).to.equal(undefined)
      expect(openDirectory(samba, { passwordChange: false }).changePassword).to.equal(undefined)
    })

    it('is not permitted to an unknown user, and never says right', async () => {
      const directory = openDirectory(samba)
      const ghost = { ...(await findUser(directory, 'recent')), dn: dnOf('ghost') }
      const passwords = { old: new Secret(labPassword), chosen: new Secret('Ghost-Passw0rd') }
      const result = await directory.changePassword?.(ghost, passwords)
      expect(result).to.include({ kind: 'not-permitted' })
    })
  })
})
