import { expect } from 'chai'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import { openGateway, type TestReply } from '../lab/gateway.ts'
import {
  administer,
  bareConfig,
  gatewayConfig,
  numberedUsers,
  type Place,
  seedOf,
} from '../lab/service-config.ts'
import { createMemoryGroup } from './memory-group.ts'
import { mebibyte, showUsage, startSoakService } from './soak-service.ts'

const perSecond = 200
const seconds = 60

/** As many people as sign in within a second, with a token each. */
const configOf = (place: Place) => ({
  ...bareConfig(place),
  directories: { people: { type: 'local', users: numberedUsers(perSecond) } },
  gateways: { append: gatewayConfig('append') },
})

async function enrolTokens(place: Place): Promise<void> {
  for (let from = 0; from < perSecond; from += 20) {
    await administer(
      place,
      Array.from({ length: 20 }, (_, index) => {
        const name = `u${from + index}`
        const authenticator = { method: 'hotp', seed: seedOf(name) }
        return ['authenticator.add', { name, authenticator }] as const
      }),
    )
  }
}

function codeAt(name: string, counter: number): string {
  const seed = parseSeed(seedOf(name))
  if (seed === undefined) throw new Error('no seed')
  return otpCode({ seed, algorithm: 'sha1', digits: 6 }, counter)
}

describe('a service with 512 MB', function () {
  this.timeout(600_000)

  it(`signs in ${perSecond} people a second for a minute, each with password and code`, async function () {
    const limitBytes = 512 * mebibyte
    const group = createMemoryGroup(`holdfast-soak-sign-ins-${process.pid}`, limitBytes)
    if (group === undefined) return this.skip()
    const service = await startSoakService(group.processes, configOf)
    await enrolTokens(service.place)
    const gateways = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        openGateway({ ...service.place, from: `127.0.0.${index + 1}` }),
      ),
    )
    const replies: Promise<TestReply | undefined>[] = []
    const beganMs = performance.now()
    for (let sent = 0; sent < perSecond * seconds; sent += 1) {
      const aheadMs = (sent * 1_000) / perSecond - (performance.now() - beganMs)
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs))
      const name = `u${sent % perSecond}`
      const password = `pw-${name},${codeAt(name, Math.floor(sent / perSecond))}`
      const gateway = gateways[sent % gateways.length]
      const reply = gateway?.signIn({ user: name, password, nas: 'append' }, 20_000)
      if (reply !== undefined) replies.push(reply)
    }
    const kinds = (await Promise.all(replies)).map((reply) => reply?.kind)
    const tookMs = performance.now() - beganMs
    showUsage('at the end', await service.usage('look'))
    const peakBytes = group.peakBytes()
    const rate = (kinds.length / tookMs) * 1_000
    console.log(
      `      ${kinds.length} sign-ins at ${rate.toFixed(0)} a second; the group held ${Math.round(peakBytes / mebibyte)} MB at most`,
    )
    for (const gateway of gateways) gateway.close()
    await service.stop()
    group.remove()
    expect(kinds.filter((kind) => kind !== 'accept')).to.deep.equal([])
    expect(rate).to.be.greaterThan(perSecond * 0.95)
    expect(peakBytes).to.be.lessThan(limitBytes / 2)
  })
})
