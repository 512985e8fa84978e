import { expect } from 'chai'
import { holdfast } from './cli.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { lastingConfig } from './service-config.ts'

type Row = {
  readonly signInId: string
  readonly kind: string
  readonly userName: string
  readonly gateway: string
  readonly outcome: string
  readonly reason: string
  readonly method?: string
  readonly device?: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly timeline: readonly {
    readonly what: string
    readonly atMs: number
    readonly detail?: Readonly<Record<string, unknown>>
  }[]
}

describe('the audit of a running service', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>
  const carol = { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.7' }

  before(async () => {
    service = await startService((place) => JSON.stringify(lastingConfig(place)))
    gateway = await openGateway(service)
    phone = demoPhone(service.httpPort)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  const command = (...args: readonly string[]) =>
    holdfast([...args, '--socket', `${service.folder}/admin.sock`])
  const rowsOf = async (user: string): Promise<readonly Row[]> => {
    const { code, stdout } = await command('audit', 'search', '--json', '--user', user)
    expect(code).to.equal(0)
    return (JSON.parse(stdout) as readonly Row[]).filter(({ outcome }) => outcome !== '')
  }

  it('has one row for a call that was held, with every step and the resends', async () => {
    const request = gateway.request(carol)
    const held = gateway.send(request, 15_000)
    const call = await phone.next('call', 'carol')
    for (let resend = 0; resend < 3; resend += 1) gateway.sendBytes(request.bytes)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')

    const rows = await rowsOf('carol')
    expect(rows).to.have.length(1)
    const [row] = rows
    expect(row).to.deep.include({
      userName: 'carol',
      gateway: 'hold',
      outcome: 'accept',
      reason: 'accepted',
      method: 'call',
      device: '192.0.2.7',
    })
    expect(row?.timeline.map(({ what }) => what)).to.deep.equal([
      ...['received', 'user-found', 'policy', 'first-factor'],
      ...['prompt', 'prompt-ended', 'resends', 'accept'],
    ])
    const resends = row?.timeline.find(({ what }) => what === 'resends')
    expect(resends?.detail).to.deep.include({ count: 3 })
    const times = row?.timeline.map(({ atMs }) => atMs) ?? []
    expect(times).to.deep.equal(times.toSorted((left, right) => left - right))
    expect((row?.endedAtMs ?? 0) - (row?.startedAtMs ?? 0)).to.be.greaterThan(300)

    const shown = await command('audit', 'show', row?.signInId ?? '')
    expect(shown.code).to.equal(0)
    for (const step of ['received', 'prompt', 'resends', 'accept']) {
      expect(shown.stdout).to.match(new RegExp(`\\+\\d.*${step}`))
    }
    expect(shown.stdout).to.not.contain('87654321')
  })

  it('has one row for a challenge and its answer together', async () => {
    const asked = await gateway.signIn({ user: 'bob', password: 'builder', nas: 'text' })
    expect(await rowsOf('bob')).to.have.length(0)
    const { code = '' } = await phone.next('sms', 'bob')
    const answer = { user: 'bob', password: code, nas: 'text' }
    const state = asked?.state ?? Buffer.alloc(0)
    expect((await gateway.signIn({ ...answer, state }))?.kind).to.equal('accept')
    const rows = await rowsOf('bob')
    expect(rows.map(({ outcome, method }) => ({ outcome, method }))).to.deep.equal([
      { outcome: 'accept', method: 'sms' },
    ])
    const steps = rows[0]?.timeline.map(({ what }) => what)
    expect(steps).to.include.members(['prompt', 'challenge', 'code', 'accept'])
    expect(steps?.filter((step) => step === 'received')).to.have.length(2)
  })

  it('tells why a fraud was blocked, and unlock lets the next sign-in through', async () => {
    const signIn = { ...carol, device: '192.0.2.8' }
    const held = gateway.signIn(signIn, 15_000)
    await phone.press((await phone.next('call', 'carol', 1)).id, '0#')
    expect((await held)?.kind).to.equal('reject')
    const blocked = await gateway.signIn({ ...signIn, device: '192.0.2.9' })
    expect(blocked?.message).to.match(/Sign-in failed/)
    expect((await rowsOf('carol')).map(({ reason }) => reason)).to.deep.equal([
      ...['accepted', 'prompt-fraud', 'blocked'],
    ])

    const unlocked = await command('user', 'unlock', 'carol')
    expect(unlocked).to.deep.include({ code: 0, stderr: '' })
    expect(unlocked.stdout).to.match(/was blocked \(fraud reported/)
    const next = gateway.signIn({ ...signIn, device: '192.0.2.10' }, 15_000)
    await phone.press((await phone.next('call', 'carol', 2)).id, '#')
    expect((await next)?.kind).to.equal('accept')
  })
})
