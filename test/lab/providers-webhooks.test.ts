import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { createTexts } from '../../src/texts/index.ts'
import { stopOnExit } from './child.ts'
import { openGateway } from './gateway.ts'
import {
  calledNumbers,
  newPlace,
  type Place,
  type ProvidersApp,
  peopleOf,
  publicUrl,
  startApp,
  startStandIn,
  stopAll,
  textOf,
  toStop,
  until,
  writeConfig,
} from './providers-lab.ts'
import { gatewayConfig } from './service-config.ts'
import type { SentWebhook, TwilioStandIn } from './twilio-stand-in.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const ended = texts.text('call-ended', 'en')
const ann = '+31610000001'
const bob = '+31610000002'
const device = '192.0.2.7'

describe('the webhooks of a call, while a gateway waits', function () {
  this.timeout(600_000)
  let standIn: TwilioStandIn
  let app: ProvidersApp

  beforeEach(async () => {
    standIn = await startStandIn()
    app = await startApp(standIn, peopleOf({ ann, bob }))
  })
  afterEach(stopAll)

  const signIn = (user = 'ann', nas = 'hold') =>
    app.gateway.signIn({ user, password: `pw-${user}`, nas, device })

  /** Takes the next call to this number; `press` is the key of the person. */
  function holding(number: string) {
    const { promise, resolve } = Promise.withResolvers<string>()
    standIn.people.set(number, { does: 'answers', keys: [promise] })
    return { press: () => resolve('#') }
  }
  const callTo = (number: string) =>
    [...standIn.calls.values()].findLast(({ form }) => form.To === number)
  /** The question that was put to this number, once it was. */
  async function askedOf(number: string): Promise<SentWebhook> {
    const find = () =>
      standIn.webhooks.findLast(
        ({ form, reply }) => form.CallSid === callTo(number)?.sid && reply.includes('<Gather'),
      )
    await until(() => find() !== undefined)
    const asked = find()
    if (asked === undefined) throw new Error('nobody was asked')
    return asked
  }
  /** The form that brings a # for this call, and the path it goes to. */
  async function approvalOf(
    number: string,
  ): Promise<{ path: string; form: Readonly<Record<string, string>> }> {
    const { form, reply } = await askedOf(number)
    const action = /action="([^"]+)"/.exec(reply)?.[1] ?? ''
    return { path: action.slice(publicUrl.length), form: { ...form, Digits: '#' } }
  }
  async function post(
    path: string,
    form: Readonly<Record<string, string>>,
    signature: string | undefined,
  ) {
    const response = await fetch(standIn.deliverTo + path, {
      method: 'POST',
      headers: signature === undefined ? {} : { 'x-twilio-signature': signature },
      body: new URLSearchParams(form),
    })
    return { status: response.status, body: await response.text() }
  }

  for (const [what, prefix] of [
    ['leaves on', '/holdfast'],
    ['takes off', ''],
  ]) {
    it(`work behind a proxy that ${what} the path of public_url`, async () => {
      standIn.deliverTo += prefix
      expect((await signIn())?.kind).to.equal('accept')
      await until(() => standIn.webhooks.some(({ form }) => form.CallStatus === 'completed'))
      expect(standIn.webhooks.map(({ status }) => status)).to.not.include(404)
      // A call that went well leaves no trouble in the log.
      expect(app.log.map(({ event }) => event)).to.not.include('webhook-refused')
    })
  }

  it('say that it has ended where they are forged, and the sign-in goes on', async () => {
    const phone = holding(ann)
    const reply = signIn()
    const { path, form } = await approvalOf(ann)
    const forgeries: readonly (readonly [string, Record<string, string>, string | undefined])[] = [
      [path, form, undefined],
      [path, form, standIn.sign(publicUrl + path, { ...form, Digits: '0' })],
      [path, form, standIn.sign(standIn.deliverTo + path, form)],
      [path.replace('/call/', '/status/'), { ...form, CallStatus: 'busy' }, 'A'.repeat(28)],
    ]
    for (const [where, what, signature] of forgeries) {
      const answer = await post(where, what, signature)
      expect(answer.status).to.be.within(403, 404)
      if (answer.status === 403) expect(answer.body).to.contain(ended)
    }
    expect(await Promise.race([reply, sleep(200, 'open')])).to.equal('open')
    phone.press()
    expect((await reply)?.kind).to.equal('accept')
    expect(app.log.some(({ event }) => event === 'webhook-refused')).to.equal(true)
  })

  it('count no # that was captured, once its call is over', async () => {
    expect((await signIn())?.kind).to.equal('accept')
    const captured = standIn.webhooks.find(({ form }) => form.Digits === '#')
    if (captured === undefined) throw new Error('no # was sent')

    const phone = holding(ann)
    const reply = app.gateway.signIn({
      ...{ user: 'ann', password: 'pw-ann', nas: 'hold', device: '192.0.2.8' },
    })
    await until(() => standIn.calls.size === 2)
    await askedOf(ann)
    const answer = await post(captured.path, captured.form, captured.signature)
    expect(answer.status).to.equal(200)
    expect(answer.body).to.contain(ended).and.to.contain('<Hangup/>')
    expect(await Promise.race([reply, sleep(200, 'open')])).to.equal('open')
    phone.press()
    expect((await reply)?.kind).to.equal('accept')
  })

  it('count no # of another call', async () => {
    const phones = [holding(ann), holding(bob)]
    const replies = [signIn('ann'), signIn('bob')]
    const [ofAnn, ofBob] = [await approvalOf(ann), await approvalOf(bob)]
    // Signed by Twilio for Bob's call, but sent to where Ann's is answered.
    const form = { ...ofAnn.form, CallSid: ofBob.form.CallSid ?? '' }
    const answer = await post(ofAnn.path, form, standIn.sign(publicUrl + ofAnn.path, form))
    expect(answer.body).to.contain(ended)
    expect(await Promise.race([...replies, sleep(200, 'open')])).to.equal('open')
    for (const phone of phones) phone.press()
    for (const reply of await Promise.all(replies)) expect(reply?.kind).to.equal('accept')
  })

  it('are answered while the configuration is read again, however often', async () => {
    const phone = holding(ann)
    const reply = signIn()
    await askedOf(ann)
    for (let times = 0; times < 6; times++) {
      app.configure(peopleOf({ ann, bob }))
      await app.reload()
    }
    phone.press()
    expect((await reply)?.kind).to.equal('accept')
    expect(standIn.calls.size).to.equal(1)
    expect((await signIn('bob'))?.kind).to.equal('accept')
  })

  it('are answered after a reload that turns calls off', async () => {
    const phone = holding(ann)
    const reply = signIn()
    await askedOf(ann)
    app.configure({
      ...peopleOf({ ann, bob }),
      gateways: { hold: gatewayConfig('hold') },
      methods: {},
      delivery: {},
    })
    await app.reload()
    expect(textOf(await signIn('bob'))).to.equal(texts.text('not-enrolled', 'en'))
    phone.press()
    expect((await reply)?.kind).to.equal('accept')
  })

  it('are answered after a reload and after the Reject, for a late approval', async () => {
    const phone = holding(ann)
    expect((await signIn('ann', 'blind'))?.kind).to.equal('reject')
    for (let times = 0; times < 6; times++) await app.reload()
    phone.press()
    await until(() => standIn.webhooks.some(({ form }) => form.Digits === '#'))
    const second = await signIn('ann', 'blind')
    expect(second?.kind).to.equal('accept')
    expect(standIn.calls.size).to.equal(1)
  })
})

