import { expect } from 'chai'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import {
  codeOf,
  enrolApps,
  gatewayConfig,
  lastingConfig,
  numberedUsers,
  type Place,
  seedOf,
} from './service-config.ts'

describe('a service that is killed with kill -9', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>
  let yaml: (place: Place) => string

  const start = async (more: (place: Place) => object = () => ({})) => {
    yaml = (place) => JSON.stringify({ ...lastingConfig(place), ...more(place) })
    service = await startService(yaml)
    gateway = await openGateway(service)
    phone = demoPhone(service.httpPort)
  }
  const killAndRestart = async (aheadMs = 0) => {
    await service.stop('SIGKILL')
    service = await startService(yaml, service, aheadMs)
  }

  afterEach(async () => {
    gateway?.close()
    await service?.stop()
  })

  it('refuses a code that was spent, but answers the identical packet (RULES 10)', async () => {
    await start()
    await enrolApps(service, ['alice'])
    const signIn = {
      user: 'alice',
      password: `wonderland,${codeOf(seedOf('alice'))}`,
      nas: 'append',
      device: '192.0.2.7',
    }
    const request = gateway.request(signIn)
    expect((await gateway.send(request))?.kind).to.equal('accept')

    await killAndRestart()
    expect((await gateway.send(request))?.kind).to.equal('accept')
    const again = await gateway.signIn({ ...signIn, device: '192.0.2.8' })
    expect(again?.kind).to.equal('reject')
    expect(service.output()).to.contain('code-reused')
    const next = `wonderland,${codeOf(seedOf('alice'), 1)}`
    expect((await gateway.signIn({ ...signIn, password: next }))?.kind).to.equal('accept')
  })

  it('enrols the people of the demo once, so that no used code works again', async () => {
    const seed = seedOf('alice')
    const enrolments = [{ directory: 'people', user: 'alice', method: 'totp', seed }]
    await start(() => ({ demo: { enrolments } }))
    const signIn = { user: 'alice', password: `wonderland,${codeOf(seed)}`, nas: 'append' }
    expect((await gateway.signIn(signIn))?.kind).to.equal('accept')
    await killAndRestart()
    expect((await gateway.signIn(signIn))?.kind).to.equal('reject')
    expect(service.output()).to.contain('code-reused')
  })

  it('rings no one again until the call that was cut off would have been over', async () => {
    await start(() => ({ gateways: { hold: gatewayConfig('hold', { patience: '60s' }) } }))
    const signIn = { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.7' }
    const request = gateway.request(signIn)
    const held = gateway.send(request)
    await phone.next('call', 'carol')

    // Killed twice: what the first restart knows the second must know too.
    for (const _restart of [1, 2]) {
      await killAndRestart()
      const resent = await gateway.send(request)
      expect(resent?.kind).to.equal('reject')
      expect(resent?.message).to.match(/interrupted|again/i)
      const fresh = await gateway.signIn(signIn)
      expect(fresh?.kind).to.equal('reject')
      expect(await phone.calls()).to.equal(0)
    }
    expect(service.output()).to.contain('"reason":"interrupted"')
    expect((await held)?.kind).to.equal('reject')

    // The deadline of the prompt was the gateway's patience less its margin.
    await killAndRestart(60_000)
    const works = gateway.signIn(signIn)
    const call = await phone.next('call', 'carol')
    await phone.press(call.id, '#')
    expect((await works)?.kind).to.equal('accept')
  })

  it('refuses State and code of a text that was used, from another packet', async () => {
    await start()
    const asked = await gateway.signIn({ user: 'bob', password: 'builder', nas: 'text' })
    expect(asked?.kind).to.equal('challenge')
    const { code = '' } = await phone.next('sms', 'bob')
    const answer = {
      user: 'bob',
      password: code,
      nas: 'text',
      ...(asked?.state && { state: asked.state }),
    }
    const request = gateway.request(answer)
    expect((await gateway.send(request))?.kind).to.equal('accept')

    await killAndRestart()
    const replayed = await gateway.signIn(answer)
    expect(replayed?.kind).to.equal('reject')
    expect(service.output()).to.contain('state-invalid')
    await killAndRestart()
    expect((await gateway.send(request))?.kind).to.equal('accept')
  })

  it('refuses a question that was answered before, and goes on with the one after it (RULES 38)', async () => {
    await start()
    const asked = await gateway.signIn({ user: 'bob', password: 'builder', nas: 'text' })
    const { code = '' } = await phone.next('sms', 'bob')
    const answer = (password: string, state: Uint8Array | undefined) => ({
      ...{ user: 'bob', password, nas: 'text' },
      ...(state && { state }),
    })
    const wrong = await gateway.signIn(
      answer(code === '000000' ? '111111' : '000000', asked?.state),
    )
    expect(wrong?.kind).to.equal('challenge')
    await killAndRestart()
    expect((await gateway.signIn(answer(code, asked?.state)))?.kind).to.equal('reject')
    expect((await gateway.signIn(answer(code, wrong?.state)))?.kind).to.equal('accept')
  })

  it('refuses every code it had accepted under load', async () => {
    const names = Object.keys(numberedUsers(200))
    await start(() => ({ directories: { people: { type: 'local', users: numberedUsers(200) } } }))
    await enrolApps(service, names)
    const codes = new Map(names.map((name) => [name, codeOf(seedOf(name))]))
    const accepted: string[] = []
    const tryAll = (who: readonly string[]) =>
      Promise.all(
        who.map(async (user) => {
          const password = `pw-${user},${codes.get(user)}`
          const reply = await gateway.signIn({ user, password, nas: 'append' }, 10_000)
          if (reply?.kind === 'accept') accepted.push(user)
          return reply
        }),
      )

    // One after the other in small groups, so that the kill comes in the middle of the work.
    const load = (async () => {
      for (let from = 0; from < names.length; from += 20) await tryAll(names.slice(from, from + 20))
    })()
    while (accepted.length < 60) await new Promise((resolve) => setImmediate(resolve))
    await killAndRestart()
    await load
    expect(accepted.length).to.be.within(60, 199 + 1)

    const before = [...accepted]
    accepted.length = 0
    const replies = await tryAll(before)
    expect(accepted).to.deep.equal([])
    expect(replies.filter((reply) => reply?.kind === 'reject')).to.have.length(before.length)
  })
})
