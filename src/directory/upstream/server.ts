import { randomBytes } from 'node:crypto'
import {
  attributeType,
  createSharedSecret,
  type EncodedRequest,
  type Packet,
  packetCode,
  textAttributes,
} from '../../radius/index.ts'
import { counted } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import { createServerHealth } from '../server-health.ts'
import type { UpstreamDeps, UpstreamOptions, UpstreamServerOptions } from './options.ts'
import { createRequester, type Question, type Schedule } from './requester.ts'

/** A reply that has proven itself, and the request it answers. */
export type Exchanged = { readonly reply: Packet; readonly sent: EncodedRequest }

/** One upstream server: how it is asked, and whether it is worth asking. */
export type UpstreamServer = {
  /** `192.0.2.5:1812` */
  readonly name: string
  /** Why it is down; undefined while it is up. */
  down(): DirectoryError | undefined
  /** @throws {DirectoryError} `server-down`, `no-answer`, `aborted`; RadiusError for what cannot be sent */
  ask(question: Question, signal: AbortSignal): Promise<Exchanged>
  /** Asks in the way of `probe`, once; not for `none`. @throws {DirectoryError} as `ask` */
  probe(signal: AbortSignal): Promise<Exchanged>
  close(): void
}

const probeEveryMs = 6_000
const trialAfterMs = 30_000
const never = new AbortController().signal

export function createUpstreamServer(
  address: UpstreamServerOptions,
  options: UpstreamOptions,
  { clock, log }: UpstreamDeps,
): UpstreamServer {
  const name = nameOf(address)
  const requester = createRequester(
    {
      server: address,
      secret: createSharedSecret(address.secret.reveal()),
      requireMessageAuthenticator: !address.unsignedReplies,
      onIgnored: (reason) => log({ kind: 'reply-ignored', server: name, reason }),
    },
    clock,
  )
  const { timeoutMs = options.timeoutMs, tries = options.tries } = address
  let downSinceMs = 0
  let failedAtMs = 0
  /** Whether a probe was ever answered; where none was, silence says nothing. */
  let answersProbes = false
  /** Whether it counts as up without having answered, until a sign-in shows. */
  let isOnTrial = false

  const health = createServerHealth(
    {
      probe: isBack,
      retryMs: options.probeEveryMs ?? probeEveryMs,
      onDoubt: () => undefined,
      onDown(error) {
        failedAtMs = clock.nowMs()
        requester.renew()
        if (!isOnTrial) {
          downSinceMs = failedAtMs
          log({ kind: 'server-down', server: name, detail: error.message })
        }
        isOnTrial = false
      },
      onUp(downMs) {
        if (!isOnTrial) log({ kind: 'server-up', server: name, downMs })
      },
    },
    clock,
  )

  /** Resolves when the server has answered, or when only a sign-in can show whether it is back. */
  async function isBack(): Promise<void> {
    try {
      await probe(never)
    } catch (error) {
      const isDue = clock.nowMs() - failedAtMs >= (options.trialAfterMs ?? trialAfterMs)
      if (answersProbes || !isDue) throw error
      isOnTrial = true
    }
  }

  async function probe(signal: AbortSignal): Promise<Exchanged> {
    const question = probeOf(options)
    if (question === undefined) throw new DirectoryError('server-down', 'it is not probed')
    const exchanged = await exchange(question, { timeoutMs, tries: 1 }, signal)
    answersProbes = true
    return exchanged
  }

  async function exchange(
    question: Question,
    schedule: Schedule,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const answer = await requester.ask(question, schedule, signal)
    switch (answer.kind) {
      case 'reply':
        return answer
      case 'silent':
        throw new DirectoryError('no-answer', describeSilence(schedule, answer.ignored), {
          details: { timedOut: true },
        })
      case 'unreachable':
        throw new DirectoryError('server-down', answer.detail)
      case 'aborted':
        throw new DirectoryError('aborted', 'no one waits for the answer any longer')
    }
  }

  return {
    name,
    down: health.down,
    async ask(question, signal) {
      const exchanged = await health.watch(() => exchange(question, { timeoutMs, tries }, signal))
      if (isOnTrial) {
        isOnTrial = false
        log({ kind: 'server-up', server: name, downMs: clock.nowMs() - downSinceMs })
      }
      return exchanged
    },
    probe,
    close() {
      health.stop()
      requester.close()
    },
  }
}

function nameOf({ address, port }: UpstreamServerOptions): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function describeSilence({ tries, timeoutMs }: Schedule, ignored: string | undefined): string {
  const silence = `no reply to ${tries === 1 ? 'a packet' : counted(tries, 'packet')} in ${(tries * timeoutMs) / 1000} s`
  return ignored === undefined ? silence : `${silence} but what was ignored: ${ignored}`
}

function probeOf({ name, probe }: UpstreamOptions): Question | undefined {
  const attributes = textAttributes(attributeType.NasIdentifier, `holdfast ${name}`)
  switch (probe.kind) {
    case 'status-server':
      return { code: packetCode.StatusServer, attributes }
    case 'user':
      return {
        code: packetCode.AccessRequest,
        attributes: [...textAttributes(attributeType.UserName, probe.name), ...attributes],
        password: randomBytes(16).toString('base64url'),
      }
    case 'none':
      return undefined
  }
}