describe('a call that rings while Holdfast is killed', function () {
  this.timeout(600_000)
  afterEach(stopAll)

  async function startChild(configFile: string, standIn: TwilioStandIn): Promise<ChildProcess> {
    const script = fileURLToPath(new URL('./providers-child.ts', import.meta.url))
    const child = spawn('node', [script, configFile, standIn.address], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    stopOnExit(child, () => undefined)
    toStop({ stop: async () => void child.kill('SIGKILL') })
    if (child.stdout !== null) await once(child.stdout, 'data')
    return child
  }

  it('is ended by the next start, and rings no one again before its deadline', async () => {
    const standIn = await startStandIn()
    const place: Place = await newPlace()
    const hold = gatewayConfig('hold', { patience: '10s' })
    const change = { ...peopleOf({ ann }), gateways: { hold } }
    const child = await startChild(writeConfig(place, change), standIn)
    const gateway = await openGateway(place)
    toStop({ stop: async () => gateway.close() })
    standIn.deliverTo = `http://127.0.0.1:${place.webhookPort}`
    const { promise: key, resolve: press } = Promise.withResolvers<string>()
    standIn.person = { does: 'answers', keys: [key] }
    const packet = { user: 'ann', password: 'pw-ann', nas: 'hold', device }
    const request = gateway.request(packet)
    const beganMs = Date.now()
    const held = gateway.send(request)
    await until(() => standIn.webhooks.some(({ reply }) => reply.includes('<Gather')))
    child.kill('SIGKILL')
    await once(child, 'exit')

    const app = await startApp(standIn, change, place)
    const [call] = standIn.calls.values()
    await until(() => call?.status === 'completed')
    const ends = standIn.requests.filter(({ form }) => form.Status === 'completed')
    expect(ends.map(({ name }) => name)).to.deep.equal([`POST Calls/${call?.sid}`])

    // The gateway sends again what it waits for; a new attempt of the same device is no other.
    const replies = [await gateway.send(request), await gateway.signIn(packet), await held]
    expect(replies.map((reply) => reply?.kind)).to.deep.equal(Array(3).fill('reject'))
    expect(textOf(replies[0])).to.equal(texts.text('interrupted', 'en'))
    press('#')
    await sleep(100)
    expect(calledNumbers(standIn, ann)).to.have.length(1)
    await app.lastSignIn('ann', 'interrupted')

    standIn.person = { does: 'answers', keys: ['#'] }
    await sleep(beganMs + 9_200 - Date.now())
    expect((await gateway.signIn(packet))?.kind).to.equal('accept')
    expect(calledNumbers(standIn, ann)).to.have.length(2)
  })
})
