import { maxPasswordLength, RadiusError } from '../../radius/index.ts'
import type {
  Credential,
  Directory,
  PeoplePart,
  RequestToVerify,
  Verified,
} from '../../signin/index.ts'
import type { Secret } from '../../support/index.ts'
import type { CheckRow } from '../check-row.ts'
import { DirectoryError } from '../errors.ts'
import { createGate } from '../gate.ts'
import { checkUpstream } from './check.ts'
import { refuseToAsk } from './name-in-credential.ts'
import { createNameUsers } from './names.ts'
import type { UpstreamDeps, UpstreamOptions } from './options.ts'
import { type Checkable, questionFor } from './question.ts'
import type { Question } from './requester.ts'
import { createUpstreamServer, type Exchanged, type UpstreamServer } from './server.ts'
import { readVerdict } from './verdict.ts'

export type UpstreamDirectory = Directory & {
  /** Asks every server; for `holdfast check`. `groups`: those that rules look for. Never rejects. */
  check(groups?: readonly string[]): Promise<readonly CheckRow[]>
}

/**
 * A first factor that other RADIUS servers check: the first in the list that is up is asked, and the
 * next one where it stays silent. Who people are is another directory's matter, or their name is all.
 */
export function createUpstreamDirectory(
  options: UpstreamOptions,
  deps: UpstreamDeps,
): UpstreamDirectory {
  const { name, inFlight, queue, timeoutMs } = options
  const servers = options.servers.map((address) => createUpstreamServer(address, options, deps))
  const gate = createGate({ places: inFlight, queue, waitMs: timeoutMs }, deps.clock)
  const users = options.users ?? createNameUsers(name, options.domains)

  async function ask(
    question: Question,
    candidates: readonly UpstreamServer[],
    signal: AbortSignal,
  ): Promise<Exchanged & { readonly server: string }> {
    const leave = await gate.enter(signal)
    try {
      return await askFirst(question, candidates, signal)
    } finally {
      leave()
    }
  }

  async function exchange(
    question: Question,
    candidates: readonly UpstreamServer[],
    credential: Checkable,
    signal: AbortSignal,
  ): Promise<Verified> {
    const { server, ...exchanged } = await ask(question, candidates, signal)
    return readVerdict(exchanged, credential, server, options)
  }

  return {
    name,
    resolve: (userName, signal, isCertified) => users.resolve(userName, signal, isCertified),
    resolveKey: (userKey, signal) => users.resolveKey(userKey, signal),

    // It tells nothing about people no one else knows.
    passwordStamp: async (user, signal) => options.users?.passwordStamp?.(user, signal),
    passwordSetMs: async (user, signal) => options.users?.passwordSetMs?.(user, signal),

    // The directory that knows its people lists them.
    ...(options.users === undefined ? {} : { listPeople: noOne }),

    lookAtShield: async (user, signal) => options.users?.lookAtShield?.(user, signal),

    async verify(user, credential, signal, request) {
      if (!isCheckable(credential)) {
        return { kind: 'not-checkable', detail: `credential: ${credential.kind}` }
      }
      if (credential.kind === 'pap' && byteLength(credential.password) > maxPasswordLength) {
        const detail = `the upstream server is asked by RADIUS, which carries ${maxPasswordLength} bytes of a password`
        return { kind: 'too-long', detail }
      }
      const about = request ?? { attempt: attemptBy(user.name) }
      const { relay } = about
      // Only the server that has asked knows its State.
      const candidates =
        relay === undefined ? servers : servers.filter((server) => server.name === relay.server)
      try {
        const { userName } = about.attempt
        const refused = await refuseToAsk(users, user, credential, userName, signal)
        if (refused !== undefined) return refused
        const question = questionFor(credential, about)
        const shield = options.users?.shield
        // What answers a question of the server is not a password of the directory, but in EAP it is.
        const isAnswer = relay !== undefined && credential.kind !== 'eap'
        if (shield === undefined || isAnswer) {
          return await exchange(question, candidates, credential, signal)
        }
        return await shield(user, signal, () =>
          exchange(question, candidates, credential, untilItEnds).catch(troubleOf),
        )
      } catch (error) {
        return troubleOf(error)
      }
    },

    check: (groups = []) => checkUpstream(servers, options, groups, deps.clock),

    async close() {
      gate.rejectWaiting(new DirectoryError('busy', 'the directory was closed'))
      for (const server of servers) server.close()
    },
  }
}

async function* noOne(): AsyncGenerator<PeoplePart> {}

/** A password that has gone out is counted, even if its caller has stopped waiting for the answer. */
const untilItEnds = new AbortController().signal

/** Asks one after the other. Throws DirectoryError `server-down` when none answers, or `aborted`. */
async function askFirst(
  question: Question,
  servers: readonly UpstreamServer[],
  signal: AbortSignal,
): Promise<Exchanged & { readonly server: string }> {
  const troubles: string[] = servers.length > 0 ? [] : ['the server that has asked is gone']
  for (const server of servers) {
    try {
      const down = server.down()
      if (down) throw down
      return { ...(await server.ask(question, signal)), server: server.name }
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.code === 'aborted') throw error
      troubles.push(`${server.name}: ${error.message}`)
    }
  }
  throw new DirectoryError('server-down', troubles.join('; '))
}

function byteLength(password: Secret): number {
  return Buffer.byteLength(password.reveal())
}

/** Where no one has asked through a gateway. */
function attemptBy(userName: string): RequestToVerify['attempt'] {
  return { id: '', userName, attributes: [], gateway: { name: 'holdfast' } }
}

function isCheckable(credential: Credential): credential is Checkable {
  const { kind } = credential
  return kind === 'pap' || kind === 'chap' || kind === 'ms-chap' || kind === 'eap'
}

/** Our own limits are `busy` and never an outage; silence of all servers is one. Some passwords fit in no packet. */
function troubleOf(error: unknown): Verified {
  if (error instanceof RadiusError) return { kind: 'not-checkable', detail: error.message }
  if (!(error instanceof DirectoryError)) throw error
  if (error.code === 'busy' || error.code === 'aborted') return { kind: 'busy' }
  return { kind: 'down', detail: error.message }
}
