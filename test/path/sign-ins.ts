import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  encodeRequest,
  packetCode,
} from '../../src/radius/index.ts'
import { demoPhone } from '../lab/demo-phone.ts'
import { readReply } from '../recorded/parts/reply-lines.ts'
import { text } from '../recorded/parts/scenario.ts'
import { type Service, sharedSecret, startService } from '../recorded/parts/service.ts'
import { type Coverage, type FilesRun, join, startCoverage } from './coverage.ts'
import type { PathName } from './spine.ts'

const demoFile = new URL('../../config/demo.yaml', import.meta.url)

/** What comes before the one that is counted: lazy imports, connections, statements that are prepared. */
const warmUps = 2
/** Between two sign-ins, so that none of them has to do with the other. */
const pauseMs = 120_000

const signIns: Readonly<Record<PathName, (gateway: Gateway) => Promise<FilesRun>>> = {
  appended,
  held,
  challenge,
}

/** Runs these sign-ins at a service with the demo's configuration, each three times, and counts the last. */
export async function runPaths(
  names: readonly PathName[],
): Promise<ReadonlyMap<PathName, FilesRun>> {
  const service = await startService({
    config: demoConfiguration,
    prepare: async () => undefined,
  })
  const coverage = await startCoverage()
  const gateway = createGateway(service, coverage)
  try {
    const runs = new Map<PathName, FilesRun>()
    for (const name of names) runs.set(name, await lastOf(gateway, () => signIns[name](gateway)))
    return runs
  } finally {
    coverage.stop()
    gateway.close()
    await service.stop()
  }
}

/** The demo's people, gateways and rules. Its fixed ports and its store go, and so does Wi-Fi, which needs certificates. */
function demoConfiguration(): Readonly<Record<string, unknown>> {
  const { listen, http, accounting, store, ...demo } = parse(readFileSync(demoFile, 'utf8'))
  const { wifi, ...gateways } = demo.gateways
  const { enrolments } = demo.demo
  const rules = demo.rules.filter(({ gateway }: { gateway?: string }) => gateway !== 'wifi')
  return { ...demo, gateways, rules, demo: { enrolments } }
}

async function lastOf(gateway: Gateway, signIn: () => Promise<FilesRun>): Promise<FilesRun> {
  let last: FilesRun = new Map()
  for (let done = 0; done <= warmUps; done += 1) {
    await gateway.service.pass(pauseMs, 1_000)
    last = await signIn()
  }
  return last
}

/** PAP, with a code of the app after the password. */
async function appended(gateway: Gateway): Promise<FilesRun> {
  const password = `wonderland,${codeOf(gateway.service.clock.nowMs())}`
  const { run } = await gateway.say({ to: 'append', user: 'alice', password }, 'Access-Accept')
  return run
}

/** The request is kept while the telephone rings; it is answered after three seconds, and approved. */
async function held(gateway: Gateway): Promise<FilesRun> {
  const { service } = gateway
  const phone = demoPhone(service.httpPort)
  const { run } = await gateway.say(
    { to: 'hold', user: 'carol', password: 'singer' },
    'Access-Accept',
    async () => {
      await service.pass(3_000)
      const call = await phone.next('call', 'carol')
      await phone.press(call.id, '#')
      service.touch()
    },
  )
  return run
}

/** The password, a question, and the code of the app as the answer to it. */
async function challenge(gateway: Gateway): Promise<FilesRun> {
  const common = { to: 'challenge', user: 'alice' }
  const asked = await gateway.say({ ...common, password: 'wonderland' }, 'Access-Challenge')
  const password = codeOf(gateway.service.clock.nowMs())
  const { state } = asked
  const answered = await gateway.say({ ...common, password, state }, 'Access-Accept')
  return join([asked.run, answered.run])
}

function codeOf(nowMs: number): string {
  const seed = parseSeed('JBSWY3DPEHPK3PXP')
  if (seed === undefined) throw new Error('the seed of the demo is not Base32')
  return otpCode({ seed, algorithm: 'sha1', digits: 6 }, Math.floor(nowMs / 30_000))
}

type Say = {
  /** NAS-Identifier. */
  readonly to: string
  readonly user: string
  readonly password: string
  readonly state?: Uint8Array | undefined
}

type Gateway = {
  readonly service: Service
  /** Sends a request, and gives what ran until all was done. `meanwhile` runs before the reply is due. */
  say(
    say: Say,
    expected: string,
    meanwhile?: () => Promise<void>,
  ): Promise<{ readonly run: FilesRun; readonly state: Uint8Array | undefined }>
  close(): void
}

/** Encodes before what is counted, and decodes after it: the code for that is the service's own. */
function createGateway(service: Service, coverage: Coverage): Gateway {
  const socket = createSocket('udp4')
  const replies: Buffer[] = []
  socket.on('message', (bytes) => {
    service.touch()
    replies.push(bytes)
  })
  const send = promisify<Uint8Array, number, string, number>(socket.send.bind(socket))
  const secret = createSharedSecret(sharedSecret)
  let identifier = 0

  return {
    service,
    async say({ to, user, password, state }, expected, meanwhile) {
      identifier = (identifier + 1) % 256
      const attributes: Attribute[] = [
        text(attributeType.UserName, user),
        text(attributeType.NasIdentifier, to),
        text(attributeType.CallingStationId, '203.0.113.7'),
        ...(state === undefined ? [] : [{ type: attributeType.State, value: state }]),
      ]
      const code = packetCode.AccessRequest
      const request = encodeRequest({ code, identifier, attributes, password }, secret)
      await service.settle()
      const run = await coverage.during(async () => {
        await send(request.bytes, service.listeners.first?.port ?? 0, '127.0.0.1')
        service.touch()
        await service.settle()
        await meanwhile?.()
        await service.settle()
      })
      const bytes = replies.shift()
      if (bytes === undefined) throw new Error(`${user} at ${to} got no reply`)
      const reply = readReply(bytes, { ...request, secret })
      if (reply.kind !== expected) throw new Error(`${user} at ${to} got ${reply.kind}`)
      return { run, state: reply.state }
    },
    close: () => socket.close(),
  }
}
