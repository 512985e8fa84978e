import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import {
  checkTwilioAccount,
  inspectTwilioAccount,
  type TwilioAccount,
} from '../../src/delivery/index.ts'
import { checkProviders } from '../../src/operations/index.ts'
import { Secret } from '../../src/support/index.ts'
import { accountSid, authToken, startStandIn, stopAll } from './providers-lab.ts'
import { LoopbackClient } from './twilio-loopback.ts'
import type { TwilioStandIn } from './twilio-stand-in.ts'

describe('check: the credentials at Twilio', () => {
  let standIn: TwilioStandIn
  beforeEach(async () => {
    standIn = await startStandIn()
  })
  afterEach(stopAll)

  /** The row of `holdfast check`, with the stand-in in place of Twilio. */
  async function check(account: Partial<TwilioAccount>) {
    const { hostname: host, port } = new URL(standIn.address)
    const signIn = () =>
      checkTwilioAccount({
        ...{ accountSid, httpClient: new LoopbackClient(standIn) },
        ...account,
      })
    const { signal } = new AbortController()
    const provider = { name: 'twilio', host, port: Number(port), tls: false, signIn }
    const [row] = await checkProviders([provider], signal)
    return row
  }

  it('says that they are taken, and asks nothing that costs', async () => {
    const row = await check({ authToken: new Secret(authToken) })
    expect(row).to.include({ state: 'ok', remedy: '' })
    expect(row?.detail).to.contain('credentials taken')
    expect(standIn.requests.map(({ name }) => name)).to.deep.equal([
      'GET IncomingPhoneNumbers?PageSize=1',
    ])
  })

  it('names a wrong token, and does not show it', async () => {
    const row = await check({ authToken: new Secret('not the token of this account') })
    expect(row?.state).to.equal('failed')
    expect(row?.detail).to.match(/20003.*token/)
    expect(row?.remedy).to.match(/token/)
    expect(JSON.stringify(row)).to.not.contain('not the token')
  })

  it('names a wrong API key', async () => {
    const apiKey = { sid: `SK${'2'.repeat(32)}`, secret: new Secret('wrong') }
    expect((await check({ apiKey }))?.detail).to.match(/20003/)
  })

  it('tries no credentials where no server answers', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    let tries = 0
    const signIn = async () => {
      tries += 1
      return undefined
    }
    const { signal } = new AbortController()
    const provider = { name: 'twilio', host: '127.0.0.1', port, tls: false, signIn }
    expect((await checkProviders([provider], signal))[0]?.detail).to.contain('ECONNREFUSED')
    expect(tries).to.equal(0)
  })
})

describe('check: balance and numbers at Twilio', () => {
  const number = '+31850000000'
  let standIn: TwilioStandIn
  beforeEach(async () => {
    standIn = await startStandIn()
  })
  afterEach(stopAll)

  /** The rows of `holdfast check`, for calls and texts from one number. */
  async function check(uses: Partial<{ calls: boolean; texts: boolean; token: string }> = {}) {
    const { calls = true, texts = true, token = authToken } = uses
    const { hostname: host, port } = new URL(standIn.address)
    const httpClient = new LoopbackClient(standIn)
    const account = { accountSid, authToken: new Secret(token), httpClient }
    const provider = {
      ...{ name: 'twilio', host, port: Number(port), tls: false },
      signIn: () => checkTwilioAccount(account),
      inspect: () => inspectTwilioAccount(account, { numbers: [number], calls, texts }),
    }
    const rows = await checkProviders([provider], new AbortController().signal)
    return rows.map(({ what, state, detail }) => `${state} ${what}: ${detail}`).slice(1)
  }

  const own = (voice: boolean, sms: boolean) => {
    standIn.numbers.push({ phone_number: number, capabilities: { voice, sms } })
  }

  it('are fine, and nothing that costs was asked', async () => {
    own(true, true)
    expect(await check()).to.deep.equal([
      'ok twilio: balance: 42.50 EUR left',
      'ok twilio: +31850000000: a number of this account',
    ])
    expect(standIn.requests.every(({ name }) => name.startsWith('GET '))).to.equal(true)
  })

  for (const [balance, state] of [
    ['9.99', 'warning'],
    ['0', 'failed'],
    ['-3.5', 'failed'],
  ] as const) {
    it(`say ${state} of a balance of ${balance}`, async () => {
      own(true, true)
      standIn.balance = { balance, currency: 'USD' }
      expect((await check())[0]).to.match(new RegExp(`^${state} twilio: balance: -?\\d`))
    })
  }

  for (const balance of [null, '', 'unknown']) {
    it(`say nothing about a balance that is ${JSON.stringify(balance)}`, async () => {
      own(true, true)
      standIn.balance = { balance, currency: '' }
      expect(await check()).to.deep.equal(['ok twilio: +31850000000: a number of this account'])
    })
  }

  it('name a number that is not the account’s, though a caller ID may be verified', async () => {
    expect((await check())[1]).to.match(/^failed .*not a number of this account/)
    standIn.callerIds.push(number)
    expect((await check())[1], 'texts cannot come from it').to.match(/^failed/)
    expect((await check({ texts: false }))[1]).to.match(/^ok .*verified caller ID/)
  })

  it('name what a number cannot be used for, if it is', async () => {
    own(false, false)
    expect((await check())[1]).to.match(/^failed .*cannot be used for calls and texts/)
    expect((await check({ calls: false }))[1]).to.match(/cannot be used for texts$/)
    expect((await check({ calls: false, texts: false }))[1]).to.match(/^ok/)
  })

  it('are left out where the credentials may not ask, or are refused', async () => {
    // The first question is that of the credentials.
    own(true, true)
    const refused = { kind: 'status', status: 403, code: 20008 } as const
    const credentials = { kind: 'late', ms: 0 } as const
    standIn.faults.push(credentials, refused, refused)
    expect(await check()).to.deep.equal([])
    const before = standIn.requests.length
    expect(await check({ token: 'wrong' })).to.deep.equal([])
    expect(standIn.requests.length - before, 'asked on').to.equal(1)
  })
})
