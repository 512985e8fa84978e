import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { checkReachable } from '../../src/admin/index.ts'
import { checkTwilioAccount, type TwilioAccount } from '../../src/delivery/index.ts'
import { Secret } from '../../src/support/index.ts'
import { accountSid, authToken, startStandIn, stopAll } from './carriers-lab.ts'
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
        ...{ accountSid, httpClient: new LoopbackClient(standIn.address) },
        ...account,
      })
    const { signal } = new AbortController()
    const provider = { name: 'twilio', host, port: Number(port), tls: false, signIn }
    const [row] = await checkReachable([provider], signal)
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

  it('tries no credentials where nobody answers', async () => {
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
    expect((await checkReachable([provider], signal))[0]?.detail).to.contain('ECONNREFUSED')
    expect(tries).to.equal(0)
  })
})
