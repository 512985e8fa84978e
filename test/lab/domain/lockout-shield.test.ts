import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { Client } from 'ldapts'
import {
  createShieldMemory,
  type LdapDirectory,
  type LdapOptions,
} from '../../../src/directory/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import { holdfast } from '../cli.ts'
import { openGateway, type TestGateway } from '../gateway.ts'
import { asAdmin, closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { type Service, startService } from '../service.ts'
import { bareConfig, codeOf, enrolApps, newestAuditRow, seedOf } from '../service-config.ts'
import { corpDirectory, needSamba } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf, labPassword } from './samba-people.ts'

const run = promisify(execFile)

describe('lockout shield against Active Directory (RULES 29)', function () {
  this.timeout(600_000)
  this.slow(4_000)
  let samba: Samba

  before(async function () {
    needSamba(this)
    samba = await startSamba()
  })

  /** As a computer of the domain would: past Holdfast. */
  async function signInElsewhere(name: string, password: string): Promise<boolean> {
    const client = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.ca] } })
    try {
      await client.bind(dnOf(name), password)
      return true
    } catch {
      return false
    } finally {
      await client.unbind()
    }
  }

  /** What the controller counts. */
  async function status(name: string): Promise<{ wrong: number; isLocked: boolean }> {
    const attributes = ['badPwdCount', 'lockoutTime']
    const { searchEntries } = await asAdmin(samba, (admin) =>
      admin.search(dnOf(name), { scope: 'base', attributes }),
    )
    const [entry] = searchEntries
    return { wrong: Number(entry?.badPwdCount), isLocked: Number(entry?.lockoutTime ?? 0) > 0 }
  }

  describe('through the service', () => {
    let service: Service
    let gateway: TestGateway

    before(async () => {
      const vpn = { address: '127.0.0.1', secret: 'testing123', flow: 'append', patience: '20s' }
      service = await startService((place) =>
        JSON.stringify({
          ...bareConfig(place),
          directories: { corp: corpDirectory(samba, place.folder, { phone_attributes: [] }) },
          gateways: { vpn },
        }),
      )
      gateway = await openGateway({ port: service.port })
      await enrolApps(service, ['sprayed'])
    })
    after(async () => {
      gateway?.close()
      await service?.stop()
    })

    const signIn = (password: string) => gateway.signIn({ user: 'sprayed', password }, 15_000)
    const rightOne = (steps = 0) => `${labPassword},${codeOf(seedOf('sprayed'), steps)}`

    it('never locks the account, however many try at once, and tells no one', async () => {
      const tries = Array.from({ length: 40 }, (_, index) => signIn(`Wrong-${index}`))
      const replies = await Promise.all(tries)
      const texts = new Set(replies.map((reply) => reply?.message.replace(/Ref \w+/, '')))
      expect(replies.every((reply) => reply?.kind === 'reject')).to.equal(true)
      expect(texts.size).to.equal(1)
      for (const reply of replies) expect(reply?.tookMs).to.be.greaterThan(900)
      expect(await status('sprayed')).to.deep.equal({ wrong: 2, isLocked: false })
    })

    it('does not ask the directory for the right password either, and says why in the audit', async () => {
      expect((await signIn(rightOne(-1)))?.kind).to.equal('reject')
      const row = await newestAuditRow(service)
      expect(row).to.contain('"reason":"lockout-shield"')
      expect(row).to.match(/"lockout-shield","detail":\{"wrong":2,"threshold":3,"until":"/)
      expect(await status('sprayed')).to.deep.equal({ wrong: 2, isLocked: false })
    })

    it('is told by user show, unlock, why and explain, and unlock ends nothing of it', async () => {
      const shielded =
        /shielded by the directory's lockout until (\d{4}-\d\d-\d\d )?\d\d:\d\d \(2 wrong passwords\)/
      const ask = async (...argv: string[]) => {
        const { code, stdout, stderr } = await holdfast([...argv, '--config', service.configFile])
        expect(code, stderr).to.equal(0)
        return stdout
      }
      const shown = await ask('user', 'show', 'sprayed')
      expect(shown).to.match(shielded)
      expect(shown).to.match(/State +not locked here\n/)
      // No rule asks for groups here.
      expect(shown).to.match(/Groups +.*domain users/)
      const unlocked = await ask('user', 'unlock', 'sprayed')
      expect(unlocked).to.match(shielded).and.not.include('free to sign in')
      const explained = await ask('explain', 'sprayed', '--gateway', 'vpn')
      expect(explained).to.match(shielded).and.include('is refused: lockout-shield')
      expect(await ask('why', 'sprayed')).to.match(shielded)
      expect(await status('sprayed')).to.deep.equal({ wrong: 2, isLocked: false })
    })

    it('leaves the person their computer, and lets them in again after that', async () => {
      expect(await signInElsewhere('sprayed', labPassword)).to.equal(true)
      const waited = Date.now() + 30_000
      // The directory has forgotten the wrong ones; what was read before counts for a second.
      let reply = await signIn(rightOne())
      while (reply?.kind !== 'accept' && Date.now() < waited) reply = await signIn(rightOne(1))
      expect(reply?.kind).to.equal('accept')
      const shown = await holdfast(['user', 'show', 'sprayed', '--config', service.configFile])
      expect(shown.stdout).to.match(/State +free\nDirectory +the account may sign in/)
    })
  })

  describe('with a fine-grained policy of two', () => {
    const wrong = new Secret('Wrong-Passw0rd')

    before(async () => {
      const settingsTool = async (...args: string[]) =>
        run('samba-tool', [
          ...['domain', 'passwordsettings', 'pso', ...args],
          ...['-H', `${samba.folder}/private/sam.ldb`, '-s', samba.configFile],
        ])
      await settingsTool(
        ...['create', 'two-strikes', '10', '--account-lockout-threshold=2'],
        ...['--account-lockout-duration=1', '--reset-account-lockout-after=1'],
        ...['--history-length=0', '--complexity=on', '--store-plaintext=off'],
        ...['--min-pwd-length=7', '--min-pwd-age=0', '--max-pwd-age=0'],
      )
      await settingsTool('apply', 'two-strikes', 'strict')
    })
    after(closeDirectories)

    async function tryWrong(directory: LdapDirectory): Promise<string> {
      const credential = { kind: 'pap', password: wrong, wellFormed: true } as const
      const user = await findUser(directory, 'strict')
      const verified = await directory.verify(user, credential, new AbortController().signal)
      return verified.kind === 'shielded'
        ? `${verified.wrong} of ${verified.threshold}`
        : verified.kind
    }

    for (const [title, account, expected] of [
      ['an account that may not read it takes the strictest', 'holdfast', '1 of 3'],
      ['an account that may read it goes by it', 'Administrator', '1 of 2'],
    ] as const) {
      it(title, async () => {
        expect(await signInElsewhere('strict', labPassword)).to.equal(true)
        const directory = openDirectory(samba, { bindDn: dnOf(account) })
        const tries: string[] = []
        for (let left = 4; left > 0; left--) tries.push(await tryWrong(directory))
        expect(tries).to.deep.equal(['wrong', expected, expected, expected])
        expect(await status('strict')).to.deep.equal({ wrong: 1, isLocked: false })
      })
    }

    it('check says which right is missing, and what is taken for what cannot be read', async () => {
      const rowsOf = async (change: Partial<LdapOptions>) =>
        (await openDirectory(samba, change).check()).map(({ what, ...row }) => ({
          ...row,
          what: what.slice(`corp ${samba.ldapsUrl} `.length),
        }))
      const row = async (change: Partial<LdapOptions>, wanted: string) =>
        (await rowsOf(change)).find(({ what }) => what === wanted)
      expect(await row({}, 'lockout shield')).to.include({
        ok: true,
        detail: '3 wrong passwords lock, counted for 1 min',
        remedy: '',
      })
      const hidden = await row({}, 'fine-grained policies')
      expect(hidden?.detail).to.match(/^1 of 1 may not be read; .* 3 wrong passwords lock/)
      expect(hidden?.remedy).to.contain('Password Settings Container')
      expect(await row({ bindDn: samba.adminDn }, 'fine-grained policies')).to.include({
        detail: '1, all readable',
        remedy: '',
      })
      const byHand = { threshold: 2, windowMs: 600_000 }
      expect(await row({ lockoutShield: byHand }, 'lockout shield')).to.include({
        detail: 'by hand: 2 wrong passwords lock, counted for 10 min',
      })
      expect(await row({ lockoutShield: 'off' }, 'lockout shield')).to.include({ detail: 'off' })
      expect((await row({}, 'clock'))?.detail).to.match(/^differs from ours by \d s$/)
      expect((await row({}, 'lockout counts'))?.detail).to.contain('this is the PDC emulator')
    })

    it('counts tries that no one waits for any more', async () => {
      expect(await signInElsewhere('strict', labPassword)).to.equal(true)
      const directory = openDirectory(samba, { bindDn: samba.adminDn })
      const user = await findUser(directory, 'strict')
      const tries = Array.from({ length: 12 }, async (_, index) => {
        const leaving = new AbortController()
        setTimeout(() => leaving.abort(), index)
        const credential = { kind: 'pap', password: wrong, wellFormed: true } as const
        return directory.verify(user, credential, leaving.signal)
      })
      await Promise.all(tries)
      // Has its turn when all of them have ended, and is the first where none of them came that far.
      await tryWrong(directory)
      expect(await tryWrong(directory)).to.equal('1 of 2')
      expect(await status('strict')).to.deep.equal({ wrong: 1, isLocked: false })
    })

    it('counts for the configuration before a reload and the one after it together', async () => {
      expect(await signInElsewhere('strict', labPassword)).to.equal(true)
      const shieldMemory = createShieldMemory(systemClock)
      const both = [1, 2].map(() =>
        openDirectory(samba, { bindDn: samba.adminDn }, { shieldMemory }),
      )
      await Promise.all(both.flatMap((each) => [1, 2, 3, 4].map(() => tryWrong(each))))
      expect(await status('strict')).to.deep.equal({ wrong: 1, isLocked: false })
    })

    it('counts what came by other ways, and locks where it is switched off', async () => {
      expect(await signInElsewhere('strict', labPassword)).to.equal(true)
      expect(await signInElsewhere('strict', 'Wrong-Passw0rd')).to.equal(false)
      expect(await tryWrong(openDirectory(samba, { bindDn: samba.adminDn }))).to.equal('1 of 2')
      expect(await tryWrong(openDirectory(samba, { lockoutShield: 'off' }))).to.equal('wrong')
      expect((await status('strict')).isLocked).to.equal(true)
      expect(await tryWrong(openDirectory(samba, { bindDn: samba.adminDn }))).to.equal('locked')
    })
  })
})
