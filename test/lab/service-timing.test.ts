import { type ChildProcess, fork } from 'node:child_process'
import { type BinaryLike, type ScryptOptions, scrypt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { attributeType, packetCode } from '../../src/radius/index.ts'
import { stopOnExit } from './child.ts'
import { openGateway, type SignInRequest, type TestGateway, text } from './gateway.ts'
import { freePort } from './port.ts'
import { type Service, startService } from './service.ts'
import {
  administer,
  codeOf,
  enrolApps,
  gatewayConfig,
  lastingConfig,
  seedOf,
} from './service-config.ts'

const hashOf = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt)
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the time an answer takes', function () {
  this.timeout(600_000)

  describe('tells nothing about why a user is refused (RULES 9):', () => {
    const tries = 200
    const roundsAtOnce = 15
    const numbers = Array.from({ length: tries }, (_, index) => index)
    /** scrypt with a little memory, so that two cores can do hundreds of it; made by node:crypto. */
    const hash = `scrypt$1024$8$1$c2FsdHNhbHRzYWx0c2FsdA==$${'A'.repeat(43)}=`
    let service: Service
    const gateways: TestGateway[] = []

    before(async () => {
      service = await startService((place) => {
        const config = lastingConfig(place)
        const person = (name: string) => [name, { password: `pw-${name}` }] as const
        return JSON.stringify({
          ...config,
          directories: {
            people: {
              type: 'local',
              users: {
                ...Object.fromEntries(numbers.map((number) => person(`u${number}`))),
                ...Object.fromEntries([person('locked'), person('blocked')]),
                outsider: { password: 'pw-outsider', groups: ['out'] },
                hashed: { password_hash: hash },
              },
            },
          },
          gateways: { append: gatewayConfig('append', { deny_groups: ['out'] }) },
          lockout: { slow_after: 3, lock_after: 3 },
        })
      })
      for (let count = 0; count < 8; count += 1) gateways.push(await openGateway(service))
      const people = ['locked', 'blocked', 'outsider', 'hashed']
      await enrolApps(service, [...people, ...numbers.map((number) => `u${number}`)])
      await administer(service, [['user.block', { name: 'blocked', reason: 'test' }]])
      for (let wrong = 0; wrong < 3; wrong += 1) {
        await gateways[0]?.signIn({ user: 'locked', password: 'pw-locked,000000', nas: 'append' })
      }
    })
    after(async () => {
      for (const gateway of gateways) gateway.close()
      await service?.stop()
    })

    const code = () => codeOf(seedOf('nobody'))
    const ways: Readonly<Record<string, (number: number) => Omit<SignInRequest, 'nas'>>> = {
      'user-unknown': (number) => ({ user: `x${number}`, password: `pw-x${number},${code()}` }),
      'password-wrong': (number) => ({ user: `u${number}`, password: 'wrong' }),
      'password-wrong (scrypt)': (number) => ({ user: 'hashed', password: `wrong-${number}` }),
      'code-wrong': (number) => ({ user: `u${number}`, password: `pw-u${number},000000` }),
      locked: () => ({ user: 'locked', password: `pw-locked,${codeOf(seedOf('locked'))}` }),
      blocked: () => ({ user: 'blocked', password: `pw-blocked,${codeOf(seedOf('blocked'))}` }),
      denied: () => ({ user: 'outsider', password: 'pw-outsider,123456' }),
      'state-invalid': (number) => ({
        user: `u${number}`,
        password: '123456',
        state: Buffer.from(`forged ${number}`),
      }),
    }

    it('medians over 200 tries each are within 20 ms, and the texts are equal', async () => {
      // Each round asks in all ways at once. What the machine does meanwhile slows down all of a round, so the
      // ways are compared within it.
      const rounds: Map<string, number>[] = numbers.map(() => new Map())
      const texts = new Set<string>()
      const sent: Promise<unknown>[] = []
      for (const number of numbers) {
        // A slow machine has only so many hashes waiting that none of them is dropped.
        await sent[number - roundsAtOnce]
        const round: Promise<void>[] = []
        for (const [index, [way, make]] of Object.entries(ways).entries()) {
          const gateway = gateways[index % gateways.length]
          const signIn = { ...make(number), nas: 'append' }
          round.push(
            sleep(0).then(async () => {
              const reply = await gateway?.signIn(signIn)
              expect(reply?.kind, way).to.equal('reject')
              rounds[number]?.set(way, reply?.tookMs ?? 0)
              // The reference at the end is another for each request.
              texts.add((reply?.message ?? '').replace(/ Ref \w+$/, ''))
            }),
          )
        }
        sent.push(Promise.all(round))
        await sleep(40)
      }
      await Promise.all(sent)
      expect(rounds.map(({ size }) => size)).to.deep.equal(
        rounds.map(() => Object.keys(ways).length),
      )
      const middles = rounds.map((round) => median([...round.values()]))
      const medians = Object.keys(ways).map((way) => {
        const apart = rounds.map((round, number) => (round.get(way) ?? 0) - (middles[number] ?? 0))
        return [way, median(apart)] as const
      })
      console.log(
        `      ${Math.round(median(middles))} ms; ${medians.map(([way, ms]) => `${way} ${ms > 0 ? '+' : ''}${ms} ms`).join(', ')}`,
      )
      const times = medians.map(([, ms]) => ms)
      expect(Math.max(...times) - Math.min(...times)).to.be.lessThan(20)
      expect([...texts]).to.have.length(1)
      // Each was refused for its own reason, not for another.
      for (const reason of ['user-unknown', 'password-wrong', 'code-wrong', 'locked', 'blocked']) {
        expect(service.output().split(`"reason":"${reason}"`).length, reason).to.be.greaterThan(
          tries,
        )
      }
    })
  })

  describe('tells no names while passwords wait for their hash (RULES 39):', () => {
    const cost = { N: 16_384, r: 8, p: 1 }
    const salt = Buffer.alloc(16, 7)
    /** So many that chance does not set the two apart, though the one who waits longest is drawn by lot. */
    const pairs = 300
    let service: Service
    let gateway: TestGateway

    before(async () => {
      const hash = await hashOf('right', salt, 32, cost)
      const passwordHash = `scrypt$16384$8$1$${salt.toString('base64')}$${hash.toString('base64')}`
      service = await startService((place) =>
        JSON.stringify({
          ...lastingConfig(place),
          directories: {
            people: { type: 'local', users: { known: { password_hash: passwordHash } } },
          },
          gateways: { auto: gatewayConfig('auto') },
        }),
      )
      gateway = await openGateway(service)
    })
    after(async () => {
      gateway?.close()
      await service?.stop()
    })

    /** So many that the last waits for some two seconds, on this machine at this moment. */
    async function pairsNow(): Promise<number> {
      const startedMs = performance.now()
      await Promise.all([1, 2, 3, 4].map((each) => hashOf(`${each}`, salt, 32, cost)))
      const perSecond = 4_000 / (performance.now() - startedMs)
      return Math.min(50, Math.max(3, Math.round(perSecond)))
    }

    it('of many at once, those for a known name and for an unknown one take as long', async () => {
      const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
      // An answer that never comes counts as long as the test waits for it.
      const withinMs = 5_000
      for (let burst = 0; took.known.length < pairs; burst += 1) {
        await Promise.all(
          Array.from({ length: await pairsNow() }, (_, index) => [
            ['known', index] as const,
            ['unknown', index] as const,
          ])
            .flat()
            .map(async ([user, index]) => {
              const password = `guess ${burst} ${index}`
              const reply = await gateway.signIn({ user, password, nas: 'auto' }, withinMs)
              expect(reply?.kind ?? 'reject').to.equal('reject')
              took[user].push(reply?.tookMs ?? withinMs)
            }),
        )
      }
      const mean = (times: readonly number[]) =>
        times.reduce((sum, each) => sum + each, 0) / times.length
      const [known, unknown] = [mean(took.known), mean(took.unknown)]
      const medians = [median(took.known), median(took.unknown)]
      console.log(
        `      known ${Math.round(known)} ms, unknown ${Math.round(unknown)} ms; medians ${medians.map(Math.round).join(' and ')} ms`,
      )
      // Above the second that every refusal takes, the wait for hashes has to show in both equally.
      const waitMs = known - 1_000
      expect(waitMs).to.be.greaterThan(100)
      expect(Math.abs(known - unknown)).to.be.lessThan(waitMs / 3)
    })
  })

  describe('does not grow with that of the disk (RULES 30):', () => {
    const names = Array.from({ length: 100 }, (_, index) => `u${index}`)
    let folder: string
    let child: ChildProcess
    let gateway: TestGateway
    let monitor: TestGateway

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
      const place = { port: await freePort(), httpPort: await freePort(), folder }
      const users = Object.fromEntries(names.map((name) => [name, { password: `pw-${name}` }]))
      const configFile = join(folder, 'holdfast.yaml')
      const directories = { people: { type: 'local', users } }
      writeFileSync(configFile, JSON.stringify({ ...lastingConfig(place), directories }))
      // Another process: in this one, the measuring code would sleep as long as what is measured.
      const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const
      child = fork(new URL('./slow-disk-service.ts', import.meta.url), [configFile], {
        stdio: [...stdio],
      })
      stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('it did not start')))
      await Promise.race([once(child, 'message'), ended])
      ended.catch(() => undefined)
      await enrolApps(place, names)
      gateway = await openGateway(place)
      monitor = await openGateway(place)
    })
    after(async () => {
      gateway?.close()
      monitor?.close()
      if (!child.connected) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    })

    /** Status-Server asked again and again while sign-ins wait for their commits. */
    async function measure(steps: number) {
      const signIns = names.map(async (user, index) => {
        await sleep(index * 10)
        const password = `pw-${user},${codeOf(seedOf(user), steps)}`
        const reply = await gateway.signIn({ user, password, nas: 'append' })
        expect(reply?.kind).to.equal('accept')
        return reply?.tookMs ?? 0
      })
      const status: number[] = []
      let open = true
      const done = Promise.all(signIns).finally(() => {
        open = false
      })
      while (open) {
        const beganMs = performance.now()
        await monitor.send(
          monitor.encode({
            code: packetCode.StatusServer,
            attributes: [text(attributeType.NasIdentifier, 'append')],
          }),
        )
        status.push(performance.now() - beganMs)
        await sleep(5)
      }
      return { status: median(status), signIn: median(await done) }
    }

    it('Status-Server is answered at once though each commit takes 400 ms', async () => {
      await measure(-1)
      const quick = await measure(0)
      child.send(400)
      await once(child, 'message')
      const slow = await measure(1)
      const show = (ms: number) => `${ms.toFixed(1)} ms`
      console.log(
        `      Status-Server: ${show(quick.status)}, on the slow disk ${show(slow.status)}; ` +
          `sign-in: ${show(quick.signIn)} and ${show(slow.signIn)}`,
      )
      expect(slow.signIn).to.be.greaterThan(400)
      // One that waited for the commit at work would wait for half of it.
      expect(slow.status).to.be.lessThan(100)
    })
  })
})

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}
