import { expect } from 'chai'
import type {
  Authenticator,
  PersonChange,
  PhoneAuthenticator,
  PhoneNotice,
  ReportStop,
  ToldPerson,
  User,
} from '../../../src/accounts/index.ts'
import { createNotices, type NoticeFate, type NoticeService } from '../../../src/methods/index.ts'
import type { Manager, Notice, SendResult, Texts } from '../../../src/signin/index.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { flush } from '../../signin/harness.ts'
import { createStores } from '../../signin/stores.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { mailbox, phone } from '../prompt-request.ts'

const person: User = {
  key: 'local:alice',
  directory: 'local',
  name: 'alice',
  displayName: 'Alice',
  groups: [],
  phones: [],
  email: 'alice@corp.example',
}
const privateMail: Authenticator = { ...mailbox, id: 'a3', address: 'alice@home.example' }
const newApp: Authenticator = {
  ...{ id: 'app', userKey: person.key, label: '', createdAtMs: 0, method: 'totp' },
  ...{ seed: new Uint8Array(20), algorithm: 'sha1', digits: 6, periodSeconds: 30 },
  ...{ driftSteps: 0, lastStep: -1 },
}
const added = (authenticator: Authenticator): PersonChange => ({
  kind: 'authenticator-added',
  authenticator,
})
const reported = (stopped: ReportStop): PersonChange & { readonly kind: 'reported' } => ({
  ...{ kind: 'reported', how: 'call', gateway: 'vpn', signInId: 'abc123', from: '203.0.113.9' },
  stopped,
})
const silentPhone: Authenticator = {
  ...{ method: 'push', id: 'p1', userKey: 'corp:1', label: '', createdAtMs: 0 },
  publicKey: new Uint8Array(91),
}
/** Every kind of change there is. */
const changes: { readonly [Kind in PersonChange['kind']]: PersonChange } = {
  'authenticator-added': added(newApp),
  'authenticator-removed': { kind: 'authenticator-removed', authenticator: phone },
  'authenticator-renamed': { kind: 'authenticator-renamed', authenticator: mailbox },
  'phone-changed': { kind: 'phone-changed', before: phone, authenticator: phone },
  'default-changed': { kind: 'default-changed', method: 'sms' },
  'password-changed': { kind: 'password-changed' },
  'helpdesk-code-made': { kind: 'helpdesk-code-made', untilMs: 1_750_000_000_000 },
  unlocked: { kind: 'unlocked' },
  blocked: { kind: 'blocked' },
  'bypass-given': { kind: 'bypass-given', untilMs: 1_750_000_000_000 },
  'bypass-ended': { kind: 'bypass-ended' },
  reset: { kind: 'reset', authenticators: [phone] },
  'recovery-code-used': { kind: 'recovery-code-used' },
  'phone-silent': { kind: 'phone-silent', authenticator: silentPhone },
  'prompts-paused': { kind: 'prompts-paused', gateway: 'VPN', untilMs: 1_750_000_000_000 },
  reported: reported('prompts'),
  'change-reported': {
    ...{ kind: 'change-reported', text: 'New way to sign in: a passkey.', stopped: 'account' },
    madeAtMs: 1_750_000_000_000,
  },
}
/** What tells a reader to leave it, in five languages: the sentence that attackers count on. */
const leaveIt =
  /ignore|disregard|negeer|negeren|ignorier|ignorez|ignorer|ignore|no haga caso|tenez pas compte|tenir compte/i

describe('notices of changes (PEOPLE R7)', () => {
  let clock: ManualClock
  let notices: NoticeService
  let enrolled: Authenticator[]
  let sent: (Notice & { by: string })[]
  let fates: NoticeFate[]
  let noWay: string[]
  let onPhones: PhoneNotice[]
  let rung: string[][]
  let answer: (notice: Notice) => Promise<SendResult>
  let textsPerDay: number
  let language: string | undefined
  let methods: readonly string[]
  let texts: Texts
  let listed: () => Promise<readonly Authenticator[]>
  let onError: (error: unknown) => void
  let inDirectory: User | undefined
  let security: readonly string[]
  let managerOf: () => Promise<Manager | undefined>

  beforeEach(() => {
    clock = createManualClock()
    enrolled = []
    sent = []
    fates = []
    noWay = []
    onPhones = []
    rung = []
    answer = async () => ({ kind: 'sent' })
    textsPerDay = 1000
    language = undefined
    methods = ['email', 'sms']
    texts = createTexts({ defaultLanguage: 'en' })
    listed = async () => [...enrolled]
    onError = (error) => {
      throw error
    }
    inDirectory = undefined
    security = []
    managerOf = async () => undefined
    const stores = createStores(clock)
    const carry = (by: string) => ({
      tell: (notice: Notice) => {
        sent.push({ ...notice, by })
        return answer(notice)
      },
    })
    notices = createNotices({
      clock,
      authenticators: { list: () => listed() },
      limits: stores.limits,
      bell: () => ({ tell: (phones) => rung.push(phones.map(({ id }) => id)) }),
      phoneNotices: { add: async (notice) => void onPhones.push(notice) },
      settings: () => ({
        methods: new Map(methods.map((by) => [by, carry(by)])),
        texts,
        contact: { helpdesk: '+31 20 555 1234', portal: 'https://mfa.example.com/' },
        security,
        textsPerDay,
      }),
      lookUp: async () => inDirectory,
      managerOf: () => managerOf(),
      languageOf: async () => language,
      observer: {
        onFate: (fate) => fates.push(fate),
        onNoWay: (name) => noWay.push(name),
        onError: (error) => onError(error),
      },
    })
  })
  afterEach(() => notices.stop())

  async function tell(
    change: PersonChange,
    by: 'self' | 'administrator' = 'self',
    who: ToldPerson = person,
  ): Promise<void> {
    notices.tell(who, change, by)
    await flush()
  }

  const receivers = () => sent.map(({ to }) => to).toSorted()

  it('wait on every phone that approves sign-ins', async () => {
    const publicKey = new Uint8Array(91)
    enrolled = [{ ...phone, id: 'approves', method: 'push', publicKey } as Authenticator]
    await tell(changes['authenticator-added'])
    expect(onPhones.map(({ kind }) => kind)).to.deep.equal(['authenticator-added'])
    await tell(changes['authenticator-added'], 'self', { ...person, key: 'local:other' })
    expect(onPhones.map(({ userKey }) => userKey)).to.deep.equal([person.key, 'local:other'])
    expect(rung).to.deep.equal([['approves'], ['approves']])
  })

  it('ring the phones that were there before, and not for each of a flood', async () => {
    const publicKey = new Uint8Array(91)
    const [old, added] = ['old', 'new'].map(
      (id) => ({ ...phone, id, method: 'push', publicKey }) as Authenticator,
    )
    enrolled = [old, added] as Authenticator[]
    await tell({ kind: 'authenticator-added', authenticator: added as Authenticator })
    expect(rung).to.deep.equal([['old']])
    for (let times = 0; times < 40; times++) await tell(changes['authenticator-renamed'])
    expect(rung).to.have.length(20)
    expect(onPhones).to.have.length(41)
  })

  it('go to every mail address and every phone, and not to what was added', async () => {
    enrolled = [phone, privateMail, { ...phone, id: 'new', method: 'sms', phone: '+31600000001' }]
    await tell(added({ ...phone, id: 'new', method: 'sms', phone: '+31600000001' }))
    expect(receivers()).to.deep.equal(['+31612345678', 'alice@corp.example', 'alice@home.example'])
  })

  describe('to the manager (PEOPLE R4)', () => {
    const made = changes['helpdesk-code-made']
    const boss = { email: 'boss@corp.example', language: 'nl' }
    const toBoss = () => sent.filter(({ to }) => to === boss.email)

    it('tell of a code of the helpdesk, in the manager’s language, and of nothing else', async () => {
      managerOf = async () => boss
      await tell(made, 'administrator')
      expect(receivers()).to.deep.equal(['alice@corp.example', 'boss@corp.example'])
      const [mail] = toBoss()
      expect(mail).to.include({ by: 'email', subject: 'Een aanmeldcode voor Alice' })
      expect(mail?.text).to.match(/^Uw helpdesk heeft een code gemaakt voor Alice uit uw team\./)
      expect(mail?.text)
        .to.include('bel dan meteen +31 20 555 1234')
        .and.not.include('https://mfa.example.com/')
      expect(mail?.text).to.not.match(leaveIt)
      sent.splice(0)
      for (const [kind, change] of Object.entries(changes)) {
        if (kind !== made.kind) await tell(change, 'administrator')
      }
      expect(sent.length).to.be.above(0)
      expect(toBoss()).to.deep.equal([])
    })

    it('are said in every language, with all their values', async () => {
      for (const each of ['en', 'de', 'nl', 'fr', 'es']) {
        managerOf = async () => ({ email: `${each}@corp.example`, language: each })
        await tell(made, 'administrator')
        const mail = sent.find(({ to }) => to === `${each}@corp.example`)
        expect(mail?.subject, each).to.include('Alice')
        expect(mail?.text, each).to.not.match(/[{}]/).and.not.match(leaveIt)
      }
    })

    it('are not sent where the directory names no one, only the person, or no mail goes out', async () => {
      await tell(made, 'administrator')
      managerOf = async () => ({ email: 'ALICE@corp.example' })
      await tell(made, 'administrator')
      managerOf = async () => boss
      methods = ['sms']
      enrolled = [phone]
      await tell(made, 'administrator')
      expect(receivers()).to.deep.equal([
        '+31612345678',
        'alice@corp.example',
        'alice@corp.example',
      ])
    })

    it('keep neither the change nor the person’s own notice while the directory is silent or fails', async () => {
      managerOf = () => new Promise(() => undefined)
      await tell(made, 'administrator')
      expect(receivers()).to.deep.equal(['alice@corp.example'])
      const errors: unknown[] = []
      onError = (error) => errors.push(error)
      managerOf = async () => {
        throw new Error('no directory')
      }
      await tell(made, 'administrator')
      expect(receivers()).to.deep.equal(['alice@corp.example', 'alice@corp.example'])
      expect(String(errors)).to.include('no directory')
    })

    it('have limits of their own', async () => {
      managerOf = async () => boss
      for (let count = 0; count < 30; count += 1) await tell(changes.blocked, 'administrator')
      await tell(made, 'administrator')
      expect(toBoss()).to.have.length(1)
    })
  })

  it('go to the number that was removed, and to the second number that was exchanged', async () => {
    await tell({ kind: 'authenticator-removed', authenticator: phone })
    expect(receivers()).to.deep.equal(['+31612345678', 'alice@corp.example'])
    sent.splice(0)
    const before: PhoneAuthenticator = { ...phone, backupPhone: '+31600000002' }
    const after: PhoneAuthenticator = { ...phone, backupPhone: '+31600000003' }
    enrolled = [after]
    await tell({ kind: 'phone-changed', before, authenticator: after })
    expect(receivers()).to.include.members(['+31600000002', '+31600000003', '+31612345678'])
  })

  it('go to all that was there when everything is removed', async () => {
    await tell({ kind: 'reset', authenticators: [phone, privateMail] })
    expect(receivers()).to.deep.equal(['+31612345678', 'alice@corp.example', 'alice@home.example'])
  })

  it('look the mail address up where the caller knows only the name', async () => {
    inDirectory = { ...person, language: 'nl' }
    await tell({ kind: 'unlocked' }, 'administrator', { key: person.key, name: person.name })
    expect(receivers()).to.deep.equal(['alice@corp.example'])
    expect(sent[0]?.subject).to.equal('Een wijziging in hoe u zich aanmeldt')
  })

  it('greet by the name that pages show, and by the user name where there is none', async () => {
    language = 'de'
    await tell({ kind: 'unlocked' }, 'self', { ...person, displayName: 'Alice Example' })
    clock.advance(3_600_000)
    await tell({ kind: 'unlocked' }, 'self', { ...person, displayName: '' })
    const greetings = sent.map(({ text }) => text.split('\n', 1)[0])
    expect(greetings).to.deep.equal(['Guten Tag Alice Example,', 'Guten Tag alice,'])
  })

  it('speak the language that the person has chosen, before that of the directory', async () => {
    language = 'de'
    await tell({ kind: 'unlocked' }, 'self', { ...person, language: 'nl' })
    expect(sent[0]?.subject).to.equal('Eine Änderung an Ihrer Anmeldung')
  })

  it('say that no way reaches the person', async () => {
    const { email: _, ...without } = person
    await tell({ kind: 'unlocked' }, 'self', without)
    methods = []
    enrolled = [phone]
    await tell({ kind: 'unlocked' })
    expect(noWay).to.deep.equal(['alice', 'alice'])
  })

  for (const tag of ['en', 'nl', 'de', 'fr', 'es']) {
    for (const [kind, change] of Object.entries(changes)) {
      it(`of ${kind} name whom to call, and never say to leave it: ${tag}`, async () => {
        language = tag
        enrolled = [{ ...phone, id: 'other', method: 'sms', phone: '+31600000009' }]
        await tell(change)
        const [mail] = sent.filter(({ by }) => by === 'email')
        const [text] = sent.filter(({ by }) => by === 'sms')
        for (const written of [mail?.text, text?.text]) {
          expect(written).to.include('+31 20 555 1234').and.include('https://mfa.example.com/')
          expect(written).to.not.match(leaveIt).and.not.match(/[{}]/)
        }
        // Two messages at most.
        expect(text?.text.length).to.be.below(306)
      })
    }
  }

  describe('of a report', () => {
    const toSecurity = () => sent.filter(({ to }) => to === 'soc@corp.example')

    it('tell the person what has stopped', async () => {
      const { email: _, ...noMail } = person
      enrolled = [{ ...phone, id: 'other', method: 'sms' }]
      const says = {
        prompts: 'Calls and messages for signing in stop',
        account: 'You cannot sign in until your helpdesk unlocks you',
      }
      for (const stopped of ['prompts', 'account'] as const) {
        sent.splice(0)
        await tell(reported(stopped), 'self', noMail)
        expect(sent[0]?.text).to.include(says[stopped])
      }
    })

    for (const tag of ['en', 'nl', 'de', 'fr', 'es']) {
      it(`tell administrators who, where, what has stopped, and what to do: ${tag}`, async () => {
        security = ['soc@corp.example']
        texts = createTexts({ defaultLanguage: tag })
        for (const stopped of ['prompts', 'account', 'gateway', 'nothing', 'not-yet'] as const) {
          await tell(reported(stopped))
        }
        const mails = toSecurity()
        expect(mails).to.have.length(5)
        expect(new Set(mails.map(({ text }) => text)).size).to.equal(5)
        for (const { by, subject, text } of mails) {
          expect(by).to.equal('email')
          expect(subject).to.include('alice')
          for (const part of ['alice', 'vpn', '203.0.113.9', 'holdfast why abc123']) {
            expect(text).to.include(part)
          }
          expect(text + subject).to.not.match(/[{}]/)
        }
        expect(mails[0]?.text).to.include('holdfast user unlock alice')
      })
    }

    it('reach administrators also while directory and store fail, and reports of others', async () => {
      security = ['soc@corp.example']
      listed = () => Promise.reject(new Error('the store fails'))
      onError = () => undefined
      await tell(reported('not-yet'))
      expect(toSecurity()).to.have.length(1)
      await tell({ kind: 'unlocked' })
      expect(toSecurity()).to.have.length(1)
    })

    it('are kept from administrators by no flood of changes, and cost the person none', async () => {
      security = ['soc@corp.example']
      for (let times = 0; times < 30; times++) await tell(added(newApp))
      await tell(reported('account'))
      expect(toSecurity()).to.have.length(1)
    })
  })

  it('say that the helpdesk did it, and name no administrator', async () => {
    await tell({ kind: 'bypass-given', untilMs: clock.nowMs() + 3_600_000 }, 'administrator')
    expect(sent[0]?.text).to.include('Your helpdesk did this.')
    expect(sent[0]?.text).to.include('If you did not ask for this, call +31 20 555 1234')
  })

  it('have none of the words that people give to their things', async () => {
    const label = 'Call +31 900 123 to stop this'
    await tell(added({ ...newApp, label }))
    await tell({ kind: 'authenticator-renamed', authenticator: { ...newApp, label } })
    for (const { text, subject } of sent) expect(text + subject).to.not.include('900')
  })

  it('take a broken language tag for none', async () => {
    for (const tag of ['', '*', 'nl_BE', 'x', '-,;', 'Übung', 'de;q=0.5, nl']) {
      language = tag
      await tell({ kind: 'bypass-given', untilMs: clock.nowMs() })
    }
    expect(sent).to.have.length(7)
  })

  describe('when a provider fails', () => {
    it('are tried again, and the change waits for none of it', async () => {
      answer = async () => ({ kind: 'failed', detail: 'SMTP: refused', outage: true })
      await tell({ kind: 'unlocked' })
      expect(fates.map(({ fate }) => fate)).to.deep.equal(['retried'])
      answer = async () => ({ kind: 'sent' })
      clock.advance(30_000)
      await flush()
      expect(fates.map(({ fate }) => fate)).to.deep.equal(['retried', 'sent'])
      expect(sent[1]).to.deep.equal(sent[0])
    })

    it('are given up after four tries, and the log has that', async () => {
      answer = () => Promise.reject(new Error('broken'))
      await tell({ kind: 'unlocked' })
      for (const afterMs of [30_000, 300_000, 1_800_000, 86_400_000]) {
        clock.advance(afterMs)
        await flush()
      }
      expect(sent).to.have.length(4)
      expect(fates.at(-1)).to.include({ fate: 'lost', detail: 'broken' })
    })

    it('tell what has come meanwhile with the next try', async () => {
      answer = async () => ({ kind: 'failed', detail: 'down', outage: true })
      await tell({ kind: 'unlocked' })
      await tell(added(newApp))
      answer = async () => ({ kind: 'sent' })
      clock.advance(30_000)
      await flush()
      expect(sent.at(-1)?.text).to.include('unlocked').and.include('an app that shows codes')
    })

    it('are in the log when the service stops', async () => {
      answer = async () => ({ kind: 'failed', detail: 'down', outage: true })
      await tell({ kind: 'unlocked' })
      await notices.stop()
      expect(fates.at(-1)).to.include({ fate: 'lost', detail: 'the service stops' })
    })
  })

  describe('in a flood', () => {
    const other: Authenticator = { ...phone, id: 'other', method: 'sms' }

    it('a thief who renames things a hundred times does not silence the notice of a new phone', async () => {
      enrolled = [other]
      for (let times = 0; times < 100; times++) {
        await tell({ kind: 'authenticator-renamed', authenticator: other })
        await tell({ kind: 'default-changed' })
      }
      const before = sent.length
      // Two texts and five mails.
      expect(before).to.equal(7)
      await tell(added(newApp))
      clock.advance(600_000)
      await flush()
      const after = sent.slice(before)
      expect(after.map(({ by }) => by)).to.have.members(['email', 'sms'])
      for (const { text } of after) expect(text).to.include('an app that shows codes')
    })

    it('of weighty changes, the owner gets few texts, and at last one that tells the rest', async () => {
      enrolled = [other]
      for (let times = 0; times < 50; times++) await tell(added(newApp))
      const textsNow = () => sent.filter(({ by }) => by === 'sms')
      expect(textsNow()).to.have.length(6)
      await tell({ kind: 'password-changed' })
      clock.advance(3_600_000)
      await flush()
      clock.advance(600_000)
      await flush()
      expect(textsNow()).to.have.length(7)
      expect(textsNow().at(-1)?.text)
        .to.include('Your password was changed.')
        .and.include('Further changes to how you sign in: 44.')
    })

    it('the budget of texts is kept for all, and mail goes on', async () => {
      textsPerDay = 3
      enrolled = [other]
      for (let one = 0; one < 10; one++) {
        await tell({ kind: 'unlocked' }, 'self', {
          ...{ ...person, key: `local:${one}`, email: `p${one}@corp.example` },
        })
      }
      expect(sent.filter(({ by }) => by === 'sms')).to.have.length(3)
      expect(sent.filter(({ by }) => by === 'email')).to.have.length(10)
      expect(fates.filter(({ fate }) => fate === 'waits')).to.have.length(7)
    })
  })
})
